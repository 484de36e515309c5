/**
 * uvu with what it lacks: each test and hook has a deadline, a hook that throws is a failure, a suite that is declared but
 * never run is noticed, and every result is counted here rather than read off uvu's screen.
 */
import { type Callback, type Test, suite as uvuSuite } from 'uvu'

/** Milliseconds that a test or hook may take unless the suite says otherwise. */
const DEADLINE_MS = 20_000

export interface Failure {
  readonly suite: string
  readonly test: string
  readonly error: unknown
}

/** What happened in this process so far; `test/harness/worker.ts` reads it. */
export const tally = {
  suites: 0,
  run: 0,
  declared: 0,
  passed: 0,
  skipped: 0,
  failures: [] as Failure[],
  /** Milliseconds by `suite › test`. */
  times: new Map<string, number>(),
  unrun: new Set<string>(),
}

interface Options {
  /** Milliseconds for each test and hook of the suite. */
  readonly deadline?: number
}

/** As uvu's `suite`; `test.skip(name)` is counted, `test.only` is refused, `test.run()` must be called. */
export function suite(name: string, { deadline = DEADLINE_MS }: Options = {}): Test {
  const inner = uvuSuite(name)
  tally.suites += 1
  tally.unrun.add(name)

  const guarded = (what: string, body: Callback, isTest: boolean): Callback => {
    return async (context) => {
      const started = performance.now()
      try {
        await withDeadline(body(context), deadline, what)
        if (isTest) tally.passed += 1
      } catch (error) {
        tally.failures.push({ suite: name, test: what, error })
        throw error
      } finally {
        if (isTest) tally.times.set(`${name} › ${what}`, performance.now() - started)
      }
    }
  }

  const test = ((title: string, body: Callback) => {
    tally.declared += 1
    inner(title, guarded(title, body, true))
  }) as Test
  test.before = ((body: Callback) => inner.before(guarded('before', body, false))) as Test['before']
  test.after = ((body: Callback) => inner.after(guarded('after', body, false))) as Test['after']
  test.before.each = (body) => inner.before.each(guarded('before each', body, false))
  test.after.each = (body) => inner.after.each(guarded('after each', body, false))
  test.skip = (title?: string) => {
    tally.skipped += 1
    inner.skip(title as never)
  }
  test.only = () => {
    throw new Error(`test.only in the suite "${name}": every test runs, always`)
  }
  test.run = () => {
    tally.run += 1
    tally.unrun.delete(name)
    inner.run()
  }
  return test
}

async function withDeadline(body: void | Promise<void>, ms: number, what: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`"${what}" has not ended after ${ms} ms`)), ms)
  })
  try {
    await Promise.race([body, late])
  } finally {
    clearTimeout(timer)
  }
}

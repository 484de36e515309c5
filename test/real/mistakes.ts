import type { GradingCase } from '../grading/cases.ts'

/** Fewer of a lesson would leave its verdicts to the practice cluster. */
const AT_LEAST = 3

/**
 * By lesson, the mistakes of test/lessons that are handed in on a real cluster too, each to be told what expect.yaml says: those
 * that the cluster finds, not the files alone, and of different kinds. A drill's stand as DRILL/MISTAKE. What depends on several
 * nodes or on a stopped part of the cluster is not among them.
 */
const ON_REAL: Readonly<Record<string, readonly string[]>> = {
  '01-what-is-kubernetes': [
    'client-version',
    'hello-with-two-copies',
    'heartbeats-in-kube-system',
    'ask-the-door/older-kind',
    'read-the-diary/the-kubelet-wrote-it',
  ],
  '02-a-server-you-can-run-twice': [
    'as-root',
    'heard-only-by-itself',
    'starts-another-file',
    'a-polite-end/listens-to-ctrl-c',
  ],
  '03-your-first-deployment': [
    'crashing-command',
    'unknown-image',
    'paused',
    'the-missing-image/a-space-in-the-name',
    'the-missing-image/never-pulled',
  ],
  '04-one-door-to-many-pods': [
    'headless',
    'no-target-port',
    'one-pod-gets-all',
    'target-port-in-quotes',
    'a-port-with-a-name/only-the-service-has-the-name',
  ],
  '05-self-healing': ['asks-ready', 'endless-timeout', 'wrong-page', 'wrong-port', 'once-is-enough/fails-at-the-end'],
  '06-configuration-without-rebuilding': [
    'reference-to-nobody',
    'single-keys',
    'values-left-in-env',
    'the-key/no-such-secret',
    'the-missing-key/only-the-name-mended',
  ],
  '07-scaling': [
    'a-node-that-is-not-there',
    'asks-for-too-much',
    'host-port-left-in',
    'a-number-that-stays/number-left',
  ],
  '08-updating-without-downtime': ['no-pre-stop', 'readiness-wrong-page', 'recreate', 'both-zero'],
  '09-declare-dont-command': ['creates-again', 'label-gone', 'memory-too-small', 'readiness-wrong-page'],
  '10-from-borg-to-everywhere': [
    'no-rule',
    'tolerates-for-ever',
    'from-compose/same-port-inside',
    'the-fourth-pod/loose',
    'the-fourth-pod/skew-of-zero',
  ],
}

/**
 * Those of a lesson's cases that are handed in on a real cluster: its solutions, its starters and the mistakes named above, or
 * every mistake. Throws RangeError when a lesson has fewer than three, when there is no mistake of a name, or when nothing is said
 * of what it must be told.
 */
export function casesOnReal(slug: string, cases: readonly GradingCase[], everyMistake: boolean): GradingCase[] {
  const mistakes = cases.filter(({ set }) => set === 'mistakes')
  const others = cases.filter(({ set }) => set === 'solution' || set === 'starter')
  const names = ON_REAL[slug] ?? []
  if (names.length < AT_LEAST) throw new RangeError(`${slug} has ${names.length} mistakes on real; it must have 3`)
  const named = names.map((name) => {
    const found = mistakes.find((given) => mistakeName(given) === name)
    if (!found) throw new RangeError(`${slug} has no mistake ${name}`)
    if (found.says.length === 0) throw new RangeError(`expect.yaml says nothing of ${found.name}`)
    return found
  })
  return [...others, ...(everyMistake ? mistakes : named)]
}

/** `wrong-port`, `the-missing-image/comma` */
function mistakeName({ name, place: { drill } }: GradingCase): string {
  const own = name.slice(name.lastIndexOf('/') + 1)
  return drill === undefined ? own : `${drill}/${own}`
}

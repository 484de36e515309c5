import { isNotFound } from '../../../cluster/apimachinery/errors.ts'
import { printChange } from '../changed.ts'
import {
  all,
  allNamespaces,
  type Command,
  fieldSelector,
  filename,
  output,
  recursive,
  selector,
  timeout,
} from '../command.ts'
import { CommandError, eachOf } from '../errors.ts'
import type { KubeList, KubeObject } from '../objects.ts'
import { printable, queryPath } from '../output/json-path.ts'
import { display, pathOf, type Resource } from '../resource.ts'
import type { Session } from '../session.ts'
import { fetchTarget, targetsOf } from '../targets.ts'

/** Whether an object (undefined: it is gone) is as it was awaited. */
type Test = (object: KubeObject | undefined) => boolean

export const wait: Command = {
  name: 'wait',
  summary: 'Wait for a specific condition on one or many resources',
  usage: 'wait TYPE/NAME --for=condition=Ready | --for=delete | --for=jsonpath={.status.phase}=Running',
  flags: [
    selector,
    fieldSelector,
    allNamespaces,
    all,
    filename,
    recursive,
    output,
    timeout,
    { name: 'for', type: 'text', help: 'create, delete, condition=NAME[=VALUE], jsonpath=PATH[=VALUE]' },
  ],
  async run(session) {
    const { flags } = session
    const goal = flags.text('for') ?? ''
    const test = parseGoal(goal)
    const ms = flags.duration('timeout') ?? 30_000
    const selected = Boolean(flags.text('selector') || flags.text('field-selector') || flags.on('all'))
    const targets = await targetsOf(session, session.words)
    await eachOf(targets, async (target) => {
      if (target.name === undefined && !selected)
        throw new CommandError('resource(s) were provided, but no name was specified')
      const { name } = target
      let found: { resource: Resource; namespace: string | undefined; name: string }[]
      if (name !== undefined && goal === 'create') found = [{ ...target, name }]
      else {
        try {
          found = await fetchTarget(session, target)
        } catch (error) {
          if (isNotFound(error) && goal === 'delete') return
          throw error
        }
      }
      if (found.length === 0) throw new CommandError('no matching resources found')
      await eachOf(found, async (one) => {
        const object = await until(session, one, ms, test)
        const verb = goal === 'delete' ? 'deleted' : 'condition met'
        if (object) printChange(session, one.resource, object, verb)
        else session.print(`${display(one.resource, one.name)} ${verb}`)
      })
    })
  },
}

/**
 * Watches one object until the test holds; gives it as it was then. `ms` 0: for ever (as `delete` waits), negative: a week.
 * Throws `timed out waiting for the condition on …`.
 */
export async function until(
  session: Session,
  { resource, namespace, name }: { resource: Resource; namespace?: string | undefined; name: string },
  ms: number,
  test: Test,
): Promise<KubeObject | undefined> {
  const path = pathOf(resource, { namespace })
  const query = { fieldSelector: `metadata.name=${name}` }
  const late = new AbortController()
  const timer = ms > 0 ? setTimeout(() => late.abort(), ms) : undefined
  const signal = AbortSignal.any([late.signal, session.io.signal])
  try {
    while (!signal.aborted) {
      const list = await session.server.json<KubeList & { apiVersion: string }>(path, { query })
      const [item] = list.items
      const first = item && { ...item, apiVersion: list.apiVersion, kind: resource.kind }
      if (test(first)) return first
      const watch = { ...query, watch: true, resourceVersion: list.metadata.resourceVersion }
      for await (const { type, object } of session.server.lines<{ type: string; object: KubeObject }>(path, {
        query: watch,
        signal,
      })) {
        if (type === 'ERROR') break
        if (type === 'BOOKMARK') continue
        const now = type === 'DELETED' ? undefined : object
        if (test(now)) return now
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    clearTimeout(timer)
  }
  throw new CommandError(`timed out waiting for the condition on ${resource.plural}/${name}`, { bare: true })
}

function parseGoal(goal: string): Test {
  if (goal === 'delete') return (object) => object === undefined
  if (goal === 'create') return (object) => object !== undefined
  const condition = /^condition=([^=]+)(?:=(.*))?$/.exec(goal)
  if (condition) {
    const [, type = '', value = 'true'] = condition
    return (object) => {
      const status = object?.status as
        | { conditions?: { type: string; status: string; observedGeneration?: number }[]; observedGeneration?: number }
        | undefined
      const found = status?.conditions?.find((entry) => entry.type.toLowerCase() === type.toLowerCase())
      const seen = found?.observedGeneration ?? status?.observedGeneration
      if (seen !== undefined && seen < (object?.metadata.generation ?? 0)) return false
      return found?.status.toLowerCase() === value.toLowerCase()
    }
  }
  const path = /^jsonpath=(.+?\}?)(?:=([^=]*))?$/.exec(goal)
  if (path) {
    const [whole = '', value] = splitPath(goal.slice('jsonpath='.length))
    return (object) => {
      const found = object === undefined ? [] : queryPath(whole, object)
      return value === undefined ? found.length > 0 : found.length === 1 && printable(found[0]) === value
    }
  }
  throw new CommandError(`unrecognized condition: ${JSON.stringify(goal)}`)
}

/** `{.status.phase}=Running`: the path, and the value after the last `=` that is outside brackets. */
function splitPath(text: string): [string, string?] {
  const quoted = text.replace(/^'(.*)'$/, '$1')
  let depth = 0
  for (let at = 0; at < quoted.length; at++) {
    if ('{[('.includes(quoted[at] as string)) depth += 1
    else if ('}])'.includes(quoted[at] as string)) depth -= 1
    else if (quoted[at] === '=' && depth === 0)
      return [quoted.slice(0, at), quoted.slice(at + 1).replace(/^"(.*)"$/, '$1')]
  }
  return [quoted]
}

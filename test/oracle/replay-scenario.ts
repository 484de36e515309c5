import { setTimeout as sleep } from 'node:timers/promises'
import { differences } from './compare.ts'
import type { Masks } from './mask.ts'
import { removeAt, setAt, valueAt } from './pointer.ts'
import type { Scenario, Step } from './recording.ts'
import type { Answer, Transport } from './transport.ts'

export interface StepResult {
  readonly step: Step
  readonly differences: readonly string[]
}

const RETRY_MS = 100
const RETRIES = 200

/** Replays the given steps of a scenario in a namespace of its own and cleans up. One difference list for each step. */
export async function replayScenario(
  transport: Transport,
  scenario: Scenario,
  isWanted: (step: Step) => boolean,
  namespace: string,
): Promise<StepResult[]> {
  await prepare(transport, namespace)
  const variables = new Map<string, string>()
  const bodies = new Map<string, string>()
  const prefixes = prefixesOf(scenario, namespace)
  const results: StepResult[] = []
  try {
    for (const step of scenario.steps) {
      if (!isWanted(step)) continue
      const fill = (text: string) => filled(text, namespace, variables)
      const answer = await perform(transport, step, fill, bodies)
      bodies.set(step.name, answer.text)
      for (const [variable, pointer] of Object.entries(step.capture ?? {})) {
        const value = valueAt(parsed(answer.text), pointer)
        if (typeof value === 'string') variables.set(variable, value)
      }
      const names = [...variables].filter(([name]) => name.startsWith('name')).map(([, value]) => value)
      const masks: Masks = { namespace, names, prefixes }
      results.push({ step, differences: differences(step.response, answer, masks) })
    }
  } finally {
    await cleanUp(transport, scenario, namespace, variables)
  }
  return results
}

async function perform(
  transport: Transport,
  { wait, retryUntilStatus, request }: Step,
  fill: (text: string) => string,
  bodies: ReadonlyMap<string, string>,
): Promise<Answer> {
  if (wait) await sleep(wait * 1000)
  const body = bodyOf(request, fill, bodies)
  const headers = Object.fromEntries(Object.entries(request.headers ?? {}).map(([name, value]) => [name, fill(value)]))
  const send = () => transport.send(request.method, fill(request.path), body, headers)
  let answer = await send()
  for (
    let tried = 0;
    retryUntilStatus !== undefined && answer.status !== retryUntilStatus && tried < RETRIES;
    tried++
  ) {
    await sleep(RETRY_MS)
    answer = await send()
  }
  return answer
}

function bodyOf(
  request: Step['request'],
  fill: (text: string) => string,
  bodies: ReadonlyMap<string, string>,
): string | undefined {
  const { body, bodyFrom, pad } = request
  if (bodyFrom) {
    const object = parsed(bodies.get(bodyFrom.step) ?? '{}')
    for (const pointer of bodyFrom.remove ?? []) removeAt(object, fill(pointer))
    for (const [pointer, value] of Object.entries(bodyFrom.set ?? {}))
      setAt(object, fill(pointer), filledJson(value, fill))
    return JSON.stringify(object)
  }
  if (body === undefined) return undefined
  if (typeof body === 'string') return fill(body)
  const object = filledJson(body, fill)
  if (pad) setAt(object, pad.at, pad.text.repeat(pad.times))
  return JSON.stringify(object)
}

function filledJson(value: unknown, fill: (text: string) => string): unknown {
  return JSON.parse(JSON.stringify(value), (_, item) => {
    if (typeof item === 'string') return fill(item)
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item
    return Object.fromEntries(Object.entries(item).map(([key, each]) => [fill(key), each]))
  })
}

function filled(text: string, namespace: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (whole, name) => (name === 'ns' ? namespace : (variables.get(name) ?? whole)))
}

function prefixesOf({ steps }: Scenario, namespace: string): string[] {
  const prefixes = new Set<string>()
  for (const { request } of steps) {
    const prefix = valueAt(request.body, '/metadata/generateName')
    if (typeof prefix === 'string' && prefix !== '') prefixes.add(filled(prefix, namespace, new Map()))
  }
  return [...prefixes]
}

async function prepare(transport: Transport, namespace: string): Promise<void> {
  await transport.send('POST', '/api/v1/namespaces', JSON.stringify({ metadata: { name: namespace } }))
  const account = JSON.stringify({ metadata: { name: 'default' } })
  await transport.send('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, account)
}

async function cleanUp(
  transport: Transport,
  { cleanup = [] }: Scenario,
  namespace: string,
  variables: ReadonlyMap<string, string>,
): Promise<void> {
  for (const path of [...cleanup].reverse()) {
    const place = filled(path, namespace, variables)
    const { status } = await transport.send('DELETE', place, JSON.stringify({ gracePeriodSeconds: 0 }))
    if (/^\/api\/v1\/namespaces\/[^/]+$/.test(place)) await finalize(transport, place)
    if (status !== 200 && status !== 202) continue
    const left = await transport.send('GET', place)
    if (left.status === 200 && valueAt(parsed(left.text), '/metadata/finalizers')) {
      const none = JSON.stringify({ metadata: { finalizers: null } })
      await transport.send('PATCH', place, none, { 'content-type': 'application/merge-patch+json' })
    }
  }
  const path = `/api/v1/namespaces/${namespace}`
  const { status } = await transport.send('DELETE', path)
  if (status < 400) await finalize(transport, path)
}

/** Lets a deleted namespace go where no controller does it. */
async function finalize(transport: Transport, path: string): Promise<void> {
  const name = path.split('/').at(-1)
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: { finalizers: [] } })
  await transport.send('PUT', `${path}/finalize`, body)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

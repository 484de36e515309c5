import type { Pod } from '../../apimachinery/objects.ts'
import { type ContainerRecord, isSidecar } from '../containers/container-record.ts'

/** What the probes found of a running container. */
export interface Findings {
  /** undefined: not known yet, or no such probe. */
  readonly startup: boolean | undefined
  readonly liveness: boolean | undefined
  readonly started: boolean
}

export interface Kill {
  readonly name: string
  readonly message: string
  readonly probe: 'startupProbe' | 'livenessProbe'
}

export interface PodActions {
  readonly kill: readonly Kill[]
  /** Names, in the order in which they start. */
  readonly start: readonly string[]
  /** Nothing runs and nothing will: the pod is over. */
  readonly end: boolean
}

/**
 * What is missing for a pod to be as its spec says, in a sandbox that is there. Decides only; nothing is done here.
 * Follows computePodActions in pkg/kubelet/kuberuntime.
 */
export function podActions(
  pod: Pod,
  records: ReadonlyMap<string, ContainerRecord>,
  findings: (name: string) => Findings,
): PodActions {
  const kill: Kill[] = []
  const start: string[] = []
  const { restartPolicy = 'Always', initContainers = [], containers } = pod.spec
  const initialized = containers.some(({ name }) => {
    const record = records.get(name)
    return record?.run !== undefined && !record.stale
  })
  const failedProbe = (name: string, prefix: string): boolean => {
    const { startup, liveness } = findings(name)
    const again = restartPolicy === 'Never' && prefix === 'Container' ? '' : ', will be restarted'
    const text = (probe: string) => `${prefix} ${name} failed ${probe} probe${prefix === 'Container' ? again : ''}`
    if (liveness === false) kill.push({ name, message: text('liveness'), probe: 'livenessProbe' })
    else if (startup === false) kill.push({ name, message: text('startup'), probe: 'startupProbe' })
    else return false
    return true
  }

  let ready = true
  for (const container of initContainers) {
    const { name } = container
    const record = records.get(name)
    if (isSidecar(container)) {
      if (!record?.running) start.push(name)
      else if (failedProbe(name, 'Init container')) start.push(name)
      if (!initialized && !(record?.running && findings(name).started)) {
        ready = false
        break
      }
      continue
    }
    if (initialized) continue
    if (!record?.run || record.stale) start.push(name)
    else if (record.ended?.exitCode === 0) continue
    else if (record.ended && restartPolicy === 'Never') return { kill: [], start: [], end: true }
    else if (record.ended) start.push(name)
    ready = false
    break
  }
  if (!ready) return { kill, start, end: false }

  let keep = 0
  const regular: string[] = []
  for (const { name } of containers) {
    const record = records.get(name)
    if (!record?.running) {
      if (shouldStart(record, restartPolicy)) regular.push(name)
    } else if (failedProbe(name, 'Container')) {
      if (restartPolicy !== 'Never') regular.push(name)
    } else keep += 1
  }
  const end = keep === 0 && regular.length === 0
  return { kill, start: end ? [] : [...start, ...regular], end }
}

function shouldStart(record: ContainerRecord | undefined, restartPolicy: string): boolean {
  const ended = record?.ended
  if (!ended || restartPolicy === 'Always') return true
  return restartPolicy === 'OnFailure' && ended.exitCode !== 0
}

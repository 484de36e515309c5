import type { Mutable, Pod, Toleration } from '../../apimachinery/objects.ts'
import facts from '../facts/defaults.json' with { type: 'json' }
import type { Host } from './kind.ts'
import { forbiddenByAdmission } from './refusal.ts'

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'
const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror'
/** The two classes that every cluster has, and their priorities. */
const SYSTEM_CLASSES: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
}
const { preemptionPolicy } = { preemptionPolicy: facts['v1 Pod'].server['spec.preemptionPolicy'] }

type Draft = Mutable<Pod>

/** Follows plugin/pkg/admission/serviceaccount: the account must be there; its token is mounted unless somebody says no. */
export function admitServiceAccount(pod: Draft, host: Host): void {
  const { spec, metadata } = pod
  if (metadata.annotations?.[MIRROR_ANNOTATION]) return
  spec.serviceAccountName ||= 'default'
  spec.serviceAccount = spec.serviceAccountName
  const { namespace = '' } = metadata
  const name = spec.serviceAccountName
  const account = host.get('v1 ServiceAccount', namespace, name)
  if (!account) {
    const why = `error looking up service account ${namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`
    throw forbiddenByAdmission('pods', shownName(pod), why)
  }
  if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountToken(pod, host)
  if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length) {
    spec.imagePullSecrets = structuredClone(account.imagePullSecrets) as Mutable<typeof account.imagePullSecrets>
  }
}

function mountToken({ spec }: Draft, host: Host): void {
  const there = spec.volumes?.find(({ name }) => name.startsWith('kube-api-access-'))
  const name = there?.name ?? `kube-api-access-${host.random()}`
  let mounted = false
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    if (container.volumeMounts?.some(({ mountPath }) => mountPath === TOKEN_PATH)) continue
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: TOKEN_PATH }]
    mounted = true
  }
  if (mounted && !there) spec.volumes = [...(spec.volumes ?? []), { name, projected: tokenVolume() }]
}

/** The projected volume of the facts: a token, the cluster's certificate, the namespace. */
function tokenVolume() {
  const [example] = facts['v1 Pod'].server['spec.volumes'].example
  if (!example) throw new Error('facts/defaults.json shows no volume of a service account')
  return structuredClone(example.projected)
}

/** Follows plugin/pkg/admission/priority, with the classes that need no object. */
export function admitPriority(pod: Draft): void {
  const { spec } = pod
  const { priorityClassName = '' } = spec
  const priority = priorityClassName === '' ? 0 : SYSTEM_CLASSES[priorityClassName]
  if (priority === undefined) {
    throw forbiddenByAdmission('pods', shownName(pod), `no PriorityClass with name ${priorityClassName} was found`)
  }
  if (spec.priority !== undefined && spec.priority !== priority) {
    const why = `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`
    throw forbiddenByAdmission('pods', shownName(pod), why)
  }
  spec.priority = priority
  spec.preemptionPolicy ??= preemptionPolicy
}

/** Follows plugin/pkg/admission/runtimeclass: this server has no runtime classes. */
export function admitRuntimeClass(pod: Draft): void {
  const { runtimeClassName, overhead } = pod.spec
  const refuse = (why: string) => forbiddenByAdmission('pods', shownName(pod), `pod rejected: ${why}`)
  if (runtimeClassName) throw refuse(`RuntimeClass ${JSON.stringify(runtimeClassName)} not found`)
  if (overhead) throw refuse('Pod Overhead set without corresponding RuntimeClass defined Overhead')
}

const tolerate = facts['v1 Pod'].serverRules.find((rule) => 'tolerate' in rule) as {
  tolerate: string[]
  effect: string
  seconds: number
}

/** Follows plugin/pkg/admission/defaulttolerationseconds: five minutes on a node that went away, unless said otherwise. */
export function admitTolerations({ spec }: Draft): void {
  const { effect, seconds } = tolerate
  const given = spec.tolerations ?? []
  const missing = tolerate.tolerate.filter((key) => !given.some((each) => covers(each, key, effect)))
  if (missing.length === 0) return
  spec.tolerations = [
    ...given,
    ...missing.map((key) => ({ key, operator: 'Exists', effect, tolerationSeconds: seconds })),
  ]
}

function covers(toleration: Toleration, key: string, effect: string): boolean {
  return (!toleration.key || toleration.key === key) && (!toleration.effect || toleration.effect === effect)
}

/** Refusals name a pod that has only a prefix by its prefix. */
function shownName({ metadata: { name, generateName = '' } }: Draft): string {
  return generateName !== '' && name.startsWith(generateName) ? generateName : name
}

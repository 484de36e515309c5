import type { Container, PodSpec } from '../../apimachinery/objects.ts'
import { Quantity } from '../../apimachinery/quantity.ts'
import { dns1123Label } from '../validation/names.ts'

const HOSTNAME_OF_POD = "this is used in the Pod's hostname"
const NAME_OF_PODS = 'this is used in Pod names and hostnames'

/** What became of volume types and node labels that are no more. */
const OLD_VOLUMES: readonly (readonly [string, string])[] = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
]

/** Texts for a pod or, without `metadata`, for a template. Follows k8s.io/kubernetes/pkg/api/pod/warnings.go. */
export function podSpecWarnings(
  spec: PodSpec | undefined,
  path: string,
  metadata?: { readonly name: string },
): string[] {
  if (!spec) return []
  const warnings = metadata ? nameWarnings(metadata.name, HOSTNAME_OF_POD) : []
  spec.topologySpreadConstraints?.forEach(({ labelSelector }, index) => {
    if (labelSelector) return
    const at = `${path}.topologySpreadConstraints[${index}].labelSelector`
    warnings.push(`${at}: a null labelSelector results in matching no pod`)
  })
  warnings.push(...volumeWarnings(spec, path))
  for (const field of ['initContainers', 'containers'] as const) {
    spec[field]?.forEach((container, index) => {
      warnings.push(...containerWarnings(container, `${path}.${field}[${index}]`))
    })
  }
  warnings.push(...portWarnings(spec, path))
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) {
    const at = `${path}.terminationGracePeriodSeconds`
    warnings.push(`${at}: must be >= 0; negative values are invalid and will be treated as 1`)
  }
  return warnings
}

/** A Deployment's or ReplicaSet's name becomes part of its pods' names. */
export function workloadNameWarnings(name: string): string[] {
  return nameWarnings(name, NAME_OF_PODS)
}

function nameWarnings(name: string, use: string): string[] {
  const wrong = name.includes('.') ? ['must not contain dots'] : dns1123Label(name)
  if (wrong.length === 0) return []
  const detail = `${use}, which can result in surprising behavior; a DNS label is recommended: [${wrong.join(' ')}]`
  return [`metadata.name: ${detail}`]
}

function volumeWarnings(spec: PodSpec, path: string): string[] {
  return (spec.volumes ?? []).flatMap((volume, index) => {
    const warnings = OLD_VOLUMES.filter(([source]) => source in volume).map(
      ([source, fate]) => `${path}.volumes[${index}].${source}: ${fate}`,
    )
    if (volume.projected && !volume.projected.sources?.some((source) => Object.keys(source).length > 0)) {
      warnings.push(`volume ${JSON.stringify(volume.name)} (Projected) has no sources provided`)
    }
    return warnings
  })
}

function containerWarnings({ env = [], resources }: Container, path: string): string[] {
  const warnings: string[] = []
  for (const field of ['limits', 'requests'] as const) {
    for (const name of ['memory', 'ephemeral-storage']) {
      const amount = resources?.[field]?.[name]
      if (amount === undefined || Quantity.parse(amount).milliValue() % 1000 === 0) continue
      const detail = `fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`
      warnings.push(`${path}.resources.${field}[${name}]: ${detail}`)
    }
  }
  const seen = new Set<string>()
  env.forEach(({ name }, index) => {
    if (seen.has(name)) {
      const detail = `hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`
      warnings.push(`${path}.env[${index}]: ${detail}`)
    }
    seen.add(name)
  })
  return warnings
}

function portWarnings(spec: PodSpec, path: string): string[] {
  const seen = new Map<string, string>()
  return (spec.containers ?? []).flatMap(({ ports = [] }, position) =>
    ports.flatMap(({ containerPort, protocol, hostPort = 0, hostIP = '' }, index) => {
      const at = `${path}.containers[${position}].ports[${index}]`
      const key = `${containerPort}/${protocol}/${hostPort}/${hostIP}`
      const first = seen.get(key)
      if (first === undefined) seen.set(key, at)
      return first === undefined ? [] : [`${at}: duplicate port definition with ${first}`]
    }),
  )
}

import type * as models from '@kubernetes/client-node'
import { matchesSelector } from '../apimachinery/labels.ts'
import type { Json, Pod } from '../apimachinery/objects.ts'
import type { Cluster } from './node-info.ts'

export type AffinityTerm = Json<models.V1PodAffinityTerm>

export const requiredAffinity = ({ spec }: Pod): readonly AffinityTerm[] =>
  spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []

export const requiredAntiAffinity = ({ spec }: Pod): readonly AffinityTerm[] =>
  spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []

/** Whether a term that `owner` carries means `other`: by namespace and by labels. */
export function meansPod(term: AffinityTerm, owner: Pod, other: Pod, { namespaces }: Cluster): boolean {
  const namespace = other.metadata.namespace ?? ''
  const { namespaces: named = [], namespaceSelector } = term
  const inNamespace =
    named.length === 0 && !namespaceSelector
      ? namespace === owner.metadata.namespace
      : named.includes(namespace) || matchesSelector(namespaceSelector, namespaces.get(namespace))
  if (!inNamespace || !matchesSelector(term.labelSelector, other.metadata.labels)) return false
  const labels = owner.metadata.labels ?? {}
  const value = (key: string) => other.metadata.labels?.[key]
  return (
    (term.matchLabelKeys ?? []).every((key) => labels[key] === undefined || value(key) === labels[key]) &&
    (term.mismatchLabelKeys ?? []).every((key) => labels[key] === undefined || value(key) !== labels[key])
  )
}

/** A place of a topology: `zone=a`. */
export function placeOf(term: AffinityTerm, labels: Readonly<Record<string, string>> | undefined): string | undefined {
  const value = labels?.[term.topologyKey]
  return value === undefined ? undefined : `${term.topologyKey}=${value}`
}

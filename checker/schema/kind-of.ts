import { builtInKinds } from '../cluster/resources.ts'
import type { Finding } from '../files/finding.ts'
import type { Located } from '../files/located.ts'
import { either, finding } from '../messages/catalogue.ts'
import { nearest } from './did-you-mean.ts'

/** Whether there is a kind of this name in this version of the API; kinds of custom resources are left to the cluster. */
export function kindFindings(object: Located): Finding[] {
  const { apiVersion, kind } = object
  const findings: Finding[] = []
  if (kind === '') findings.push(finding('kind-missing', {}, { place: object.place(['kind']) }))
  if (apiVersion === '')
    findings.push(finding('api-version-missing', { known: kind || undefined }, { place: object.place(['apiVersion']) }))
  if (findings.length > 0) return findings
  const kinds = builtInKinds()
  if (kinds.some((known) => known.apiVersion === apiVersion && known.kind === kind)) return []
  const served = kinds.filter((known) => known.kind === kind).map((known) => known.apiVersion)
  if (served.length > 0) {
    const place = object.place(['apiVersion'])
    return [finding('wrong-api-version', { kind, apiVersion, served: either(served) }, { place })]
  }
  const groups = new Set(kinds.map((known) => groupOf(known.apiVersion)))
  // a group of its own: a custom resource, which only the cluster knows
  if (!groups.has(groupOf(apiVersion))) return []
  const names = nearest(kind, new Set(kinds.map((known) => known.kind)))
  return [finding('unknown-kind', { kind, apiVersion, suggestions: either(names) }, { place: object.place(['kind']) })]
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
}

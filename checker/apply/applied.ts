/** An object that the workbook applied, as it is remembered: enough to find it again and to know that it is the same one. */
export interface AppliedObject {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string
  readonly name: string
  readonly uid: string
}

/** What an apply did: kubectl's words, and what was taken away because the files no longer have it. */
export interface AppliedChange {
  readonly object: AppliedObject
  readonly action: 'created' | 'configured' | 'unchanged' | 'pruned'
}

/** `deployment/starter-app`, as screens name objects. */
export function shortName({ kind, name }: { readonly kind: string; readonly name: string }): string {
  return `${kind.toLowerCase()}/${name}`
}

export function sameObject(a: Omit<AppliedObject, 'uid'>, b: Omit<AppliedObject, 'uid'>): boolean {
  return (
    a.kind === b.kind &&
    a.name === b.name &&
    (a.namespace ?? '') === (b.namespace ?? '') &&
    groupOf(a.apiVersion) === groupOf(b.apiVersion)
  )
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
}

import type { KindName, Kinds, Mutable } from '../../apimachinery/objects.ts'
import type { FieldError } from '../validation/field-error.ts'

/** A cell of a table answer. `null` prints as `<none>` only where Kubernetes does so. */
export type Cell = string | number | boolean | null

/** What a kind may ask of the server that holds it. All reads are of the committed state, without waiting. */
export interface Host {
  /** Milliseconds since the epoch. */
  now(): number
  get<K extends KindName>(kind: K, namespace: string | undefined, name: string): Kinds[K] | undefined
  list<K extends KindName>(kind: K, namespace?: string): readonly Kinds[K][]
  /** Five random characters as in generated names, or as many as asked. */
  random(length?: number): string
  readonly dryRun: boolean
}

/**
 * A kind of the API: what no table of facts can say. Names, verbs, columns' heads, field types, defaults and enums come from
 * `facts/` by the kind's name; the order here is the order in which the server calls them (as registry/rest's strategies).
 */
export interface Kind<K extends KindName = KindName> {
  readonly kind: K
  /** Of those in `facts/resources.json`, the ones that this server answers: `status`, `scale`, `log`, `proxy`, `binding`, … */
  readonly subresources?: readonly string[]
  /** Whether `metadata.generation` counts changes of the spec. */
  readonly generation?: boolean

  /** After defaulting: drops what a client may not set, allocates, admits. Throws ApiError to refuse. */
  prepareForCreate?(object: Mutable<Kinds[K]>, host: Host): void
  prepareForUpdate?(next: Mutable<Kinds[K]>, last: Kinds[K], host: Host): void
  /** Keeps everything but what `/status` may change. Left out: `spec` and `metadata` (but labels, annotations…) stay. */
  prepareForStatusUpdate?(next: Mutable<Kinds[K]>, last: Kinds[K], host: Host): void

  /** What is wrong with a name; left out: a DNS-1123 subdomain. */
  checkName?(name: string): string[]
  /** All that is wrong with the object by itself, metadata left out (`validation/validate.ts` checks that for every kind). */
  validate(object: Kinds[K]): readonly FieldError[]
  /** All that is wrong with an update: the object by itself and what may not change. Left out: only the former. */
  validateUpdate?(next: Kinds[K], last: Kinds[K]): readonly FieldError[]
  validateStatusUpdate?(next: Kinds[K], last: Kinds[K]): readonly FieldError[]
  /** Texts of `Warning` headers. */
  warnings?(object: Kinds[K], last?: Kinds[K]): readonly string[]

  /** Values for the field selectors that `facts/selectors.json` allows, beyond metadata.name and metadata.namespace. */
  selectableFields?(object: Kinds[K]): Readonly<Record<string, string>>
  /** One row of a table answer, in the order of `facts/columns.json` (all priorities). */
  cells(object: Kinds[K], now: number): readonly Cell[]
  /** What `/scale` reads; it writes `spec.replicas`. */
  scale?(object: Kinds[K]): { readonly replicas: number; readonly statusReplicas: number; readonly selector: string }
  /**
   * How a delete goes: the grace period in seconds that is granted (0: gone at once). Left out: gone at once when no
   * finalizer holds it.
   */
  gracePeriod?(object: Kinds[K], asked: number | undefined): number
}

/** Names the type of a kind's declaration. */
export function kind<K extends KindName>(declaration: Kind<K>): Kind<K> {
  return declaration
}

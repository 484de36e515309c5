import { type ApiError, failure } from '../../apimachinery/errors.ts'
import type { Deletion, PropagationPolicy } from '../registry/delete.ts'
import { causeOf, type FieldError } from '../validation/field-error.ts'

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore'

export interface WriteQuery {
  readonly dryRun: boolean
  readonly fieldValidation: FieldValidation
  readonly manager: string
}

const FIELD_VALIDATIONS = ['', 'Ignore', 'Strict', 'Warn']
const LONGEST_MANAGER = 128

/** Query parameters of a write. `kind` names the options in messages: `CreateOptions`. Throws Invalid. */
export function writeQuery(kind: string, query: URLSearchParams, userAgent: string | undefined): WriteQuery {
  const errors: FieldError[] = []
  const manager = query.get('fieldManager') ?? ''
  if (manager.length > LONGEST_MANAGER) {
    const message = `Too long: may not be more than ${LONGEST_MANAGER} bytes`
    errors.push({ type: 'FieldValueTooLong', field: 'fieldManager', message })
  }
  if (kind === 'PatchOptions' && query.has('force')) {
    const message = 'Forbidden: may not be specified for non-apply patch'
    errors.push({ type: 'FieldValueForbidden', field: 'force', message })
  }
  const dryRun = query.getAll('dryRun')
  errors.push(...dryRunErrors(dryRun))
  const fieldValidation = query.get('fieldValidation') ?? ''
  if (!FIELD_VALIDATIONS.includes(fieldValidation)) {
    errors.push(notSupported('fieldValidation', fieldValidation, FIELD_VALIDATIONS))
  }
  if (errors.length > 0) throw invalidOptions(kind, errors)
  return {
    dryRun: dryRun.length > 0,
    fieldValidation: (fieldValidation || 'Warn') as FieldValidation,
    manager: manager || managerOf(userAgent),
  }
}

/** The program's name in `kubectl/v1.34.1 (linux/amd64) …`. */
export function managerOf(userAgent = ''): string {
  const [program = ''] = userAgent.split('/')
  return program.slice(0, LONGEST_MANAGER)
}

/** Options of a deletion: the body where there is one, else the query. Throws Invalid, BadRequest. */
export function deletion(query: URLSearchParams, body: Readonly<Record<string, unknown>> | undefined) {
  const options = body ?? fromQuery(query)
  const errors: FieldError[] = []
  const dryRun = (options.dryRun ?? []) as readonly string[]
  errors.push(...dryRunErrors(dryRun))
  const policy = options.propagationPolicy as string | undefined
  const { orphanDependents } = options as { orphanDependents?: boolean }
  if (policy !== undefined && orphanDependents !== undefined && orphanDependents !== null) {
    const message = `Invalid value: ${JSON.stringify(policy)}: orphanDependents and deletionPropagation cannot be both set`
    errors.push({ type: 'FieldValueInvalid', field: 'propagationPolicy', message })
  } else if (policy !== undefined && !['Foreground', 'Background', 'Orphan'].includes(policy)) {
    errors.push(notSupported('propagationPolicy', policy, ['Foreground', 'Background', 'Orphan', 'nil']))
  }
  if (errors.length > 0) throw invalidOptions('DeleteOptions', errors)
  const grace = options.gracePeriodSeconds as number | undefined
  const settled: Deletion = {
    ...(grace !== undefined && grace !== null && { gracePeriodSeconds: grace }),
    ...(policy !== undefined && { propagationPolicy: policy as PropagationPolicy }),
    ...(policy === undefined &&
      typeof orphanDependents === 'boolean' && { propagationPolicy: orphan(orphanDependents) }),
    ...(isMap(options.preconditions) && { preconditions: options.preconditions }),
  }
  return { options: settled, dryRun: dryRun.length > 0 }
}

function orphan(dependents: boolean): PropagationPolicy {
  return dependents ? 'Orphan' : 'Background'
}

function fromQuery(query: URLSearchParams): Readonly<Record<string, unknown>> {
  const grace = query.get('gracePeriodSeconds')
  const policy = query.get('propagationPolicy')
  const dependents = query.get('orphanDependents')
  return {
    ...(query.has('dryRun') && { dryRun: query.getAll('dryRun') }),
    ...(grace !== null && { gracePeriodSeconds: integer(grace) }),
    ...(policy !== null && { propagationPolicy: policy }),
    ...(dependents !== null && { orphanDependents: dependents !== 'false' && dependents !== '0' }),
  }
}

/** Go's strconv.ParseInt, with its words. */
export function integer(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) {
    throw failure(400, 'BadRequest', `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  }
  return Number(text)
}

function dryRunErrors(values: readonly string[]): FieldError[] {
  if (values.every((value) => value === 'All')) return []
  const message = `Unsupported value: ${JSON.stringify(values).replaceAll('","', '","')}: supported values: "All"`
  return [{ type: 'FieldValueNotSupported', field: 'dryRun', message }]
}

function notSupported(field: string, value: string, supported: readonly string[]): FieldError {
  const list = supported.map((each) => JSON.stringify(each)).join(', ')
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`
  return { type: 'FieldValueNotSupported', field, message }
}

/** 422 about the options themselves: `CreateOptions.meta.k8s.io "" is invalid: …`. */
export function invalidOptions(kind: string, errors: readonly FieldError[]): ApiError {
  const texts = [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))]
  const all = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`
  return failure(422, 'Invalid', `${kind}.meta.k8s.io "" is invalid: ${all}`, {
    group: 'meta.k8s.io',
    kind,
    causes: errors.map(causeOf),
  })
}

function isMap(value: unknown): value is { uid?: string; resourceVersion?: string } {
  return typeof value === 'object' && value !== null
}

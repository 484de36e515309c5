import { isDeepStrictEqual } from 'node:util'
import { structuredPatch } from 'diff'
import type { Mutable, Pod, Toleration } from '../../apimachinery/objects.ts'
import { forbidden, invalid } from './field.ts'
import type { FieldError } from './field-error.ts'
import { internalForm } from './internal-form.ts'
import { validatePod } from './pod.ts'

const ALLOWED =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'
const NO_OTHER_CONTAINERS = 'pod updates may not add or remove containers'
const ONLY_NODE_SELECTOR_ADDITIONS = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)'

/** What may change in a pod: images, deadlines that come nearer, tolerations that are added. As ValidatePodUpdate. */
export function validatePodUpdate(next: Pod, last: Pod): FieldError[] {
  const errors = validatePod(next)
  const lengths = (['containers', 'initContainers'] as const).filter(
    (field) => (next.spec[field]?.length ?? 0) !== (last.spec[field]?.length ?? 0),
  )
  if (lengths.length > 0) {
    // Nothing more can be compared then.
    const [first = 'containers'] = lengths
    return [...errors, forbidden(`spec.${first}`, NO_OTHER_CONTAINERS)]
  }
  errors.push(...validateDeadline(next, last))
  errors.push(...validateTolerations(next.spec.tolerations ?? [], last.spec.tolerations ?? []))
  errors.push(...validateGates(next, last))
  const changed = withAllowedChangesUndone(next, last)
  errors.push(...validateGatedPod(next, last, changed))
  if (!isDeepStrictEqual(changed, plainSpec(last)))
    errors.push(forbidden('spec', `${ALLOWED}\n${difference(last, changed)}`))
  return errors
}

type Spec = Mutable<Pod['spec']>

/** The new spec with everything put back that may be changed. */
function withAllowedChangesUndone(next: Pod, last: Pod): Spec {
  const spec = plainSpec(next)
  const { spec: before } = last
  for (const field of ['containers', 'initContainers'] as const) {
    spec[field]?.forEach((container, index) => {
      const image = before[field]?.[index]?.image
      if (image !== undefined) container.image = image
    })
  }
  restore(spec, before, 'activeDeadlineSeconds')
  restore(spec, before, 'tolerations')
  if (before.terminationGracePeriodSeconds !== undefined && before.terminationGracePeriodSeconds < 0) {
    if (spec.terminationGracePeriodSeconds === 1) restore(spec, before, 'terminationGracePeriodSeconds')
  }
  const gates = spec.schedulingGates ?? []
  if (gates.length < (before.schedulingGates?.length ?? 0)) restore(spec, before, 'schedulingGates')
  return spec
}

function plainSpec({ spec }: Pod): Spec {
  const copy = structuredClone(spec) as Spec
  // An alias of serviceAccountName that the internal type does not have.
  delete copy.serviceAccount
  return copy
}

function restore<K extends keyof Spec>(spec: Spec, before: Pod['spec'], field: K): void {
  if (before[field] === undefined) delete spec[field]
  else spec[field] = structuredClone(before[field]) as Spec[K]
}

function validateDeadline(next: Pod, last: Pod): FieldError[] {
  const at = 'spec.activeDeadlineSeconds'
  const seconds = next.spec.activeDeadlineSeconds
  const before = last.spec.activeDeadlineSeconds
  if (before === undefined) return []
  if (seconds === undefined) return [invalid(at, undefined, 'must not update from a positive integer to nil value')]
  return seconds > before ? [invalid(at, seconds, 'must be less than or equal to previous value')] : []
}

function validateTolerations(next: readonly Toleration[], last: readonly Toleration[]): FieldError[] {
  const same = (one: Toleration, other: Toleration) =>
    isDeepStrictEqual({ ...one, tolerationSeconds: 0 }, { ...other, tolerationSeconds: 0 })
  if (last.every((before) => next.some((after) => same(before, after)))) return []
  return [forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')]
}

function validateGates(next: Pod, last: Pod): FieldError[] {
  const before = new Set((last.spec.schedulingGates ?? []).map(({ name }) => name))
  return (next.spec.schedulingGates ?? []).flatMap(({ name }, index) => {
    if (before.has(name)) return []
    const detail = `only deletion is allowed, but found new scheduling gate '${name}'`
    return [forbidden(`spec.schedulingGates[${index}].name`, detail)]
  })
}

/** A pod that waits at a gate may get node selectors, which are then put back in `changed`. */
function validateGatedPod(next: Pod, last: Pod, changed: Spec): FieldError[] {
  if (!last.spec.schedulingGates?.length) return []
  if (next.spec.schedulingGates?.length) restore(changed, last.spec, 'schedulingGates')
  const before = last.spec.nodeSelector ?? {}
  const after = next.spec.nodeSelector ?? {}
  restore(changed, last.spec, 'nodeSelector')
  if (Object.entries(before).every(([key, value]) => after[key] === value)) return []
  return [invalid('spec.nodeSelector', next.spec.nodeSelector, ONLY_NODE_SELECTOR_ADDITIONS)]
}

/** The change as the server prints it: a unified diff of the internal form. */
function difference(last: Pod, changed: Spec): string {
  const text = (spec: object) => `${JSON.stringify(internalForm('PodSpec', spec), null, 1)}\n`
  const { hunks } = structuredPatch('', '', text(plainSpec(last)), text(changed), '', '', { context: 3 })
  return hunks
    .map(({ oldStart, oldLines, newStart, newLines, lines }) => {
      const head = `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`
      return `${[head, ...lines].join('\n')}\n`
    })
    .join('')
}

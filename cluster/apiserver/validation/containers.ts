import type { Container, PodSpec } from '../../apimachinery/objects.ts'
import { validateContainerPorts, validateHostPorts } from './container-ports.ts'
import { validateEnv, validateEnvFrom } from './env.ts'
import { duplicate, eachInvalid, forbidden, invalid, notFound, notSupported, required } from './field.ts'
import type { FieldError } from './field-error.ts'
import { dns1123Label } from './names.ts'
import { validateLifecycle, validateProbes } from './probes.ts'
import { validateResources } from './resources.ts'
import { validateSecurityContext } from './security-context.ts'
import { validateVolumeMounts } from './volume-mounts.ts'

type EphemeralContainer = NonNullable<PodSpec['ephemeralContainers']>[number]

/** What the rules for a container must know of its pod. */
export interface PodScope {
  /** The volumes that can be mounted. */
  readonly volumes: ReadonlySet<string>
  readonly resourceClaims: readonly string[]
  /** Seconds. */
  readonly gracePeriod: number
  readonly restartPolicy: string
}

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never']
const MESSAGE_POLICIES = ['FallbackToLogsOnError', 'File']

export function validateContainers(containers: readonly Container[], scope: PodScope, path: string): FieldError[] {
  if (containers.length === 0) return [required(path)]
  const names = new Set<string>()
  const errors = containers.flatMap((container, index) => {
    const at = `${path}[${index}]`
    const { name = '', lifecycle, restartPolicy } = container
    const wrong = validateContainer(container, scope, at)
    if (names.has(name)) wrong.push(duplicate(`${at}.name`, name))
    names.add(name)
    wrong.push(...validateLifecycle(lifecycle, scope.gracePeriod, `${at}.lifecycle`))
    wrong.push(...validateProbes(container, scope.gracePeriod, at))
    if (restartPolicy !== undefined) {
      wrong.push(forbidden(`${at}.restartPolicy`, 'may not be set for non-init containers'))
    }
    return wrong
  })
  return [...errors, ...validateHostPorts(containers, path)]
}

export function validateInitContainers(
  containers: readonly Container[],
  regular: readonly Container[],
  scope: PodScope,
  path: string,
): FieldError[] {
  const names = new Set(regular.map(({ name }) => name))
  return containers.flatMap((container, index) => {
    const at = `${path}[${index}]`
    const { name = '', lifecycle, restartPolicy } = container
    const errors = validateContainer(container, scope, at)
    if (restartPolicy !== undefined && restartPolicy !== 'Always') {
      errors.push(notSupported(`${at}.restartPolicy`, restartPolicy, ['Always']))
    }
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name))
    else if (name !== '') names.add(name)
    errors.push(...validateHostPorts([container], path))
    if (restartPolicy === 'Always') {
      errors.push(...validateLifecycle(lifecycle, scope.gracePeriod, `${at}.lifecycle`))
      errors.push(...validateProbes(container, scope.gracePeriod, at))
      return errors
    }
    for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
      if (!container[field]) continue
      errors.push(forbidden(`${at}.${field}`, 'may not be set for init containers without restartPolicy=Always'))
    }
    if ((container.resizePolicy ?? []).length > 0) {
      errors.push(invalid(`${at}.resizePolicy`, container.resizePolicy, 'must not be set for init containers'))
    }
    return errors
  })
}

const NOT_EPHEMERAL = ['ports', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle', 'resizePolicy'] as const

export function validateEphemeralContainers(
  containers: readonly EphemeralContainer[],
  others: readonly Container[],
  scope: PodScope,
  path: string,
): FieldError[] {
  const known = others.map(({ name }) => name)
  const names = new Set(known)
  return containers.flatMap((container, index) => {
    const at = `${path}[${index}]`
    const { name = '', targetContainerName = '' } = container
    const errors = validateContainer(container as Container, scope, at)
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name))
    else names.add(name)
    if (targetContainerName !== '' && !known.includes(targetContainerName)) {
      errors.push(notFound(`${at}.targetContainerName`, targetContainerName))
    }
    for (const field of NOT_EPHEMERAL) {
      if (container[field]) errors.push(forbidden(`${at}.${field}`, 'cannot be set for an Ephemeral Container'))
    }
    if (Object.keys(container.resources ?? {}).length > 0) {
      errors.push(forbidden(`${at}.resources`, 'cannot be set for an Ephemeral Container'))
    }
    return errors
  })
}

/** An image's name may not be padded; templates are left alone, for tools that put something in place of a blank. */
export function validateImageOfPod(containers: readonly Container[], path: string): FieldError[] {
  return containers.flatMap(({ image = '' }, index) =>
    image === image.trim()
      ? []
      : [invalid(`${path}[${index}].image`, image, 'must not have leading or trailing whitespace')],
  )
}

function validateContainer(container: Container, scope: PodScope, path: string): FieldError[] {
  const { name = '', image = '', terminationMessagePolicy = '', imagePullPolicy = '' } = container
  const errors = name === '' ? [required(`${path}.name`)] : eachInvalid(`${path}.name`, name, dns1123Label(name))
  if (image === '') errors.push(required(`${path}.image`))
  errors.push(...oneOf(terminationMessagePolicy, MESSAGE_POLICIES, `${path}.terminationMessagePolicy`))
  errors.push(...validateContainerPorts(container.ports ?? [], `${path}.ports`))
  errors.push(...validateEnv(container.env ?? [], `${path}.env`))
  errors.push(...validateEnvFrom(container.envFrom ?? [], `${path}.envFrom`))
  errors.push(...validateVolumeMounts(container, scope.volumes, `${path}.volumeMounts`))
  errors.push(...oneOf(imagePullPolicy, PULL_POLICIES, `${path}.imagePullPolicy`))
  errors.push(...validateResources(container.resources ?? {}, scope.resourceClaims, `${path}.resources`))
  errors.push(...validateResizePolicy(container, scope.restartPolicy, `${path}.resizePolicy`))
  return [...errors, ...validateSecurityContext(container.securityContext, `${path}.securityContext`)]
}

function oneOf(value: string, supported: readonly string[], path: string): FieldError[] {
  if (value === '') return [required(path)]
  return supported.includes(value) ? [] : [notSupported(path, value, supported)]
}

function validateResizePolicy(container: Container, podRestartPolicy: string, path: string): FieldError[] {
  const seen = new Set<string>()
  return (container.resizePolicy ?? []).flatMap(({ resourceName = '', restartPolicy = '' }, index) => {
    const errors = seen.has(resourceName) ? [duplicate(`${path}[${index}]`, resourceName)] : []
    seen.add(resourceName)
    errors.push(...oneOf(resourceName, ['cpu', 'memory'], path))
    errors.push(...oneOf(restartPolicy, ['NotRequired', 'RestartContainer'], path))
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      errors.push(invalid(path, restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'"))
    }
    return errors
  })
}

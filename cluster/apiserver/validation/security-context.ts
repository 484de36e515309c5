import type { Container, PodSpec } from '../../apimachinery/objects.ts'
import { eachInvalid, invalid, notSupported, required } from './field.ts'
import type { FieldError } from './field-error.ts'
import { internalForm } from './internal-form.ts'
import { inRange } from './names.ts'
import { localDescending } from './paths.ts'

type SecurityContext = NonNullable<Container['securityContext']>
type PodSecurityContext = NonNullable<PodSpec['securityContext']>
type SeccompProfile = NonNullable<SecurityContext['seccompProfile']>

const MAX_ID = 2 ** 31 - 1
const PROFILES = ['Localhost', 'RuntimeDefault', 'Unconfined']

export function validateSecurityContext(context: SecurityContext | undefined, path: string): FieldError[] {
  if (!context) return []
  const { privileged, capabilities, allowPrivilegeEscalation, procMount, seccompProfile, appArmorProfile } = context
  const errors = [
    ...validateId(context.runAsUser, `${path}.runAsUser`),
    ...validateId(context.runAsGroup, `${path}.runAsGroup`),
  ]
  if (procMount !== undefined) {
    if (procMount !== 'Default' && procMount !== 'Unmasked') {
      errors.push(notSupported(`${path}.procMount`, procMount, ['Default', 'Unmasked']))
    }
  }
  errors.push(...validateProfile(seccompProfile, 'seccomp', `${path}.seccompProfile`))
  errors.push(...validateProfile(appArmorProfile, 'AppArmor', `${path}.appArmorProfile`))
  if (allowPrivilegeEscalation === false) {
    const shown = internalForm('SecurityContext', context)
    if (privileged) {
      errors.push(invalid(path, shown, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'))
    }
    for (const capability of capabilities?.add ?? []) {
      if (capability !== 'CAP_SYS_ADMIN') continue
      const detail = 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN'
      errors.push(invalid(path, shown, detail))
    }
  }
  return errors
}

export function validatePodSecurityContext(context: PodSecurityContext | undefined, path: string): FieldError[] {
  if (!context) return []
  const { fsGroupChangePolicy, supplementalGroupsPolicy, seccompProfile, appArmorProfile } = context
  const errors = [
    ...validateId(context.fsGroup, `${path}.fsGroup`),
    ...validateId(context.runAsUser, `${path}.runAsUser`),
    ...validateId(context.runAsGroup, `${path}.runAsGroup`),
    ...(context.supplementalGroups ?? []).flatMap((id, index) =>
      validateId(id, `${path}.supplementalGroups[${index}]`),
    ),
  ]
  const sysctls = new Set<string>()
  context.sysctls?.forEach(({ name = '' }, index) => {
    if (name === '') errors.push(required(`${path}.sysctls[${index}].name`))
    sysctls.add(name)
  })
  const policies = ['Always', 'OnRootMismatch']
  if (fsGroupChangePolicy !== undefined && !policies.includes(fsGroupChangePolicy)) {
    errors.push(notSupported(`${path}.fsGroupChangePolicy`, fsGroupChangePolicy, policies))
  }
  errors.push(...validateProfile(seccompProfile, 'seccomp', `${path}.seccompProfile`))
  errors.push(...validateProfile(appArmorProfile, 'AppArmor', `${path}.appArmorProfile`))
  const groups = ['Merge', 'Strict']
  if (supplementalGroupsPolicy !== undefined && !groups.includes(supplementalGroupsPolicy)) {
    errors.push(notSupported(`${path}.supplementalGroupsPolicy`, supplementalGroupsPolicy, groups))
  }
  return errors
}

function validateId(id: number | undefined, path: string): FieldError[] {
  return id === undefined ? [] : eachInvalid(path, id, inRange(id, 0, MAX_ID))
}

function validateProfile(profile: SeccompProfile | undefined, what: string, path: string): FieldError[] {
  if (!profile) return []
  const { type = '', localhostProfile } = profile
  const field = what === 'seccomp' ? 'seccompProfile' : 'appArmorProfile'
  if (type === '') return [required(`${path}.type`, `type is required when ${field} is set`)]
  if (!PROFILES.includes(type)) return [notSupported(`${path}.type`, type, PROFILES)]
  if (type !== 'Localhost') {
    if (localhostProfile === undefined) return []
    const detail = `can only be set when ${what} type is Localhost`
    return [invalid(`${path}.localhostProfile`, localhostProfile, detail)]
  }
  if (localhostProfile === undefined) {
    return [required(`${path}.localhostProfile`, `must be set when ${what} type is Localhost`)]
  }
  return localDescending(localhostProfile, `${path}.localhostProfile`)
}

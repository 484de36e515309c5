import type { Container, PodSpec } from '../../apimachinery/objects.ts'
import { validateAffinity } from './affinity.ts'
import { type PodScope, validateContainers, validateEphemeralContainers, validateInitContainers } from './containers.ts'
import { duplicate, eachInvalid, invalid, notSupported, required } from './field.ts'
import type { FieldError } from './field-error.ts'
import { validateIp } from './ip.ts'
import { validateLabels } from './labels.ts'
import { dns1123Label, dns1123Subdomain, inRange, qualifiedName } from './names.ts'
import { validatePodSecurityContext } from './security-context.ts'
import { validateTolerations } from './tolerations.ts'
import { validateTopologySpread } from './topology-spread.ts'
import { validateVolumes } from './volumes.ts'

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never']
const DNS_POLICIES = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None']
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never']
const MAX_INT32 = 2 ** 31 - 1

/** As ValidatePodSpec of k8s.io/kubernetes/pkg/apis/core/validation, in its order. */
export function validatePodSpec(spec: PodSpec, path: string): FieldError[] {
  const { initContainers = [], ephemeralContainers = [], resourceClaims = [] } = spec
  const containers = spec.containers ?? []
  const { errors: volumes, names } = validateVolumes(spec.volumes ?? [], `${path}.volumes`)
  const scope: PodScope = {
    volumes: names,
    resourceClaims: resourceClaims.map(({ name }) => name),
    gracePeriod: spec.terminationGracePeriodSeconds ?? 0,
    restartPolicy: spec.restartPolicy ?? '',
  }
  const others = [...containers, ...initContainers] as Container[]
  return [
    ...volumes,
    ...validateContainers(containers, scope, `${path}.containers`),
    ...validateInitContainers(initContainers, containers, scope, `${path}.initContainers`),
    ...validateEphemeralContainers(ephemeralContainers, others, scope, `${path}.ephemeralContainers`),
    ...validateHostNetwork(spec, path),
    ...oneOf(spec.restartPolicy, RESTART_POLICIES, `${path}.restartPolicy`),
    ...oneOf(spec.dnsPolicy, DNS_POLICIES, `${path}.dnsPolicy`),
    ...validateLabels(spec.nodeSelector, `${path}.nodeSelector`),
    ...validatePodSecurityContext(spec.securityContext, `${path}.securityContext`),
    ...validateAffinity(spec.affinity, `${path}.affinity`),
    ...validateDnsConfig(spec, `${path}.dnsConfig`),
    ...(spec.readinessGates ?? []).flatMap(({ conditionType = '' }, index) => {
      const at = `${path}.readinessGates[${index}].conditionType`
      return eachInvalid(at, conditionType, qualifiedName(conditionType))
    }),
    ...validateSchedulingGates(spec, `${path}.schedulingGates`),
    ...validateTopologySpread(spec.topologySpreadConstraints ?? [], `${path}.topologySpreadConstraints`),
    ...named(spec.serviceAccountName, dns1123Subdomain, `${path}.serviceAccountName`),
    ...named(spec.nodeName, dns1123Subdomain, `${path}.nodeName`),
    ...validateActiveDeadline(spec.activeDeadlineSeconds, `${path}.activeDeadlineSeconds`),
    ...named(spec.hostname, dns1123Label, `${path}.hostname`),
    ...named(spec.subdomain, dns1123Label, `${path}.subdomain`),
    ...validateTolerations(spec.tolerations ?? [], `${path}.tolerations`),
    ...validateHostAliases(spec, `${path}.hostAliases`),
    ...named(spec.priorityClassName, dns1123Subdomain, `${path}.priorityClassName`),
    ...named(spec.runtimeClassName, dns1123Subdomain, `${path}.runtimeClassName`),
    ...(spec.preemptionPolicy === undefined
      ? []
      : oneOf(spec.preemptionPolicy, PREEMPTION_POLICIES, `${path}.preemptionPolicy`)),
    ...(spec.os === undefined ? [] : oneOf(spec.os.name, ['linux', 'windows'], `${path}.os.name`)),
  ]
}

function oneOf(value: string | undefined, supported: readonly string[], path: string): FieldError[] {
  if (!value) return [required(path)]
  return supported.includes(value) ? [] : [notSupported(path, value, supported)]
}

function named(name: string | undefined, check: (name: string) => string[], path: string): FieldError[] {
  return name ? eachInvalid(path, name, check(name)) : []
}

function validateActiveDeadline(seconds: number | undefined, path: string): FieldError[] {
  return seconds === undefined ? [] : eachInvalid(path, seconds, inRange(seconds, 1, MAX_INT32))
}

function validateHostNetwork({ hostNetwork, containers }: PodSpec, path: string): FieldError[] {
  if (!hostNetwork) return []
  return (containers ?? []).flatMap(({ ports = [] }, position) =>
    ports.flatMap(({ hostPort = 0, containerPort = 0 }, index) => {
      if (hostPort === containerPort) return []
      const at = `${path}.containers[${position}].ports[${index}].containerPort`
      return [invalid(at, containerPort, 'must match `hostPort` when `hostNetwork` is true')]
    }),
  )
}

function validateDnsConfig({ dnsPolicy, dnsConfig }: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = []
  if (dnsPolicy === 'None') {
    if (!dnsConfig) return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')]
    if ((dnsConfig.nameservers ?? []).length === 0) {
      errors.push(required(`${path}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None'))
    }
  }
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {}
  if (nameservers.length > 3) {
    errors.push(invalid(`${path}.nameservers`, nameservers, 'must not have more than 3 nameservers'))
  }
  nameservers.forEach((address, index) => {
    errors.push(...validateIp(address, `${path}.nameservers[${index}]`))
  })
  if (searches.length > 32)
    errors.push(invalid(`${path}.searches`, searches, 'must not have more than 32 search paths'))
  searches.forEach((search, index) => {
    const domain = search === '.' ? '' : search.replace(/\.$/, '')
    if (domain !== '') errors.push(...eachInvalid(`${path}.searches[${index}]`, search, dns1123Subdomain(domain)))
  })
  options.forEach(({ name = '' }, index) => {
    if (name === '') errors.push(required(`${path}.options[${index}]`, 'must not be empty'))
  })
  return errors
}

function validateSchedulingGates({ schedulingGates = [] }: PodSpec, path: string): FieldError[] {
  const seen = new Set<string>()
  return schedulingGates.flatMap(({ name = '' }, index) => {
    const at = `${path}[${index}]`
    const errors = eachInvalid(at, name, qualifiedName(name))
    if (seen.has(name)) errors.push(duplicate(at, name))
    seen.add(name)
    return errors
  })
}

function validateHostAliases({ hostAliases = [] }: PodSpec, path: string): FieldError[] {
  return hostAliases.flatMap(({ ip = '', hostnames = [] }, index) => [
    ...validateIp(ip, `${path}[${index}].ip`),
    ...hostnames.flatMap((name) => eachInvalid(`${path}[${index}].hostnames`, name, dns1123Subdomain(name))),
  ])
}

import type { Service } from '../../apimachinery/objects.ts'

/**
 * The variables that tell a pod's containers where the services of its namespace are, and always `kubernetes` of `default`.
 * Follows pkg/kubelet/envvars.
 */
export function serviceVariables(
  services: readonly Service[],
  namespace: string,
  enableServiceLinks: boolean,
): Record<string, string> {
  const variables: Record<string, string> = {}
  for (const service of services) {
    const { clusterIP, ports = [] } = service.spec
    const [first] = ports
    if (!clusterIP || clusterIP === 'None' || !first) continue
    const isMaster = service.metadata.namespace === 'default' && service.metadata.name === 'kubernetes'
    if (!isMaster && !(enableServiceLinks && service.metadata.namespace === namespace)) continue

    const prefix = variableName(service.metadata.name)
    const address = clusterIP.includes(':') ? `[${clusterIP}]` : clusterIP
    variables[`${prefix}_SERVICE_HOST`] = clusterIP
    variables[`${prefix}_SERVICE_PORT`] = String(first.port)
    variables[`${prefix}_PORT`] = `${(first.protocol ?? 'TCP').toLowerCase()}://${address}:${first.port}`
    for (const { name, port, protocol = 'TCP' } of ports) {
      if (name) variables[`${prefix}_SERVICE_PORT_${variableName(name)}`] = String(port)
      const link = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`
      variables[link] = `${protocol.toLowerCase()}://${address}:${port}`
      variables[`${link}_PROTO`] = protocol.toLowerCase()
      variables[`${link}_PORT`] = String(port)
      variables[`${link}_ADDR`] = clusterIP
    }
  }
  return variables
}

function variableName(name: string): string {
  return name.replaceAll('-', '_').toUpperCase()
}

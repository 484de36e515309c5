import { CommandError } from '../errors.ts'
import type { Session } from '../session.ts'
import type { Generator } from './generator.ts'

const HIGHEST_PORT = 65_535

interface Port {
  readonly name: string
  readonly port: number
  readonly targetPort: number | string
}

export const clusterIpService: Generator = {
  name: 'service clusterip',
  failed: 'failed to create ClusterIP service: ',
  make(session, name) {
    const address = session.flags.text('clusterip')
    const ports = portsOf(session, address !== 'None')
    return serviceOf(name, { ...(address && { clusterIP: address }), ports, type: 'ClusterIP' })
  },
}

export const nodePortService: Generator = {
  name: 'service nodeport',
  failed: 'failed to create NodePort service: ',
  make(session, name) {
    const nodePort = session.flags.number('node-port') ?? 0
    const ports = portsOf(session, true).map((port) => ({ ...port, ...(nodePort > 0 && { nodePort }) }))
    return serviceOf(name, { ports, type: 'NodePort' })
  },
}

export const loadBalancerService: Generator = {
  name: 'service loadbalancer',
  failed: 'failed to create LoadBalancer service: ',
  make: (session, name) => serviceOf(name, { ports: portsOf(session, true), type: 'LoadBalancer' }),
}

export const externalNameService: Generator = {
  name: 'service externalname',
  failed: 'failed to create ExternalName service: ',
  make(session, name) {
    const externalName = session.flags.text('external-name')
    if (!externalName) throw new CommandError('required flag(s) "external-name" not set')
    if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(externalName)) {
      throw new CommandError(`invalid service external name ${externalName}`)
    }
    return serviceOf(name, { externalName, ports: portsOf(session, false), type: 'ExternalName' })
  },
}

interface ServiceSpec {
  readonly type: string
  readonly clusterIP?: string
  readonly externalName?: string
  readonly ports: readonly Port[]
}

function serviceOf(name: string, { ports, ...spec }: ServiceSpec): object {
  const labels = { app: name }
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels },
    spec: {
      ...spec,
      selector: labels,
      ...(ports.length > 0 && { ports: ports.map((port) => ({ ...port, protocol: 'TCP' })) }),
    },
    status: { loadBalancer: {} },
  }
}

/** `80`, `80:8080` or `80:http`, each of --tcp. */
function portsOf({ flags }: Session, required: boolean): Port[] {
  const given = flags.list('tcp').flatMap((list) => list.split(','))
  if (required && given.length === 0) throw new CommandError('at least one tcp port specifier must be provided')
  return given.map((text) => {
    const [first = '', target = first] = text.split(':')
    if (!/^\d+$/.test(first)) {
      throw new CommandError(`strconv.ParseUint: parsing ${JSON.stringify(first)}: invalid syntax`)
    }
    const targetPort = /^\d+$/.test(target) ? Number(target) : target
    if (typeof targetPort === 'number' && targetPort > HIGHEST_PORT) {
      throw new CommandError(`must be between 1 and ${HIGHEST_PORT}, inclusive`)
    }
    return { name: text.replace(':', '-'), port: Number(first), targetPort }
  })
}

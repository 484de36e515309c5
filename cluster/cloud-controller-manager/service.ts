import type { Draft, Service } from '../apimachinery/objects.ts'
import { type Context, type Controller, controller } from '../client/controller.ts'
import { LOAD_BALANCER_IP, type LoadBalancers, type OpenPort } from './load-balancers.ts'

const FINALIZER = 'service.kubernetes.io/load-balancer-cleanup'
/** Before the code of an error that no Kubernetes defines, as the field's rules ask. */
const DOMAIN = 'practice.local'

/** Gives Services of type LoadBalancer their address. Follows k8s.io/cloud-provider/controllers/service. */
export function serviceController(balancers: LoadBalancers): Controller {
  return controller('service-controller', {
    for: 'v1 Service',
    // One at a time: of two Services that want one port, the first gets it.
    workers: 1,
    async reconcile(key, context) {
      const service = context.cache.get('v1 Service', key)
      if (!service) return await balancers.remove(key)
      const wanted = wantsLoadBalancer(service)
      if (wanted && !service.metadata.deletionTimestamp) await ensure(service, balancers, context)
      else if (hasFinalizer(service) || balancers.has(key)) await cleanUp(key, service, balancers, context)
    },
  })
}

function wantsLoadBalancer({ spec }: Service): boolean {
  return spec.type === 'LoadBalancer' && !spec.loadBalancerClass
}

function hasFinalizer({ metadata }: Service): boolean {
  return metadata.finalizers?.includes(FINALIZER) ?? false
}

async function ensure(service: Service, balancers: LoadBalancers, { api, events }: Context): Promise<void> {
  const key = `${service.metadata.namespace}/${service.metadata.name}`
  const current = hasFinalizer(service) ? service : await setFinalizers(service, api, (all) => [...all, FINALIZER])
  const before = balancers.open(key)
  const isNew = !balancers.has(key) || needsMore(service, before)
  if (isNew) events.record(service, 'Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer')
  const open = await balancers.ensure(service)
  const status = statusOf(open, service)
  if (JSON.stringify(status) !== JSON.stringify(current.status.loadBalancer ?? {})) {
    const { namespace, name } = service.metadata
    const patch = { type: 'merge', body: { status: { loadBalancer: status } } } as const
    await api.patch('v1 Service', { ...(namespace && { namespace }), name }, patch, { subresource: 'status' })
  }
  if (!isNew) return
  for (const { problem, actual } of open) {
    if (!problem) continue
    const instead = actual === undefined ? 'there is no listener' : `listening on ${LOAD_BALANCER_IP}:${actual} instead`
    events.record(service, 'Warning', problem.code, `${problem.message}; ${instead}`)
  }
  events.record(service, 'Normal', 'EnsuredLoadBalancer', 'Ensured load balancer')
}

async function cleanUp(
  key: string,
  service: Service,
  balancers: LoadBalancers,
  { api, events }: Context,
): Promise<void> {
  events.record(service, 'Normal', 'DeletingLoadBalancer', 'Deleting load balancer')
  await balancers.remove(key)
  if (!service.metadata.deletionTimestamp && service.status.loadBalancer?.ingress) {
    const { namespace, name } = service.metadata
    const patch = { type: 'merge', body: { status: { loadBalancer: null } } } as const
    await api.patch('v1 Service', { ...(namespace && { namespace }), name }, patch, { subresource: 'status' })
  }
  if (hasFinalizer(service)) await setFinalizers(service, api, (all) => all.filter((name) => name !== FINALIZER))
  events.record(service, 'Normal', 'DeletedLoadBalancer', 'Deleted load balancer')
}

function needsMore({ spec }: Service, open: readonly OpenPort[]): boolean {
  const ports = spec.ports ?? []
  return ports.length !== open.length || ports.some(({ port }) => !open.some((own) => own.port === port))
}

/**
 * An address, and the ports where they are not simply the Service's: a port that could not be had carries its error, and
 * the one that is there instead follows it.
 */
function statusOf(open: readonly OpenPort[], service: Service): NonNullable<Draft<Service['status']>['loadBalancer']> {
  const allRight = open.every(({ problem }) => !problem)
  const ports = open.flatMap(({ port, actual, problem }) => {
    const protocol = service.spec.ports?.find((own) => own.port === port)?.protocol ?? 'TCP'
    if (!problem) return [{ port, protocol }]
    const failed = { port, protocol, error: `${DOMAIN}/${problem.code}` }
    return actual === undefined ? [failed] : [failed, { port: actual, protocol }]
  })
  return { ingress: [{ ip: LOAD_BALANCER_IP, ipMode: 'VIP', ...(!allRight && { ports }) }] }
}

function setFinalizers(
  service: Service,
  api: Context['api'],
  change: (finalizers: readonly string[]) => readonly string[],
): Promise<Service> {
  const { namespace, name, resourceVersion, finalizers = [] } = service.metadata
  const body = { metadata: { resourceVersion, finalizers: change(finalizers) } }
  return api.patch('v1 Service', { ...(namespace && { namespace }), name }, { type: 'merge', body })
}

import type { ClusterStatus, ServiceAddress } from '../../cluster/daemon/status.ts'
import type { PracticeCluster } from './practice-cluster.ts'

/** What `npm run cluster` shows: where it is, its nodes and parts, where Services are reached. */
export async function statusScreen(cluster: PracticeCluster, status: ClusterStatus): Promise<string> {
  const { speed, components, services, nodes } = status
  return [
    '',
    `  Practice cluster   Kubernetes 1.34 API at ${cluster.url}, for ${age(Date.now() - status.startedAt)}`,
    `  Memory             ${Math.round(status.memoryBytes / 1024 / 1024)} MB, without the pods' processes (pid ${status.pid})`,
    ...(speed === 1 ? [] : [`  Clock              ${speed} times as fast as real time:  npm run cluster speed 1`]),
    `  kubeconfig         ${cluster.kubeconfig}`,
    '',
    '  Nodes',
    ...nodes.map(
      ({ name, ready, pods, capacity }) =>
        `    ${name.padEnd(10)} ${ready ? 'Ready   ' : 'NotReady'}   ${pods} of ${capacity} pods`,
    ),
    '',
    '  Parts',
    ...components.map(
      ({ name, running }) =>
        `    ${name.padEnd(26)} ${running ? 'runs' : `stopped; again:  npm run cluster start ${name}`}`,
    ),
    '',
    ...(services.length === 0 ? [] : ['  Services on this machine', ...services.map(serviceLine), '']),
    '  Talk to it:  npm run shell      Stop it:  npm run cluster stop',
    '',
  ].join('\n')
}

function serviceLine({ namespace, name, type, port, address, note }: ServiceAddress): string {
  const where = address === undefined ? 'not reachable' : `http://${address}`
  return `    ${`${namespace}/${name}:${port}`.padEnd(32)} ${where.padEnd(26)} ${type}${note ? ` (${note})` : ''}`
}

function age(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return `${Math.floor(ms / 1000)} s`
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`
}

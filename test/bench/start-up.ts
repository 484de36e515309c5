import http from 'node:http'
import { until } from '../harness/until.ts'
import { BenchCluster, clientOf } from './bench-cluster.ts'
import type { Figure } from './figure.ts'
import { median } from './median.ts'

const labels = { app: 'starter-app' }
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'starter-app', namespace: 'default' },
  spec: {
    replicas: 3,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'server', image: 'starter-app:1.0' }] } },
  },
}
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'starter-app', namespace: 'default' },
  spec: { type: 'NodePort', selector: labels, ports: [{ port: 80, targetPort: 3000 }] },
}

/** How long a learner waits: for the API, and from nothing to a service that answers. */
export async function startUp(runs: number): Promise<readonly Figure[]> {
  const bench = new BenchCluster()
  const ready: number[] = []
  const serving: number[] = []
  try {
    for (let run = 0; run < runs; run++) {
      bench.wipe()
      const started = performance.now()
      const cluster = await bench.start()
      const api = clientOf(cluster)
      const created = await api.create('v1 Service', service)
      await api.create('apps/v1 Deployment', deployment)
      await until('three replicas are ready', async () => {
        const { status } = await api.get('apps/v1 Deployment', { namespace: 'default', name: 'starter-app' })
        return status.readyReplicas === 3
      })
      await until('the service answers', () => answers(created.spec.ports?.[0]?.nodePort ?? 0))
      serving.push(performance.now() - started)
      api.close()
      await bench.stop(cluster)
      // With its state: what a learner's every start is.
      await bench.stop(await bench.start())
      const again = await bench.start()
      ready.push(bench.readyAfterMs())
      await bench.stop(again)
    }
  } finally {
    await bench.remove()
  }
  return [
    { what: 'practice cluster: process start → API ready', value: median(ready), unit: 'ms', target: 300 },
    {
      what: 'from nothing → 3 replicas ready and the service answering',
      value: median(serving),
      unit: 'ms',
      target: 1000,
      note: 'with its certificate and the image made',
    },
  ]
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    http
      .get({ port, host: '127.0.0.1', agent: false }, (response) => {
        response.resume()
        resolve(response.statusCode === 200)
      })
      .on('error', () => resolve(false))
  })
}

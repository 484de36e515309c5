import { setTimeout as realTime } from 'node:timers/promises'
import { RealClock } from '../../cluster/apimachinery/clock.ts'
import { isNotFound } from '../../cluster/apimachinery/errors.ts'
import type { ApiClient } from '../../cluster/client/api-client.ts'
import { ControllerManager } from '../../cluster/controller-manager/controller-manager.ts'
import { Scheduler } from '../../cluster/scheduler/scheduler.ts'
import type { Running } from './cluster-fixture.ts'
import { FakeKubelet } from './fake-kubelet.ts'
import { until } from './until.ts'

/** The control plane's time goes this much faster than real time, so that nobody waits minutes for a node to be lost. */
const SPEED = 10
const NODES = ['node-1', 'node-2', 'node-3']

/** A control plane that runs, for one scenario after the other. */
export interface RealWorld {
  /** A scenario's own namespace, and nodes as they were at the start; its `stop` begins to remove both. */
  enter(namespace: string): Promise<Running>
  /** Resolves when nothing of any scenario is left on the API server. */
  stop(): Promise<void>
}

/**
 * Our control plane on an API server that runs already, kube-apiserver say, whose own controllers and scheduler are stopped.
 * `clientOf` gives a client that writes as the named manager.
 */
export async function startRealWorld(clientOf: (manager: string) => ApiClient): Promise<RealWorld> {
  const clock = new RealClock(SPEED)
  const api = clientOf('test')
  await removeNodes(api)
  const reports: unknown[] = []
  const report = (error: unknown) => void reports.push(error)
  const kubelet = new FakeKubelet(clientOf('kubelet'), clock)
  const manager = new ControllerManager({
    api: clientOf('kube-controller-manager'),
    clock,
    certificate: 'a certificate',
    report,
  })
  const scheduler = new Scheduler({ api: clientOf('kube-scheduler'), clock, report })
  await kubelet.start(NODES.map((name) => ({ name })))
  await manager.start()
  await scheduler.start()
  const eventually: Running['eventually'] = (what, condition) =>
    until(what, condition, { within: 20_000, every: 50 }).catch((error: Error) => {
      const told = reports.map((each) => (each instanceof Error ? each.stack : String(each))).join('\n')
      throw new Error(`${error.message}\n${told}`, { cause: error.cause })
    })
  const leaving: string[] = []
  const gone = (namespaces: readonly string[]) =>
    eventually('the namespaces are gone', async () => {
      const { items } = await api.list('v1 Namespace')
      return !items.some(({ metadata }) => namespaces.includes(metadata.name))
    })

  return {
    async enter(namespace) {
      await api.create('v1 Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
      await eventually('the namespace and the nodes can be used', async () => {
        const { items } = await api.list('v1 Node')
        return (
          (await api.get('v1 ServiceAccount', { namespace, name: 'default' })) &&
          items.every(({ spec }) => !spec.taints)
        )
      })
      const { readiness } = kubelet
      reports.length = 0
      return {
        api,
        clock,
        kubelet,
        namespace,
        nodes: NODES,
        reports,
        pass: (ms) => realTime(ms / SPEED),
        eventually,
        async stop() {
          kubelet.readiness = readiness
          leaving.push(namespace)
          for (const name of NODES) await kubelet.wake(name).catch(unlessGone)
          await api.delete('v1 Namespace', { name: namespace }).catch(unlessGone)
          // Its pods would count on the nodes.
          await eventually('its pods are gone', async () => {
            const { items } = await api.list('v1 Pod', { namespace })
            return items.length === 0
          })
          await removeNodes(api)
          for (const name of NODES) await kubelet.register({ name })
        },
      }
    },
    async stop() {
      await gone(leaving)
      await scheduler.stop()
      await manager.stop()
      await kubelet.stop()
      await removeNodes(api)
    },
  }
}

async function removeNodes(api: ApiClient): Promise<void> {
  for (const name of NODES) {
    await api.delete('v1 Node', { name }).catch(unlessGone)
    await api.delete('coordination.k8s.io/v1 Lease', { namespace: 'kube-node-lease', name }).catch(unlessGone)
  }
}

function unlessGone(error: unknown): void {
  if (!isNotFound(error)) throw error
}

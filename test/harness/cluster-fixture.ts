import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Clock } from '../../cluster/apimachinery/clock.ts'
import type { AnyObject } from '../../cluster/apimachinery/objects.ts'
import { createDefaults } from '../../cluster/apiserver/default-objects.ts'
import { kinds } from '../../cluster/apiserver/kinds/index.ts'
import { loopback } from '../../cluster/apiserver/loopback.ts'
import { Resources } from '../../cluster/apiserver/resource.ts'
import type { ApiClient } from '../../cluster/client/api-client.ts'
import { ControllerManager } from '../../cluster/controller-manager/controller-manager.ts'
import { Store } from '../../cluster/etcd/store.ts'
import { Scheduler } from '../../cluster/scheduler/scheduler.ts'
import { FakeClock, settle } from './fake-clock.ts'
import { FakeKubelet, type NodeShape } from './fake-kubelet.ts'

/** Where a scenario takes place: an API with controllers, a scheduler and kubelets, and time that can pass. */
export interface World {
  readonly api: ApiClient
  readonly clock: Clock
  readonly kubelet: FakeKubelet
  /** The scenario's own. */
  readonly namespace: string
  /** Names of the nodes that there are at the start. */
  readonly nodes: readonly string[]
  /** What went wrong in components so far. */
  readonly reports: readonly unknown[]
  /** Lets this many ms of the control plane's time pass. */
  pass(ms: number): Promise<void>
  /** Waits, letting as little time pass as possible, until a condition holds, and gives what it returned. */
  eventually<T>(what: string, condition: () => T | Promise<T>): Promise<NonNullable<Exclude<T, false>>>
}

export interface Running extends World {
  stop(): Promise<void>
}

/** Longest that something may take: ms of the fake clock. */
const PATIENCE_MS = 60_000

export const THREE_NODES: readonly NodeShape[] = [{ name: 'node-1' }, { name: 'node-2' }, { name: 'node-3' }]

/** The whole control plane on a loopback and a fake clock, without any process. */
export async function startWorld(nodes: readonly NodeShape[] = THREE_NODES): Promise<Running> {
  const folder = mkdtempSync(path.join(tmpdir(), 'control-plane-'))
  const store = new Store<AnyObject>(folder)
  const clock = new FakeClock()
  const registry = { store, resources: new Resources(kinds), clock }
  createDefaults(registry)
  const reports: unknown[] = []
  const report = (error: unknown) => void reports.push(error)
  const kubelet = new FakeKubelet(loopback(registry, 'kubelet'), clock)
  const manager = new ControllerManager({
    api: loopback(registry, 'kube-controller-manager'),
    clock,
    certificate: 'a certificate',
    report,
  })
  const scheduler = new Scheduler({ api: loopback(registry, 'kube-scheduler'), clock, report })
  const api = loopback(registry, 'test')
  await kubelet.start(nodes)
  await manager.start()
  await scheduler.start()
  const namespace = 'scenario'
  await api.create('v1 Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  await clock.advance(100)

  return {
    api,
    clock,
    kubelet,
    namespace,
    nodes: nodes.map(({ name }) => name),
    reports,
    pass: (ms) => clock.advance(ms),
    async eventually(what, condition) {
      for (let passed = 0; ; passed += 50) {
        await settle()
        let last: unknown
        try {
          const value = await condition()
          if (value) return value as never
        } catch (error) {
          last = error
        }
        if (passed > PATIENCE_MS) {
          const told = reports.map((error) => (error instanceof Error ? error.stack : String(error))).join('\n')
          throw new Error(`never: ${what}\n${told}`, last === undefined ? undefined : { cause: last })
        }
        await clock.advance(50)
      }
    },
    async stop() {
      await scheduler.stop()
      await manager.stop()
      await kubelet.stop()
      await settle()
      store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

import { resourceOf } from '../cluster/objects.ts'
import { type Live, type Reference, refer } from './live.ts'
import { missed, Settled } from './outcome.ts'

/** Something that is changed behind the files' back. */
export interface Drift {
  /** `replicas of deployment/starter-app` */
  readonly what: string
  /** What it is at this moment, in a word. */
  read(live: Live): Promise<string>
  /** Changes it. */
  strike(live: Live): Promise<void>
}

const NOT_THERE = 'not there'

/** As `kubectl scale` does it. */
export function scaledTo(reference: Reference, replicas: number): Drift {
  return {
    what: `replicas of ${reference}`,
    async read(live) {
      const found = await live.objects.get('apps/v1 Deployment', live.namespace, refer(reference).name)
      return found ? String(found.spec.replicas ?? 1) : NOT_THERE
    },
    async strike(live) {
      await live.objects.patch(resourceOf('apps/v1 Deployment'), live.namespace, refer(reference).name, {
        spec: { replicas },
      })
    },
  }
}

/** As `kubectl label --overwrite` does it. */
export function labelled(reference: Reference, label: string, value: string): Drift {
  const { kind, name } = refer(reference)
  return {
    what: `label ${label} of ${reference}`,
    read: async (live) => (await live.objects.get(kind, live.namespace, name))?.metadata.labels?.[label] ?? 'not set',
    async strike(live) {
      await live.objects.patch(resourceOf(kind), live.namespace, name, { metadata: { labels: { [label]: value } } })
    },
  }
}

/** As `kubectl patch configmap` does it. */
export function dataChanged(configMap: string, key: string, value: string): Drift {
  const read = async (live: Live) => (await live.objects.get('v1 ConfigMap', live.namespace, configMap))?.data?.[key]
  return {
    what: `${key} in configmap/${configMap}`,
    read: async (live) => (await read(live)) ?? 'not set',
    async strike(live) {
      if ((await read(live)) === undefined)
        throw new Settled(
          missed('live-absent', { what: `${key} in configmap/${configMap}`, namespace: live.namespace }),
        )
      await live.objects.patch(resourceOf('v1 ConfigMap'), live.namespace, configMap, { data: { [key]: value } })
    },
  }
}

/** As `kubectl delete` does it. */
export function deleted(reference: Reference): Drift {
  const { kind, name } = refer(reference)
  return {
    what: reference,
    async read(live) {
      const found = await live.objects.get(kind, live.namespace, name)
      return found && !found.metadata.deletionTimestamp ? 'there' : NOT_THERE
    },
    async strike(live) {
      await live.objects.delete(resourceOf(kind), live.namespace, name)
    },
  }
}

import { apply } from '../../checker/apply/apply.ts'
import { resourceOf } from '../../checker/cluster/objects.ts'
import { objectsOf } from '../../checker/files/parse.ts'
import { SourceFile } from '../../checker/files/source-file.ts'
import type { Live } from '../../checker/live/live.ts'

/** Whether a change that somebody made outlives the next apply. */
type Fate = 'stays' | 'goes'

export interface Fates {
  readonly scaledByHand: Fate
  readonly labelByHand: Fate
  readonly labelRemovedFromTheFile: Fate
  readonly objectRemovedFromTheFiles: Fate
}

const NAME = 'what-apply-forgets'
const DEPLOYMENT = resourceOf('apps/v1 Deployment')
const CONFIG_MAP = resourceOf('v1 ConfigMap')

/** Tries it out on objects of its own, once for all checks of a run, and takes them away. */
export function applyTruth(): (live: Live) => Promise<Fates> {
  const runs = new WeakMap<Live['manifests'], Promise<Fates>>()
  return (live) => {
    const run = runs.get(live.manifests) ?? tried(live)
    runs.set(live.manifests, run)
    return run
  }
}

async function tried({ objects, namespace }: Live): Promise<Fates> {
  const put = (...texts: string[]) =>
    apply(objects, objectsOf(new SourceFile('tried.yaml', texts.join('---\n'))).objects, {
      name: namespace,
      ours: true,
    })
  const shop = () => objects.get('apps/v1 Deployment', namespace, NAME)
  try {
    await put(deployment('season: winter'), configMap)
    await objects.patch(DEPLOYMENT, namespace, NAME, { spec: { replicas: 1 }, metadata: { labels: { color: 'red' } } })
    await put(deployment('season: winter'), configMap)
    const again = await shop()
    await put(deployment(''))
    const without = await shop()
    const left = await objects.get('v1 ConfigMap', namespace, NAME)
    return {
      scaledByHand: fate(again?.spec.replicas === 1),
      labelByHand: fate(again?.metadata.labels?.color !== undefined),
      labelRemovedFromTheFile: fate(without?.metadata.labels?.season !== undefined),
      objectRemovedFromTheFiles: fate(left !== undefined),
    }
  } finally {
    await objects.delete(DEPLOYMENT, namespace, NAME)
    await objects.delete(CONFIG_MAP, namespace, NAME)
  }
}

function fate(stays: boolean): Fate {
  return stays ? 'stays' : 'goes'
}

/** No pods are needed: what is wished for is all that is looked at. */
function deployment(label: string): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${NAME}
  labels: { app: tried${label && `, ${label}`} }
spec:
  replicas: 0
  selector: { matchLabels: { app: tried } }
  template:
    metadata: { labels: { app: tried } }
    spec: { containers: [{ name: server, image: 'starter-app:1.0' }] }
`
}

const configMap = `
apiVersion: v1
kind: ConfigMap
metadata:
  name: ${NAME}
data: { SEASON: winter }
`

import type { KubeConfig } from '@kubernetes/client-node'
import { finding } from '../messages/catalogue.ts'
import type { Abilities, Cluster } from './cluster.ts'
import { ClusterFault } from './cluster-fault.ts'
import { httpsApi } from './https-api.ts'
import { Objects } from './objects.ts'

/** How a cluster is found: a context of a kubeconfig file. */
export interface Address {
  readonly context: string
  /** Left out: as kubectl finds it (KUBECONFIG, ~/.kube/config). */
  readonly kubeconfig?: string
}

/** A real cluster of the learner's own kubeconfig. Throws ClusterFault when there is no such context. */
export async function realCluster({ context, kubeconfig }: Address, abilities: Abilities = {}): Promise<Cluster> {
  const config = await load(kubeconfig)
  const contexts = config.getContexts().map(({ name }) => name)
  if (!contexts.includes(context)) {
    const known = contexts.length > 0 ? contexts.map((name) => `"${name}"`).join(', ') : 'none at all'
    throw new ClusterFault(finding('cluster-context-unknown', { context, contexts: known }, { more: BACK }))
  }
  config.setCurrentContext(context)
  return {
    title: `cluster ${context}`,
    objects: new Objects(await httpsApi(config)),
    abilities,
    remedies: [`Is it running?  kubectl --context ${context} get nodes`, ...BACK],
    tidy: false,
  }
}

/** The cluster of a kubeconfig's only context, as the practice cluster writes one; silent for `silenceMs`, it hangs. */
export async function clusterOf(
  kubeconfig: string,
  {
    silenceMs,
    ...settings
  }: Pick<Cluster, 'title' | 'abilities' | 'remedies' | 'tidy'> & { readonly silenceMs?: number },
): Promise<Cluster> {
  const config = await load(kubeconfig)
  return { ...settings, objects: new Objects(await httpsApi(config, silenceMs)) }
}

/** Names of the contexts of the learner's kubeconfig. */
export async function contextsOf(kubeconfig?: string): Promise<readonly string[]> {
  return (await load(kubeconfig)).getContexts().map(({ name }) => name)
}

async function load(file?: string): Promise<KubeConfig> {
  // client-node takes a tenth of a second to load: only who talks to a cluster waits for it
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  try {
    if (file === undefined) config.loadFromDefault()
    else config.loadFromFile(file)
  } catch (error) {
    const reason = `its kubeconfig cannot be read (${error instanceof Error ? error.message : String(error)})`
    throw new ClusterFault(
      finding('cluster-unreachable', { server: file ?? 'your kubeconfig', reason }, { more: BACK }),
    )
  }
  return config
}

const BACK = ['Back to the practice cluster:  npm run use practice']

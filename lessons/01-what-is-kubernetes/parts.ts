/** The parts of a cluster by the names that learners meet: in the table of the text, in the diary, and in short. */
interface Part {
  readonly names: readonly string[]
  /** How the practice cluster calls it when it is stopped; left out: without it nobody could ask whether the job is done. */
  readonly stopped?: 'scheduler' | 'controller-manager' | 'kubelet' | 'kube-proxy'
}

const parts: readonly Part[] = [
  { names: ['kube-scheduler', 'scheduler', 'default-scheduler'], stopped: 'scheduler' },
  {
    names: [
      'kube-controller-manager',
      'controller-manager',
      'controller manager',
      'replicaset-controller',
      'replication-controller',
    ],
    stopped: 'controller-manager',
  },
  { names: ['kubelet'], stopped: 'kubelet' },
  { names: ['kube-proxy'], stopped: 'kube-proxy' },
  { names: ['kube-apiserver', 'api server', 'apiserver', 'api-server'] },
  { names: ['etcd'] },
  { names: ['container runtime', 'container-runtime', 'runtime', 'containerd'] },
]

export const partNames: readonly string[] = parts.flatMap(({ names }) => names)

/** All names of the part that is called so, itself among them; none for a name of no part. */
export function sameAs(name: string): readonly string[] {
  return partCalled(name)?.names ?? []
}

/** What to stop for a part, `undefined` where it cannot be stopped. */
export function stoppedAs(name: string): Part['stopped'] {
  return partCalled(name)?.stopped
}

function partCalled(name: string): Part | undefined {
  return parts.find(({ names }) => names.includes(name.toLowerCase()))
}

import type { Objects } from './objects.ts'

/** What a cluster can do beyond its API. What is missing is not tried, and the report says so. */
export interface Abilities {
  /** The parts that somebody stopped and that stay so: nothing can be judged without them. */
  readonly stoppedParts?: () => Promise<readonly string[]>
  /** Stops a part of the control plane or of the nodes: `scheduler`, `controller-manager`, `kubelet/node-1`, `kube-proxy`. */
  readonly canStopComponent?: (name: string) => Promise<Stopped>
  /** A whole host is lost: its kubelet and its containers. */
  readonly canStopNode?: (node: string) => Promise<Stopped>
  /** Lets the control plane's clock go this many times as fast, until the returned function is called. Containers live in real time. */
  readonly canHurry?: (times: number) => Promise<() => void>
  /**
   * Where node ports listen, when not at the nodes' addresses: those of nodes that are no machines may belong to somebody else.
   */
  readonly nodePortHost?: string
  /**
   * A kubectl for programs that a check runs: the learner's own where it is new enough, else the workbook's, with a kubeconfig whose
   * namespace is this one.
   */
  readonly kubectlFor?: (namespace: string) => Promise<KubectlAccess>
  /** Builds an image from a folder with a Dockerfile, where the cluster finds it. Rejects with ImageBuildError. */
  readonly canBuildImage?: (folder: string, name: string) => Promise<void>
}

export interface KubectlAccess {
  /** What a program's environment needs, so that its `kubectl` is this one. */
  readonly env: Readonly<Record<string, string>>
  /** Takes the kubeconfig away. */
  close(): void
}

export interface Stopped {
  /** Starts it again; may be called twice. */
  start(): Promise<void>
}

/** What the builder said; for the learner. */
export class ImageBuildError extends Error {
  override readonly name = 'ImageBuildError'
  /** Whose it is: what was to be built, a tool that is missing or does not answer, or the cluster that did not take the image. */
  readonly fault: 'files' | 'tool' | 'cluster'

  constructor(message: string, fault: ImageBuildError['fault'] = 'files') {
    super(message)
    this.fault = fault
  }
}

/** A cluster that checks run on. The checker never asks which one it is: only what it can do. */
export interface Cluster {
  /** As every screen names it: `practice cluster`, `cluster kind-kind`. */
  readonly title: string
  readonly objects: Objects
  readonly abilities: Abilities
  /** The command that goes back to a cluster that works, and others to try, when this one fails. */
  readonly remedies: readonly string[]
  /** Whether what the workbook applied for other lessons may be removed when a lesson is opened. */
  readonly tidy: boolean
}

/** A box of the architecture picture that can be started and stopped: the scheduler, a kubelet, a controller manager. */
export interface Component {
  /** As `npm run cluster stop NAME` names it: `scheduler`, `kube-proxy`, `kubelet/node-1`, … */
  readonly name: string
  /** Resolves when its caches are filled and it works. */
  start(): Promise<void>
  /** Resolves when nothing of it runs any more; may be started again. */
  stop(): Promise<void>
}

/** What works until it is stopped. */
export interface Running {
  /** Resolves when nothing of it is under way any more. */
  stop(): Promise<void>
}

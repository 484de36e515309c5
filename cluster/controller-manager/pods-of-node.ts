import { watching } from '../client/controller.ts'
import { keyOf } from '../client/informer.ts'

/** For controllers of pods: a change of a node concerns all pods that are bound to it. */
export const podsOfNode = watching('v1 Node', ({ metadata }, cache) =>
  cache
    .list('v1 Pod')
    .filter(({ spec }) => spec.nodeName === metadata.name)
    .map(keyOf),
)

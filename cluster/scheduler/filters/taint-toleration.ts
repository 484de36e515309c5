import { untolerated } from '../../apimachinery/taints.ts'
import { type Filter, refusal } from './filter.ts'

/** Refuses nodes with a taint that the pod does not tolerate. Follows the plugin TaintToleration. */
export const taintToleration: Filter =
  (pod) =>
  ({ node }) =>
    untolerated(node.spec?.taints, pod.spec.tolerations, ['NoSchedule', 'NoExecute'])
      ? refusal('node(s) had untolerated taint(s)')
      : undefined

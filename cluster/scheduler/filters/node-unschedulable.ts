import { tolerates } from '../../apimachinery/taints.ts'
import { type Filter, refusal } from './filter.ts'

const CORDONED = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }

/** Refuses cordoned nodes. Follows the plugin NodeUnschedulable. */
export const nodeUnschedulable: Filter = (pod) => {
  const tolerated = pod.spec.tolerations?.some((toleration) => tolerates(toleration, CORDONED))
  return ({ node }) => (node.spec?.unschedulable && !tolerated ? refusal('node(s) were unschedulable') : undefined)
}

import type { Finding } from '../files/finding.ts'
import type { Located } from '../files/located.ts'
import { imageTags } from './image-tags.ts'
import { namespaces } from './namespaces.ts'
import { probePorts } from './probe-ports.ts'
import { references } from './references.ts'
import type { Rule } from './rule.ts'
import { sameObjectTwice } from './same-object-twice.ts'
import { selectorAndTemplate } from './selector-and-template.ts'
import { serviceAndPods } from './service-and-pods.ts'
import { targetPorts } from './target-ports.ts'

const rules: readonly Rule[] = [
  selectorAndTemplate,
  serviceAndPods,
  targetPorts,
  probePorts,
  references,
  sameObjectTwice,
  namespaces,
  imageTags,
]

/** What all rules say about the objects of an exercise. */
export function crossRules(objects: readonly Located[], namespace: string): Finding[] {
  return rules.flatMap((rule) => rule(objects, namespace))
}

import { matchesLabels } from '../../cluster/apimachinery/labels.ts'
import { finding } from '../messages/catalogue.ts'
import { labelText, nameOf, type PodInFile, podsInFiles, texts } from './pods-in-files.ts'
import type { Rule } from './rule.ts'

/** A Service finds its pods by labels: at least one of the pods that the files ask for carries them. */
export const serviceAndPods: Rule = (objects) => {
  const pods = podsInFiles(objects)
  if (pods.length === 0) return []
  return objects.flatMap((service) => {
    if (service.kind !== 'Service' || service.at(['spec', 'type']) === 'ExternalName') return []
    const selector = texts(service.at(['spec', 'selector']))
    if (Object.keys(selector).length === 0 || pods.some(({ labels }) => matchesLabels(selector, labels))) return []
    const nearest = nearestOf(pods, selector)
    const missing = Object.entries(selector).filter(([key, value]) => nearest.labels[key] !== value)
    const [[key] = ['']] = missing
    const set = nearest.object.place([...nearest.at, 'metadata', 'labels', key], 'key')
    return [
      finding(
        'service-selects-nobody',
        {
          selector: `the label ${missing.map(([name, value]) => `${name}=${value}`).join(', ')}`,
          owner: nameOf(nearest.object),
          labels: labelText(nearest.labels),
        },
        { place: service.place(['spec', 'selector', key]), more: [`labels are set in ${set.file}:${set.line}`] },
      ),
    ]
  })
}

/** The pod that carries most of what is looked for. */
function nearestOf(pods: readonly PodInFile[], selector: Readonly<Record<string, string>>): PodInFile {
  const score = ({ labels }: PodInFile) =>
    Object.entries(selector).reduce((sum, [key, value]) => sum + (labels[key] === value ? 2 : key in labels ? 1 : 0), 0)
  return pods.reduce((best, pod) => (score(pod) > score(best) ? pod : best))
}

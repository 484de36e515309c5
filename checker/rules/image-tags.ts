import { finding } from '../messages/catalogue.ts'
import { containersOf, podsInFiles } from './pods-in-files.ts'
import type { Rule } from './rule.ts'

/** An image without a tag means `latest`: it works, and is another one tomorrow. */
export const imageTags: Rule = (objects) =>
  podsInFiles(objects).flatMap((pod) =>
    containersOf(pod, ['containers', 'initContainers']).flatMap(({ container: { image }, path }) => {
      if (typeof image !== 'string' || image === '' || image.includes('@')) return []
      const tag = /:([^/:]+)$/.exec(image)?.[1]
      if (tag !== undefined && tag !== 'latest') return []
      return [finding('image-moves', { image }, { place: pod.object.place([...path, 'image']), level: 'note' })]
    }),
  )

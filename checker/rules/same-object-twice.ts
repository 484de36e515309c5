import { finding } from '../messages/catalogue.ts'
import { nameOf } from './pods-in-files.ts'
import type { Rule } from './rule.ts'

/** Two objects of one kind and name: kubectl applies both, and the last one wins. */
export const sameObjectTwice: Rule = (objects) => {
  const first = new Map<string, (typeof objects)[number]>()
  return objects.flatMap((object) => {
    const key = `${object.apiVersion} ${object.kind} ${object.namespace ?? ''} ${object.name}`
    const earlier = first.get(key)
    if (!earlier || object.name === '') {
      first.set(key, object)
      return []
    }
    const there = earlier.place(['kind'])
    const where = `${there.file}:${there.line}`
    return [
      finding(
        'object-twice',
        { what: nameOf(object), where },
        { place: object.place(['metadata', 'name']), level: 'note' },
      ),
    ]
  })
}

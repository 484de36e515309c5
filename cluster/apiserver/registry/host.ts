import { randomBytes } from 'node:crypto'
import type { AnyObject, KindName, Kinds } from '../../apimachinery/objects.ts'
import type { Host } from '../kinds/kind.ts'
import { storeKey } from '../resource.ts'
import type { Registry } from './call.ts'

/** As k8s.io/apimachinery/pkg/util/rand: no vowels, nothing that looks like another character. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'

export function random(length = 5): string {
  let text = ''
  for (const byte of randomBytes(length)) text += ALPHABET[byte % ALPHABET.length]
  return text
}

/** What a kind's declaration may ask of this server. */
export function hostOf({ store, resources, clock }: Registry, dryRun: boolean): Host {
  const values = (prefix: string) => store.range(prefix).entries.map(({ value }) => value as AnyObject)
  return {
    now: () => clock.now(),
    get<K extends KindName>(kind: K, namespace: string | undefined, name: string) {
      return store.get(storeKey(resources.of(kind), namespace, name))?.value as Kinds[K] | undefined
    },
    list<K extends KindName>(kind: K, namespace?: string) {
      const { prefix } = resources.of(kind)
      return values(namespace === undefined ? prefix : `${prefix}${namespace}/`) as unknown as readonly Kinds[K][]
    },
    random,
    dryRun,
  }
}

import type { KindName } from '../apimachinery/objects.ts'
import { kinds } from '../apiserver/kinds/index.ts'
import { type Resource, Resources } from '../apiserver/resource.ts'

/** Every kind that this server knows, from the one table of kinds. */
export const resources: readonly Resource[] = new Resources(kinds).all

/** The kinds that own others or are owned: all but Events. */
export const ownableKinds: readonly KindName[] = resources.map(({ name }) => name).filter((kind) => kind !== 'v1 Event')

import type { Pod } from '../../apimachinery/objects.ts'
import { badRequest } from '../registry/refusals.ts'

/** The container that is meant: the one that is named, else the only one. Throws BadRequest. Follows validateContainer of registry/core/pod. */
export function containerOf({ metadata, spec }: Pod, asked: string | null): string {
  const names = [...(spec.initContainers ?? []), ...spec.containers].map(({ name }) => name)
  if (asked) {
    if (!names.includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${metadata.name}`)
    return asked
  }
  const [first, ...others] = spec.containers
  if (first && others.length === 0) return first.name
  throw badRequest(`a container name must be specified for pod ${metadata.name}, choose one of: [${names.join(' ')}]`)
}

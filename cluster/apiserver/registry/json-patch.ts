import rfc6902, { type Operation } from 'rfc6902'
import { failure } from '../../apimachinery/errors.ts'
import { isMap } from './merge-patch.ts'

/** RFC 6902, with evanphx/json-patch's leniency: replacing a key that is not there adds it. Throws Invalid for anything amiss. */
export function jsonPatch(object: object, operations: readonly unknown[]): unknown {
  const document = { root: structuredClone(object) as unknown }
  for (const operation of operations as Operation[]) {
    if (!isMap(operation) || typeof operation.path !== 'string' || !/^(\/|$)/.test(operation.path)) throw rejected()
    const lenient = operation.op === 'replace' && isMap(parentOf(document.root, operation.path))
    const from = 'from' in operation && { from: `/root${operation.from}` }
    const given = { ...operation, path: `/root${operation.path}`, ...from, ...(lenient && { op: 'add' as const }) }
    try {
      const [error] = rfc6902.applyPatch(document, [given as Operation])
      if (error) throw rejected()
    } catch {
      throw rejected()
    }
  }
  return document.root
}

function parentOf(root: unknown, path: string): unknown {
  let place = root
  for (const part of path.split('/').slice(1, -1)) {
    place = (place as Record<string, unknown> | undefined)?.[part.replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return place
}

function rejected() {
  return failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {})
}

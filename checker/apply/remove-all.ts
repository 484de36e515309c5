import type { Objects } from '../cluster/objects.ts'
import type { Waiting } from '../live/waiting.ts'
import { type AppliedObject, shortName } from './applied.ts'
import { remove } from './apply.ts'

/** Milliseconds. */
const GONE_MS = 60_000

/** Deletes applied objects and waits until they are gone; what takes longer than a minute is not waited for. */
export async function removeAll(objects: Objects, all: readonly AppliedObject[], waiting: Waiting): Promise<void> {
  for (const object of all) await remove(objects, object)
  for (const object of all) {
    const resource = await objects.resource(object.apiVersion, object.kind)
    if (!resource) continue
    const gone = async () => {
      const live = await objects.read(resource, object.namespace, object.name)
      return live?.metadata.uid === object.uid ? undefined : true
    }
    await waiting.until(`${shortName(object)} of another exercise goes`, gone, GONE_MS)
  }
}

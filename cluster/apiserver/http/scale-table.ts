import { age } from '../kinds/cells.ts'
import type { Cell } from '../kinds/kind.ts'
import type { Scale } from '../registry/scale.ts'
import type { Resource } from '../resource.ts'

/** The resource as its Scale is shown in a table. */
export function scaleColumns(resource: Resource): Resource {
  return {
    ...resource,
    columns: [
      { name: 'Name', type: 'string' },
      { name: 'Desired', type: 'integer' },
      { name: 'Available', type: 'integer' },
      { name: 'Age', type: 'string' },
    ],
    declaration: { ...resource.declaration, cells: (object, now) => cells(object as unknown as Scale, now) },
  }
}

function cells({ metadata, spec, status }: Scale, now: number): Cell[] {
  const { name, creationTimestamp } = metadata as { name: string; creationTimestamp: string }
  return [name, spec.replicas ?? 0, status.replicas, age(creationTimestamp, now)]
}

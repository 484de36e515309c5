import type { Mutable, PodSpec } from '../../apimachinery/objects.ts'

/** Drops what Kubernetes drops while its feature is off by default: volumes of type `image` with their mounts, stop signals. */
export function dropDisabledFields(spec: Mutable<PodSpec> | undefined): void {
  for (const container of spec?.containers ?? []) {
    const { lifecycle } = container
    if (lifecycle?.stopSignal === undefined) continue
    delete lifecycle.stopSignal
    if (Object.keys(lifecycle).length === 0) delete container.lifecycle
  }
  const images = new Set(spec?.volumes?.filter((volume) => volume.image).map(({ name }) => name))
  if (!spec || images.size === 0) return
  spec.volumes = spec.volumes?.filter(({ name }) => !images.has(name)) as Mutable<PodSpec>['volumes'] & object
  if (spec.volumes?.length === 0) delete spec.volumes
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    const mounts = container.volumeMounts?.filter(({ name }) => !images.has(name)) ?? []
    if (mounts.length > 0) container.volumeMounts = mounts
    else delete container.volumeMounts
  }
}

import { cp, lstat, mkdir, realpath, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Container as ContainerSpec, Pod } from '../../apimachinery/objects.ts'
import { expand, lookupIn } from '../environment/expansion.ts'
import type { Mount } from '../runtime/runtime.ts'
import type { PodVolumes } from './pod-volumes.ts'
import { isFromApi } from './volume-files.ts'

/**
 * What a container sees of its pod's volumes. A subPath of an emptyDir is that place itself; of a volume from the API it is
 * a copy, which stays as it is. Throws an Error for a subPath that leads out of its volume.
 */
export async function mounts(
  pod: Pod,
  container: ContainerSpec,
  variables: Readonly<Record<string, string>>,
  volumes: PodVolumes,
): Promise<Mount[]> {
  const list: Mount[] = []
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const volume = pod.spec.volumes?.find(({ name }) => name === mount.name)
    if (!volume) throw new Error(`cannot find volume "${mount.name}" to mount into container "${container.name}"`)
    const folder = volumes.path(mount.name)
    const readOnly = Boolean(mount.readOnly) || isFromApi(volume)
    const subPath = mount.subPathExpr ? expand(mount.subPathExpr, lookupIn(variables)) : (mount.subPath ?? '')
    let source = folder
    if (subPath !== '') {
      const inside = await within(folder, subPath, container.name, index)
      source = isFromApi(volume)
        ? await copy(inside, path.join(volumes.copies, container.name, String(index)))
        : await made(inside)
    }
    list.push({ source, target: mount.mountPath, readOnly })
  }
  return list
}

async function within(folder: string, subPath: string, container: string, index: number): Promise<string> {
  const root = await realpath(folder)
  const inside = path.resolve(root, subPath)
  const end = await existing(inside)
  const leaves = (place: string) => place !== root && !place.startsWith(root + path.sep)
  if (path.isAbsolute(subPath) || subPath.split(/[\\/]/).includes('..') || leaves(inside) || leaves(end)) {
    throw new Error(
      `failed to prepare subPath for volumeMount "${container}" at ${index}: ${subPath} leads out of the volume`,
    )
  }
  return inside
}

/** The real place of the longest part of a path that is there. */
async function existing(place: string): Promise<string> {
  for (let part = place; ; part = path.dirname(part)) {
    try {
      return await realpath(part)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || part === path.dirname(part)) throw error
    }
  }
}

async function made(place: string): Promise<string> {
  const present = await lstat(place).catch(() => undefined)
  if (!present) await mkdir(place, { recursive: true })
  return place
}

async function copy(from: string, to: string): Promise<string> {
  await rm(to, { recursive: true, force: true })
  await mkdir(path.dirname(to), { recursive: true })
  const real = await realpath(from).catch(() => undefined)
  if (real) await cp(real, to, { recursive: true, dereference: true })
  else await mkdir(to)
  return to
}

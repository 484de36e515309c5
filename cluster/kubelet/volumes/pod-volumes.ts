import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Pod, Volume } from '../../apimachinery/objects.ts'
import type { Place } from '../environment/downward-fields.ts'
import type { Sources } from '../environment/environment.ts'
import { AtomicFolder } from './atomic-folder.ts'
import { isFromApi, newToken, volumeFiles } from './volume-files.ts'

/** A volume that cannot be set up now: its message is that of the FailedMount event. */
export class MountError extends Error {
  override readonly name = 'MountError'
}

/** The volumes of one pod, in a folder of their own. Only those that a container mounts are made. */
export class PodVolumes {
  readonly #folder: string
  readonly #sources: Sources
  readonly #atomic = new Map<string, AtomicFolder>()
  readonly #token = newToken()

  constructor(folder: string, sources: Sources) {
    this.#folder = folder
    this.#sources = sources
  }

  /** Makes what is missing and brings what comes from the API up to date. Throws MountError. */
  async setUp(pod: Pod, place: Place): Promise<void> {
    for (const volume of mountedVolumes(pod)) {
      try {
        await this.#setUp(pod, volume, place)
      } catch (error) {
        throw new MountError(`MountVolume.SetUp failed for volume "${volume.name}" : ${(error as Error).message}`)
      }
    }
  }

  /** The folder that stands for a volume. */
  path(name: string): string {
    return path.join(this.#folder, 'volumes', name)
  }

  /** Where a container's private copies of single files go. */
  get copies(): string {
    return path.join(this.#folder, 'copies')
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #setUp(pod: Pod, volume: Volume, place: Place): Promise<void> {
    const folder = this.path(volume.name)
    if (isFromApi(volume)) {
      const files = await volumeFiles(pod, volume, this.#sources, place, this.#token)
      const atomic = this.#atomic.get(volume.name) ?? new AtomicFolder(folder)
      this.#atomic.set(volume.name, atomic)
      await atomic.write(files)
    } else if (volume.emptyDir) {
      await mkdir(folder, { recursive: true })
    } else {
      const type = Object.keys(volume).find((field) => field !== 'name') ?? 'unknown'
      throw new Error(`volumes of type ${type} are not available on this node`)
    }
  }
}

/** Whether the files of some volume follow the API. */
export function hasVolumesFromApi(pod: Pod): boolean {
  return mountedVolumes(pod).some(isFromApi)
}

function mountedVolumes(pod: Pod): Volume[] {
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers]
  const mounted = new Set(containers.flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name)))
  return (pod.spec.volumes ?? []).filter(({ name }) => mounted.has(name))
}

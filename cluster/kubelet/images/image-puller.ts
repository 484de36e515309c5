import { lstat, readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Clock } from '../../apimachinery/clock.ts'
import type { Container as ContainerSpec, Pod } from '../../apimachinery/objects.ts'
import type { EventRecorder } from '../../client/event-recorder.ts'
import { fieldPath } from '../containers/container-record.ts'
import { BackOff, goDuration } from '../containers/restart-back-off.ts'
import { WaitingError } from '../containers/waiting-error.ts'
import type { Image, Images } from '../runtime/runtime.ts'
import { checkImageName } from './image-name.ts'

/** How long after a failed pull the pod is looked at again, in milliseconds of the clock: then it is in back-off. */
const LOOK_AGAIN_MS = 5_000

/** Makes an image present as the pull policy says. Follows pkg/kubelet/images/image_manager.go. */
export class ImagePuller {
  readonly #images: Images
  readonly #events: EventRecorder
  readonly #clock: Clock
  readonly #backOff: BackOff
  readonly #lastErrors = new Map<string, string>()
  readonly #sizes = new Map<string, Promise<number>>()

  constructor(images: Images, events: EventRecorder, clock: Clock) {
    this.#images = images
    this.#events = events
    this.#clock = clock
    this.#backOff = new BackOff(clock)
  }

  /** Throws WaitingError: InvalidImageName, ErrImageNeverPull, ErrImagePull, ImagePullBackOff. */
  async ensure(pod: Pod, container: ContainerSpec): Promise<Image> {
    const name = container.image ?? ''
    const record = (type: 'Normal' | 'Warning', reason: string, message: string) =>
      this.#events.record(pod, type, reason, message, fieldPath(pod, container.name))
    try {
      checkImageName(name)
    } catch (error) {
      const message = `Failed to apply default image tag "${name}": couldn't parse image name "${name}": ${(error as Error).message}`
      record('Warning', 'InspectFailed', message)
      throw new WaitingError('InvalidImageName', message)
    }

    const policy = container.imagePullPolicy ?? 'IfNotPresent'
    if (policy !== 'Always') {
      const present = await this.#images.find(name)
      if (present) {
        record('Normal', 'Pulled', `Container image "${name}" already present on machine`)
        return present
      }
      if (policy === 'Never') {
        const message = `Container image "${name}" is not present with pull policy of Never`
        record('Warning', 'ErrImageNeverPull', message)
        throw new WaitingError('ErrImageNeverPull', message)
      }
    }
    return this.#pull(pod, name, record)
  }

  async #pull(
    pod: Pod,
    name: string,
    record: (type: 'Normal' | 'Warning', reason: string, message: string) => void,
  ): Promise<Image> {
    const key = `${pod.metadata.uid}_${name}`
    const left = this.#backOff.left(key, this.#backOff.raisedAt(key))
    if (left > 0) {
      const message = `Back-off pulling image "${name}"`
      record('Normal', 'BackOff', message)
      const before = this.#lastErrors.get(key)
      throw new WaitingError('ImagePullBackOff', before ? `${message}: ${before}` : message, left)
    }
    record('Normal', 'Pulling', `Pulling image "${name}"`)
    const started = this.#clock.now()
    try {
      const image = await this.#images.pull(name)
      const took = goDuration(this.#clock.now() - started)
      const size = await this.#size(image)
      const message = `Successfully pulled image "${name}" in ${took} (${took} including waiting). Image size: ${size} bytes.`
      record('Normal', 'Pulled', message)
      this.forget(pod)
      return image
    } catch (error) {
      const { message } = error as Error
      record('Warning', 'Failed', `Failed to pull image "${name}": ${message}`)
      this.#backOff.raise(key, this.#clock.now())
      this.#lastErrors.set(key, `ErrImagePull: ${message}`)
      throw new WaitingError('ErrImagePull', message, LOOK_AGAIN_MS)
    }
  }

  /** The pod is gone, or has its images. */
  forget(pod: Pod): void {
    this.#backOff.forget(pod.metadata.uid)
    for (const key of this.#lastErrors.keys()) if (key.startsWith(pod.metadata.uid)) this.#lastErrors.delete(key)
  }

  #size(image: Image): Promise<number> {
    const size = this.#sizes.get(image.id) ?? folderSize(image.rootfs)
    this.#sizes.set(image.id, size)
    return size
  }
}

async function folderSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const sizes = entries.map(async (entry) => {
    const place = path.join(folder, entry.name)
    return entry.isDirectory() ? folderSize(place) : (await lstat(place)).size
  })
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

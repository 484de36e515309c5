import { randomBytes } from 'node:crypto'
import type * as models from '@kubernetes/client-node'
import type { Json, Pod, Volume } from '../../apimachinery/objects.ts'
import { fieldText, type Place, resourceText } from '../environment/downward-fields.ts'
import { MissingReference, type Sources } from '../environment/environment.ts'
import type { VolumeFile, VolumeFiles } from './atomic-folder.ts'

type Items = readonly Json<models.V1KeyToPath>[] | undefined
type Projection = Json<models.V1VolumeProjection>

const DEFAULT_MODE = 0o644

/** Volumes whose files come from the API and follow it. */
export function isFromApi(volume: Volume): boolean {
  return Boolean(volume.configMap ?? volume.secret ?? volume.downwardAPI ?? volume.projected)
}

/**
 * The files of a configMap, secret, downwardAPI or projected volume. `token` is the pod's, made once. Throws an Error with
 * the words of pkg/volume's plugins when something is missing.
 */
export async function volumeFiles(
  pod: Pod,
  volume: Volume,
  sources: Sources,
  place: Place,
  token: string,
): Promise<VolumeFiles> {
  const { configMap, secret, downwardAPI, projected } = volume
  const mode = configMap?.defaultMode ?? secret?.defaultMode ?? downwardAPI?.defaultMode ?? projected?.defaultMode
  const make = new Maker(pod, sources, place, token, mode ?? DEFAULT_MODE)
  if (configMap) return make.configMap(configMap.name ?? '', configMap)
  if (secret) return make.secret(secret.secretName ?? '', secret)
  if (downwardAPI) return make.downward(downwardAPI.items)
  return make.projected(projected?.sources ?? [])
}

/** An opaque text in the place of a service account's token. */
export function newToken(): string {
  return randomBytes(48).toString('base64url')
}

class Maker {
  readonly #pod: Pod
  readonly #sources: Sources
  readonly #place: Place
  readonly #token: string
  readonly #mode: number

  constructor(pod: Pod, sources: Sources, place: Place, token: string, mode: number) {
    this.#pod = pod
    this.#sources = sources
    this.#place = place
    this.#token = token
    this.#mode = mode
  }

  async configMap(name: string, source: { readonly items?: Items; readonly optional?: boolean }): Promise<VolumeFiles> {
    const data = await unlessMissing(source.optional, async () => {
      const object = await this.#sources.configMap(this.#pod.metadata.namespace ?? '', name)
      const binary = Object.entries(object.binaryData ?? {}).map(([k, v]) => [k, Buffer.from(v, 'base64')] as const)
      return new Map([...Object.entries(object.data ?? {}).map(([k, v]) => [k, Buffer.from(v)] as const), ...binary])
    })
    return this.#pick(data, source, (key) => `configmap references non-existent config key: ${key}`)
  }

  async secret(name: string, source: { readonly items?: Items; readonly optional?: boolean }): Promise<VolumeFiles> {
    const data = await unlessMissing(source.optional, async () => {
      const object = await this.#sources.secret(this.#pod.metadata.namespace ?? '', name)
      return new Map(Object.entries(object.data ?? {}).map(([k, v]) => [k, Buffer.from(v, 'base64')] as const))
    })
    return this.#pick(data, source, (key) => `references non-existent secret key: ${key}`)
  }

  downward(items: readonly Json<models.V1DownwardAPIVolumeFile>[] | undefined): VolumeFiles {
    const files = new Map<string, VolumeFile>()
    for (const { path, mode, fieldRef, resourceFieldRef } of items ?? []) {
      let text = ''
      if (fieldRef) text = fieldText(this.#pod, fieldRef.fieldPath, this.#place)
      else if (resourceFieldRef) {
        const { containerName, resource, divisor } = resourceFieldRef
        const all = [...this.#pod.spec.containers, ...(this.#pod.spec.initContainers ?? [])]
        const container = all.find(({ name }) => name === containerName)
        if (!container) throw new Error(`container ${containerName} not found`)
        text = resourceText(container, resource, divisor, this.#place)
      }
      files.set(path, { content: Buffer.from(text), mode: mode ?? this.#mode })
    }
    return files
  }

  async projected(projections: readonly Projection[]): Promise<VolumeFiles> {
    const files = new Map<string, VolumeFile>()
    const errors: string[] = []
    for (const { configMap, secret, downwardAPI, serviceAccountToken } of projections) {
      try {
        let part: VolumeFiles = new Map()
        if (configMap) part = await this.configMap(configMap.name ?? '', configMap)
        else if (secret) part = await this.secret(secret.name ?? '', secret)
        else if (downwardAPI) part = this.downward(downwardAPI.items)
        else if (serviceAccountToken) {
          const token = { content: Buffer.from(this.#token), mode: this.#mode }
          part = new Map([[serviceAccountToken.path, token]])
        }
        for (const [name, file] of part) files.set(name, file)
      } catch (error) {
        errors.push((error as Error).message)
      }
    }
    if (errors.length > 0) throw new Error(errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`)
    return files
  }

  #pick(
    data: ReadonlyMap<string, Buffer> | undefined,
    source: { readonly items?: Items; readonly optional?: boolean },
    missing: (key: string) => string,
  ): VolumeFiles {
    const files = new Map<string, VolumeFile>()
    if (!source.items || source.items.length === 0) {
      for (const [key, content] of data ?? []) files.set(key, { content, mode: this.#mode })
      return files
    }
    for (const { key, path, mode } of source.items) {
      const content = data?.get(key)
      if (!content && source.optional) continue
      if (!content) throw new Error(missing(key))
      files.set(path, { content, mode: mode ?? this.#mode })
    }
    return files
  }
}

async function unlessMissing<T>(optional: boolean | undefined, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (optional && error instanceof MissingReference) return undefined
    throw error
  }
}

import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { stripsTypes } from '../processes/node-flags.ts'
import { type Image, type ImageConfig, ImagePullError, type Images } from '../runtime.ts'
import { type BaseImage, knownBase } from './base-images.ts'
import { parseImageName } from './image-name.ts'
import { transpileImage } from './typescript.ts'

/** What is written beside an image's files. */
interface StoredImage {
  readonly id: string
  readonly config: ImageConfig
  /** JavaScript stands beside its TypeScript. */
  readonly transpiled: boolean
}

/** Full names to ids. */
type Names = Readonly<Record<string, string>>

/** An image that is made when it is first asked for. */
export interface BuiltIn {
  /** As `parseImageName` gives it, in full. */
  readonly name: string
  /** Makes it, or finds that it is there already; gives its id. */
  make(store: ImageStore): Promise<string>
}

/**
 * Images in a folder: `<id>/rootfs`, `<id>/image.json`, and a file per name in `names/`, which holds the id. The workbook's
 * commands and the cluster write to it at the same time; each write is a rename, so the last one wins and none is half.
 */
export class ImageStore implements Images {
  readonly folder: string
  readonly #builtIns: ReadonlyMap<string, BuiltIn>
  readonly #making = new Map<string, Promise<string>>()

  constructor(folder: string, builtIns: readonly BuiltIn[] = []) {
    this.folder = folder
    this.#builtIns = new Map(builtIns.map((builtIn) => [builtIn.name, builtIn]))
  }

  async list(): Promise<readonly Image[]> {
    const names = await this.#names()
    const all = await Promise.all([...this.#builtIns.keys(), ...Object.keys(names)].map((name) => this.find(name)))
    const byId = new Map(all.filter((image) => image !== undefined).map((image) => [image.id, image]))
    return [...byId.values()].sort((a, b) => (a.names[0] ?? '').localeCompare(b.names[0] ?? ''))
  }

  async find(name: string): Promise<Image | undefined> {
    const full = parseImageName(name)?.full
    if (full === undefined) return undefined
    const names = await this.#names()
    const id = this.#builtIns.has(full) ? await this.#make(full) : names[full]
    return id === undefined ? undefined : this.#load(id, names)
  }

  async pull(name: string): Promise<Image> {
    const parsed = parseImageName(name)
    if (!parsed) throw new ImagePullError(`failed to parse image reference "${name}": invalid reference format`)
    const image = await this.find(name)
    if (image) return image
    const known = [...this.#builtIns.keys(), ...Object.keys(await this.#names())]
    // One of busybox's many tags is enough.
    const familiar = known
      .map((full) => parseImageName(full)?.familiar ?? full)
      .filter((one) => !/^busybox:(?!1\.36$)/.test(one))
    const [host = ''] = parsed.full.split('/')
    const registry = host === 'docker.io' ? 'registry-1.docker.io' : host
    const path = parsed.repository.slice(host.length + 1)
    throw new ImagePullError(
      `failed to pull and unpack image "${parsed.full}": failed to resolve reference "${parsed.full}": failed to do request: ` +
        `Head "https://${registry}/v2/${path}/manifests/${parsed.tag}": dial tcp: lookup ${registry}: no such host ` +
        `(the practice cluster asks no registry; it has ${familiar.sort().join(', ')}; npm run image builds more)`,
    )
  }

  /** What FROM names: an image that is here, or one of the bases that stand for what a registry has. */
  async base(name: string): Promise<BaseImage | undefined> {
    return knownBase(name) ?? this.find(name)
  }

  /** By its id alone. */
  async byId(id: string): Promise<Image | undefined> {
    return this.#load(id, await this.#names())
  }

  /** Whether a name is taken for good: a built-in image's, or a base's. */
  isBuiltIn(full: string): boolean {
    return this.#builtIns.has(full) || knownBase(full) !== undefined
  }

  /** Whether an image of this id is stored. */
  async has(id: string): Promise<boolean> {
    return (await this.#stored(id)) !== undefined
  }

  /** Takes a folder, which is moved, as the files of an image. */
  async put(id: string, config: ImageConfig, rootfs: string): Promise<void> {
    if (await this.has(id)) return rm(rootfs, { recursive: true, force: true })
    const fresh = path.join(this.folder, `${randomUUID()}.new`)
    await mkdir(fresh, { recursive: true, mode: 0o700 })
    await rename(rootfs, path.join(fresh, 'rootfs'))
    await writeFile(
      path.join(fresh, 'image.json'),
      JSON.stringify({ id, config, transpiled: await transpile(fresh) } satisfies StoredImage),
    )
    try {
      await rename(fresh, this.#folderOf(id))
    } catch (error) {
      await rm(fresh, { recursive: true, force: true })
      // Well if somebody else put the same files there meanwhile.
      if (!(await this.has(id))) throw error
    }
  }

  /** Gives an image a name. */
  async tag(id: string, full: string): Promise<void> {
    await mkdir(this.#namesFolder, { recursive: true, mode: 0o700 })
    const fresh = path.join(this.folder, `${randomUUID()}.new`)
    await writeFile(fresh, id)
    await rename(fresh, path.join(this.#namesFolder, encodeURIComponent(full)))
  }

  #make(full: string): Promise<string> {
    const known = this.#making.get(full)
    if (known) return known
    const making = (this.#builtIns.get(full) as BuiltIn).make(this)
    this.#making.set(full, making)
    making.catch(() => this.#making.delete(full))
    return making
  }

  async #load(id: string, names: Names): Promise<Image | undefined> {
    const stored = await this.#stored(id)
    if (!stored) return undefined
    // Built on a newer Node than the one that runs now.
    if (!stored.transpiled && !stripsTypes()) await this.#transpileLate(stored)
    const all = Object.keys(names).filter((name) => names[name] === id)
    const builtIn: string[] = []
    for (const [name, making] of this.#making) if ((await making.catch(() => '')) === id) builtIn.push(name)
    return {
      id,
      names: [...new Set([...builtIn, ...all])].map((name) => parseImageName(name)?.familiar ?? name),
      config: stored.config,
      rootfs: path.join(this.#folderOf(id), 'rootfs'),
      builtIn: builtIn.length > 0,
    }
  }

  async #stored(id: string): Promise<StoredImage | undefined> {
    try {
      return JSON.parse(await readFile(path.join(this.#folderOf(id), 'image.json'), 'utf8')) as StoredImage
    } catch {
      return undefined
    }
  }

  async #transpileLate(image: StoredImage): Promise<void> {
    const folder = this.#folderOf(image.id)
    const fresh = path.join(this.folder, `${randomUUID()}.new`)
    await writeFile(fresh, JSON.stringify({ ...image, transpiled: await transpile(folder) } satisfies StoredImage))
    await rename(fresh, path.join(folder, 'image.json'))
  }

  async #names(): Promise<Names> {
    const files = await readdir(this.#namesFolder).catch(() => [])
    const ids = files.map((file) => readFile(path.join(this.#namesFolder, file), 'utf8'))
    return Object.fromEntries((await Promise.all(ids)).map((id, index) => [decodeURIComponent(files[index] ?? ''), id]))
  }

  get #namesFolder(): string {
    return path.join(this.folder, 'names')
  }

  #folderOf(id: string): string {
    return path.join(this.folder, id.replace('sha256:', ''))
  }
}

/** Puts JavaScript beside an image's TypeScript where this Node needs it; whether it did. */
async function transpile(folder: string): Promise<boolean> {
  if (stripsTypes()) return false
  await transpileImage(path.join(folder, 'rootfs'))
  return true
}

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readlink } from 'node:fs/promises'
import path from 'node:path'
import type { ImageConfig } from '../runtime.ts'

/** `sha256:…` of an image's files and settings: the same content has the same id on every machine. */
export async function imageId(rootfs: string, config: ImageConfig): Promise<string> {
  const hash = createHash('sha256')
  hash.update(JSON.stringify(config))
  for (const file of await filesOf(rootfs, '')) {
    hash.update(`\0${file.kind}\0${file.path}\0`)
    const real = path.join(rootfs, file.path)
    if (file.kind === 'link') hash.update(await readlink(real))
    if (file.kind === 'file') for await (const chunk of createReadStream(real)) hash.update(chunk as Buffer)
  }
  return `sha256:${hash.digest('hex')}`
}

interface ImageFile {
  readonly path: string
  readonly kind: 'file' | 'folder' | 'link'
}

async function filesOf(root: string, folder: string): Promise<ImageFile[]> {
  const entries = await readdir(path.join(root, folder), { withFileTypes: true })
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  const found: ImageFile[] = []
  for (const entry of entries) {
    const file = folder === '' ? entry.name : `${folder}/${entry.name}`
    const kind = entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'file'
    found.push({ path: file, kind })
    if (kind === 'folder') found.push(...(await filesOf(root, file)))
  }
  return found
}

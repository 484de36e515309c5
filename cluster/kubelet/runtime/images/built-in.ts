import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { projectRoot } from '../processes/bundles.ts'
import { knownBase } from './base-images.ts'
import { buildFiles } from './build-image.ts'
import { imageId } from './image-id.ts'
import type { BuiltIn, ImageStore } from './image-store.ts'

const BUSYBOX_TAGS = ['latest', '1', '1.36', '1.37', 'stable', 'musl', 'glibc']

/** The images that every practice cluster has; each is made when it is first asked for. */
export function builtInImages(): readonly BuiltIn[] {
  return [
    ...BUSYBOX_TAGS.map((tag) => ({ name: `docker.io/library/busybox:${tag}`, make: busybox })),
    { name: 'docker.io/library/starter-app:1.0', make: (store) => starterApp(store, '1.0') },
    { name: 'docker.io/library/starter-app:1.1', make: (store) => starterApp(store, '1.1') },
  ]
}

const busyboxes = new WeakMap<ImageStore, Promise<string>>()

/** One image of many names: they are asked for at the same time, and it must be made once. */
function busybox(store: ImageStore): Promise<string> {
  const known = busyboxes.get(store)
  if (known) return known
  const making = makeBusybox(store)
  busyboxes.set(store, making)
  making.catch(() => busyboxes.delete(store))
  return making
}

/** The sandboxed shell and its tools; it has no files of its own. */
async function makeBusybox(store: ImageStore): Promise<string> {
  const base = knownBase('busybox:1.37')
  if (!base) throw new Error('busybox is among the known bases')
  const rootfs = path.join(store.folder, `.busybox-${process.pid}`)
  await mkdir(rootfs, { recursive: true, mode: 0o700 })
  const id = await imageId(rootfs, base.config)
  await store.put(id, base.config, rootfs)
  return id
}

/** From the workbook's own Dockerfile, the same that a real cluster gets. */
async function starterApp(store: ImageStore, version: string): Promise<string> {
  const { id } = await buildFiles(store, { context: projectRoot(), buildArgs: { VERSION: version } })
  return id
}

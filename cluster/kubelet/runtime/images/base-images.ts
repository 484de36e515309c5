import type { ImageConfig } from '../runtime.ts'
import { parseImageName } from './image-name.ts'

/** What a build begins with. */
export interface BaseImage {
  readonly config: ImageConfig
  /** Left out: no files. */
  readonly rootfs?: string
}

const EMPTY = { env: {}, entrypoint: [], cmd: [], workingDir: '/', user: '', exposedPorts: [], labels: {} }

/**
 * The images that FROM can name without a registry. They bring no files: what they stand for is which programs a container
 * finds (`node` and a shell, the shell alone, nothing).
 */
export function knownBase(name: string): BaseImage | undefined {
  if (name === 'scratch') return { config: { ...EMPTY, base: 'scratch' } }
  const parsed = parseImageName(name)
  const base = parsed?.full.replace(/^docker\.io\/library\//, '')
  switch (parsed?.repository) {
    case 'docker.io/library/node':
      return { config: { ...EMPTY, cmd: ['node'], base: base as string } }
    case 'docker.io/library/busybox':
      return { config: { ...EMPTY, cmd: ['sh'], base: base as string } }
    default:
      return undefined
  }
}

import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { PodSandbox } from './container/pod-sandbox.ts'
import type { RuntimeParts } from './container/surroundings.ts'
import { builtInImages } from './images/built-in.ts'
import { ImageStore } from './images/image-store.ts'
import { PodSockets } from './pod-sockets.ts'
import { preloadFile, shellFiles } from './processes/bundles.ts'
import { ControlServer } from './processes/control-server.ts'
import { Reaper } from './processes/reaper.ts'
import type { Runtime, Sandbox, SandboxConfig } from './runtime.ts'

export interface RuntimeOptions {
  /** The cluster's folder for its state; images and containers get folders in it. */
  readonly stateFolder: string
}

export interface LocalRuntime extends Runtime {
  readonly images: ImageStore
}

/**
 * The runtime of a cluster: all its nodes share one. Whatever an earlier one of the same folder left (containers' folders,
 * sockets) is removed; one folder must not have two at a time.
 */
export async function createRuntime({ stateFolder }: RuntimeOptions): Promise<LocalRuntime> {
  const sockets = new PodSockets(stateFolder)
  const folder = path.join(stateFolder, 'containers')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (sockets.folder !== '') {
    await rm(sockets.folder, { recursive: true, force: true })
    await mkdir(sockets.folder, { recursive: true, mode: 0o700 })
  }
  const control = new ControlServer(sockets.path('control', 0))
  await control.listen()
  const parts: RuntimeParts = { folder, control, reaper: new Reaper() }
  // Made ready while the control plane starts; whoever needs them hears why they cannot be made.
  void preloadFile()
    .then(shellFiles)
    .catch(() => {})
  const sandboxes = new Set<PodSandbox>()

  return {
    images: new ImageStore(path.join(stateFolder, 'images'), builtInImages()),

    async createSandbox(config: SandboxConfig): Promise<Sandbox> {
      const sandbox = new PodSandbox(randomBytes(32).toString('hex'), config, sockets, parts)
      await sandbox.removeSockets()
      sandboxes.add(sandbox)
      return sandbox
    },

    async close(): Promise<void> {
      await Promise.all([...sandboxes].map((sandbox) => sandbox.remove()))
      control.close()
      parts.reaper.close()
      if (sockets.folder !== '') await rm(sockets.folder, { recursive: true, force: true })
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/**
 * Runs in a container's process before the app: from here on the app sees the container instead of this machine. Loaded with
 * `node --require`, bundled to one file. Every millisecond here is one of every container's start.
 */
import module from 'node:module'
import net from 'node:net'
import { isMainThread } from 'node:worker_threads'
import { patchConnect } from './connect.ts'
import { type ContainerSettings, SETTINGS_VARIABLE } from './container-settings.ts'
import { ControlChannel } from './control-channel.ts'
import { patchListen } from './listen.ts'
import { MountTable } from './mount-table.ts'
import { deliver, patchProcess } from './process-identity.ts'

const text = process.env[SETTINGS_VARIABLE]
if (text !== undefined) enterContainer(JSON.parse(text) as ContainerSettings)

function enterContainer(settings: ContainerSettings): void {
  delete process.env[SETTINGS_VARIABLE]
  const reallyKill = process.kill.bind(process, process.pid, 'SIGKILL')
  const table = new MountTable(settings.rootfs, settings.mounts)
  const cwd = { path: settings.cwd }
  const hostPath = (path: string) => table.resolve(path, cwd.path, true).host

  const connect = net.Socket.prototype.connect
  const open = () => new ControlChannel(settings, connect, ({ signal, number }) => deliver(signal, number), reallyKill)
  let channel = isMainThread ? open() : undefined
  const ask = () => {
    channel ??= open()
    return channel
  }

  if (isMainThread) patchProcess(settings)
  patchListen(settings, (question) => ask().tell(question), hostPath)
  patchConnect(settings, ask, hostPath)
  module.syncBuiltinESMExports()
}

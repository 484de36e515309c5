/**
 * Runs in a container's process before the app: from here on the app sees the container instead of this machine. Loaded with
 * `node --require`, bundled to one file. Every millisecond here is one of every container's start.
 */
import module from 'node:module'
import net from 'node:net'
import { isMainThread } from 'node:worker_threads'
import { SHELL_DOOR, type ShellDoor } from '../shell/requests.ts'
import { patchConnect } from './connect.ts'
import { type ContainerSettings, SETTINGS_VARIABLE } from './container-settings.ts'
import { ControlChannel } from './control-channel.ts'
import { patchFileSystem } from './file-system.ts'
import { patchListen } from './listen.ts'
import { patchMachine, patchWorkers, refuseRest } from './machine.ts'
import { MountTable } from './mount-table.ts'
import { patchNames } from './names.ts'
import { deliver, ignoreSignals, patchProcess, patchWorkingFolder } from './process-identity.ts'
import { patchTerminal } from './terminal.ts'

const text = process.env[SETTINGS_VARIABLE]
if (text !== undefined) enterContainer(JSON.parse(text) as ContainerSettings)

function enterContainer(settings: ContainerSettings): void {
  delete process.env[SETTINGS_VARIABLE]
  const reallyKill = process.kill.bind(process, process.pid, 'SIGKILL')
  const table = new MountTable(settings.rootfs, settings.mounts)
  const working = patchWorkingFolder(settings.cwd, table)
  const hostPath = (path: string) => table.resolve(path, working(), true).host

  const connect = net.Socket.prototype.connect as (this: net.Socket, options: object) => net.Socket
  const open = () => new ControlChannel(settings, connect, ({ signal, number }) => deliver(signal, number), reallyKill)
  // A thread of the app asks on a channel of its own, opened when it is needed.
  let channel = isMainThread ? open() : undefined
  const ask = () => {
    channel ??= open()
    return channel
  }

  patchProcess(settings)
  if (isMainThread && process.platform !== 'win32') ignoreSignals(settings.pid)
  if (settings.shell) {
    const door: ShellDoor = (request) => ask().shell(request)
    Object.defineProperty(globalThis, SHELL_DOOR, { value: door })
  }
  patchListen(settings, (question) => ask().tell(question), hostPath)
  patchConnect(settings, ask, hostPath)
  patchNames((name) => ask().lookup(name))
  patchMachine(settings)
  patchWorkers(settings, hostPath)
  refuseRest()
  keepModulesInside(settings.rootfs)
  patchFileSystem(table, working)
  module.syncBuiltinESMExports()
  if (settings.tty && isMainThread) patchTerminal()
}

/** CommonJS looks for packages up to the root of the disk; the container's root is where it must stop. */
function keepModulesInside(rootfs: string): void {
  const loader = module as unknown as { _nodeModulePaths: (from: string) => string[]; globalPaths: string[] }
  const paths = loader._nodeModulePaths
  loader._nodeModulePaths = (from) => paths(from).filter((folder) => folder.startsWith(rootfs))
  loader.globalPaths.length = 0
}

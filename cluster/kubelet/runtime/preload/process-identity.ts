import type { ContainerSettings } from './container-settings.ts'
import type { MountTable } from './mount-table.ts'

/** Signals that would end an ordinary process, but not PID 1 without a handler of its own. */
const BY_FIRST: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2']

/** What no process may leave to Node, which would open its inspector. */
const BY_ANY: readonly NodeJS.Signals[] = ['SIGUSR1']

/** Gives the process the number that it has in its container: 1, mostly. */
export function patchProcess(settings: ContainerSettings): void {
  const realPid = process.pid
  const kill = process.kill.bind(process)
  Object.defineProperty(process, 'pid', { value: settings.pid, enumerable: true, configurable: true })
  Object.defineProperty(process, 'ppid', { value: settings.pid === 1 ? 0 : 1, enumerable: true, configurable: true })
  process.execArgv = [...settings.execArgv]
  process.execPath = '/usr/local/bin/node'
  process.argv[0] = process.execPath
  for (const name of ['getuid', 'geteuid'] as const) if (process[name]) process[name] = () => settings.user.uid
  for (const name of ['getgid', 'getegid'] as const) if (process[name]) process[name] = () => settings.user.gid
  if (settings.memoryLimitBytes !== undefined) {
    const limit = settings.memoryLimitBytes
    ;(process as { constrainedMemory?: () => number }).constrainedMemory = () => limit
  }

  process.kill = (pid: number, signal?: string | number) => {
    if (pid === settings.pid || pid === 0 || pid === -1) return kill(realPid, signal)
    const error = Object.assign(new Error('kill ESRCH'), { errno: -3, code: 'ESRCH', syscall: 'kill' })
    throw error
  }
}

/** `process.cwd` and `process.chdir` by the container's paths; gives a function that says where the process is. */
export function patchWorkingFolder(start: string, table: MountTable): () => string {
  let cwd = start
  const change = process.chdir.bind(process)
  process.cwd = () => cwd
  process.chdir = (folder) => {
    const { host } = table.resolve(folder, cwd, true)
    change(host)
    cwd = table.toContainer(host) ?? cwd
  }
  return () => cwd
}

/** Gives a signal to the app's handlers, where the platform has no signals. */
export function deliver(signal: NodeJS.Signals, number: number): void {
  ;(process.emit as (event: string, ...args: unknown[]) => boolean)(signal, signal, number)
}

/**
 * The kernel ignores signals that PID 1 does not handle; here a handler that does nothing stands for that (it also keeps SIGUSR1
 * from opening the inspector), and the app does not see it.
 */
export function ignoreSignals(pid: number): void {
  const ignored = pid === 1 ? BY_FIRST : BY_ANY
  const ignore = () => {}
  for (const signal of ignored) process.on(signal, ignore)

  const { eventNames } = process
  const listeners = process.listeners as (event: string) => unknown[]
  const rawListeners = process.rawListeners as (event: string) => unknown[]
  const removeAllListeners = process.removeAllListeners as (event?: string) => NodeJS.Process
  const listenerCount = process.listenerCount as (event: string, listener?: unknown) => number
  const isIgnored = (event: string | symbol) => ignored.includes(event as NodeJS.Signals)
  const without = (all: readonly unknown[]) => all.filter((listener) => listener !== ignore)
  Object.assign(process, {
    listeners: (event: string) => without(listeners.call(process, event)),
    rawListeners: (event: string) => without(rawListeners.call(process, event)),
    listenerCount: (event: string, listener?: unknown) =>
      listenerCount.call(process, event, listener) - (isIgnored(event) && !listener ? 1 : 0),
    eventNames: () =>
      eventNames.call(process).filter((event) => !isIgnored(event) || process.listenerCount(event as string) > 0),
    removeAllListeners: (event?: NodeJS.Signals) => {
      removeAllListeners.call(process, event)
      for (const signal of event === undefined ? ignored : isIgnored(event) ? [event] : []) process.on(signal, ignore)
      return process
    },
  })
  for (const name of ['listeners', 'rawListeners', 'listenerCount', 'eventNames', 'removeAllListeners']) {
    Object.defineProperty(process, name, { enumerable: false })
  }
}

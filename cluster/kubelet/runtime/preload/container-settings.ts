import type { ShellAnswer, ShellRequest } from '../shell/requests.ts'

/** What a container's process is told by the runtime: the value, as JSON, of one variable that its app never sees. */
export const SETTINGS_VARIABLE = 'KUBERNETES_BY_HAND_CONTAINER'

export interface ContainerSettings {
  /** Socket on which the runtime answers, and the word that says which container asks. */
  readonly control: string
  readonly token: string
  /** The number of the process in its container. */
  readonly pid: number
  /** It is the sandboxed shell, not an app. */
  readonly shell: boolean
  /** It believes to have a terminal. */
  readonly tty?: boolean
  readonly hostname: string
  readonly podIp: string
  /** The node's own address in the pod network: where connections seem to come from. */
  readonly gatewayIp: string
  /** A pod's port is the socket `${socketPrefix}${ip}-${port}`. */
  readonly socketPrefix: string
  /** The folder that is `/`. */
  readonly rootfs: string
  readonly mounts: readonly SettingsMount[]
  readonly cwd: string
  readonly user: { readonly uid: number; readonly gid: number; readonly name: string; readonly home: string }
  readonly memoryLimitBytes?: number
  /** Node's own flags that the container's command gave, as `process.execArgv` shows them. */
  readonly execArgv: readonly string[]
}

export interface SettingsMount {
  readonly target: string
  readonly source: string
  readonly readOnly: boolean
}

/** What stands for a port that is bound to 127.0.0.1: an address that only the pod itself can name. */
export function loopbackOf(ip: string): string {
  return `${ip}-lo`
}

/** A container's process to the runtime, one JSON object a line. */
export type Question =
  | { readonly op: 'hello'; readonly token: string }
  | { readonly op: 'connect'; readonly id: number; readonly host: string; readonly port: number }
  | { readonly op: 'lookup'; readonly id: number; readonly name: string }
  /** A socket was made or closed; what is left when the process ends is removed by the runtime. */
  | { readonly op: 'listening' | 'closed'; readonly socket: string }
  | { readonly op: 'shell'; readonly id: number; readonly request: ShellRequest }
  | { readonly op: 'usage'; readonly cpuNanoseconds: number; readonly memoryBytes: number }

/** The runtime to a container's process. */
export type Answer =
  | { readonly op: 'connect'; readonly id: number; readonly address: string; readonly to: ConnectTo }
  | { readonly op: 'lookup'; readonly id: number; readonly addresses: readonly string[] }
  | { readonly op: 'shell'; readonly id: number; readonly answer: ShellAnswer }
  /** Only where signals do not exist. */
  | { readonly op: 'signal'; readonly signal: NodeJS.Signals; readonly number: number }
  | { readonly op: 'usage' }
  | { readonly op: 'resize'; readonly columns: number; readonly rows: number }

export type ConnectTo =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'host'; readonly port: number }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'unknown-name' }

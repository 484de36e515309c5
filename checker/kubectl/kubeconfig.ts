import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { parse } from 'yaml'
import { CommandError } from './errors.ts'
import type { Io } from './io.ts'

interface Named<T> {
  readonly name: string
  readonly from: string
  readonly value: T
}

interface ClusterEntry {
  readonly server?: string
  readonly 'certificate-authority'?: string
  readonly 'certificate-authority-data'?: string
  readonly 'insecure-skip-tls-verify'?: boolean
  readonly 'tls-server-name'?: string
}

interface UserEntry {
  readonly token?: string
  readonly tokenFile?: string
  readonly username?: string
  readonly password?: string
  readonly 'client-certificate'?: string
  readonly 'client-certificate-data'?: string
  readonly 'client-key'?: string
  readonly 'client-key-data'?: string
  readonly exec?: unknown
}

interface ContextEntry {
  readonly cluster?: string
  readonly user?: string
  readonly namespace?: string
}

/** How to reach a server, and as whom. */
export interface Connection {
  readonly server: string
  readonly namespace: string
  readonly authorization?: string
  readonly ca?: string | Buffer
  readonly cert?: string | Buffer
  readonly key?: string | Buffer
  readonly insecure: boolean
  readonly serverName?: string
}

/** The kubeconfig files of a run, merged: the first mention of a name wins, as in kubectl. */
export class KubeConfig {
  readonly files: readonly string[]
  readonly contexts: readonly Named<ContextEntry>[]
  readonly currentContext: string
  readonly raw: Readonly<Record<string, unknown>>
  readonly #clusters: readonly Named<ClusterEntry>[]
  readonly #users: readonly Named<UserEntry>[]

  constructor(files: readonly string[], context?: string) {
    this.files = files
    const parts = files.filter((file) => existsSync(file)).map((file) => ({ file, content: read(file) }))
    const gather = <T>(list: string, field: string) =>
      parts.flatMap(({ file, content }) =>
        (Array.isArray(content[list]) ? content[list] : []).map((entry: Record<string, unknown>) => {
          return { name: String(entry.name), from: file, value: (entry[field] ?? {}) as T }
        }),
      )
    this.contexts = gather<ContextEntry>('contexts', 'context')
    this.#clusters = gather<ClusterEntry>('clusters', 'cluster')
    this.#users = gather<UserEntry>('users', 'user')
    const current = parts.map(({ content }) => content['current-context']).find(Boolean)
    this.currentContext = context ?? (typeof current === 'string' ? current : '')
    this.raw = { ...parts[0]?.content }
  }

  static load(io: Io, { file, context }: { file?: string; context?: string } = {}): KubeConfig {
    if (file !== undefined) {
      const full = path.resolve(io.cwd, file)
      if (!existsSync(full)) throw new CommandError(`stat ${file}: no such file or directory`)
      return new KubeConfig([full], context)
    }
    const listed = (io.env.KUBECONFIG ?? '').split(path.delimiter).filter(Boolean)
    const home = io.env.HOME ?? io.env.USERPROFILE ?? homedir()
    return new KubeConfig(
      listed.length > 0 ? listed.map((name) => path.resolve(io.cwd, name)) : [path.join(home, '.kube', 'config')],
      context,
    )
  }

  /** The namespace of the context in use, or `default`. */
  get namespace(): string {
    return this.#context()?.value.namespace || 'default'
  }

  clusterOf(context: ContextEntry): ClusterEntry | undefined {
    return this.#clusters.find(({ name }) => name === context.cluster)?.value
  }

  connection(): Connection {
    const context = this.#context()
    if (this.currentContext && !context) throw new CommandError(`context "${this.currentContext}" does not exist`)
    const cluster = this.#clusters.find(({ name }) => name === context?.value.cluster)
    const user = this.#users.find(({ name }) => name === context?.value.user)
    const server = cluster?.value.server ?? 'http://localhost:8080'
    const secret = user?.value
    if (secret?.exec)
      throw new CommandError('this kubectl cannot sign in with an exec plugin; install kubectl for such a cluster')
    const token = secret?.token ?? (secret?.tokenFile && readFileSync(secret.tokenFile, 'utf8').trim())
    const basic = secret?.username && Buffer.from(`${secret.username}:${secret.password ?? ''}`).toString('base64')
    const ca = pem(cluster, 'certificate-authority')
    const cert = pem(user, 'client-certificate')
    const key = pem(user, 'client-key')
    return {
      server: server.replace(/\/+$/, ''),
      namespace: this.namespace,
      insecure: cluster?.value['insecure-skip-tls-verify'] ?? false,
      ...(token ? { authorization: `Bearer ${token}` } : basic ? { authorization: `Basic ${basic}` } : {}),
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...(cluster?.value['tls-server-name'] && { serverName: cluster.value['tls-server-name'] }),
    }
  }

  #context(): Named<ContextEntry> | undefined {
    return this.contexts.find(({ name }) => name === this.currentContext)
  }
}

function read(file: string): Record<string, unknown> {
  try {
    return (parse(readFileSync(file, 'utf8')) ?? {}) as Record<string, unknown>
  } catch (error) {
    throw new CommandError(`error loading config file "${file}": ${(error as Error).message}`)
  }
}

/** A certificate or key, either inline as base64 or a file beside the kubeconfig. */
function pem(entry: Named<object> | undefined, field: string): string | Buffer | undefined {
  const value = entry?.value as Record<string, string | undefined> | undefined
  const inline = value?.[`${field}-data`]
  if (inline) return Buffer.from(inline, 'base64')
  const file = value?.[field]
  return file && entry ? readFileSync(path.resolve(path.dirname(entry.from), file)) : undefined
}

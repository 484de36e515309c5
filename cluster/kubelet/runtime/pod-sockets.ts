import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import path from 'node:path'

/**
 * Pods' ports are sockets named by address and port, so that two pods of a machine can both listen on 3000 and nobody needs to
 * be asked which is which. Unix sockets where there are any (their paths may have 104 bytes, so they lie in the machine's
 * folder for temporary files, readable by this user only), named pipes on Windows.
 */
export class PodSockets {
  /** Holds the sockets; '' on Windows. Made and removed by the runtime. */
  readonly folder: string
  readonly #prefix: string

  /** One cluster, one folder: `stateFolder` names the cluster. */
  constructor(stateFolder: string) {
    const id = createHash('sha256').update(stateFolder).digest('hex').slice(0, 10)
    if (process.platform === 'win32') {
      this.folder = ''
      this.#prefix = `\\\\.\\pipe\\kbh-${id}-`
    } else {
      this.folder = path.join(tmpdir(), `kbh-${id}`)
      this.#prefix = `${this.folder}/`
    }
  }

  /** Path of the socket that stands for a pod's TCP port. */
  path(ip: string, port: number): string {
    return `${this.#prefix}${ip}-${port}`
  }
}

import { execFile } from 'node:child_process'
import path from 'node:path'
import { which } from 'zx/core'

/** The oldest kubectl that speaks to the practice cluster: those before validate with a document that it does not have. */
const OLDEST = 29
/** A kubectl that does not tell its version within this is not used. Milliseconds. */
const PATIENCE_MS = 5_000

export interface InstalledKubectl {
  readonly file: string
  /** `1.32`. */
  readonly version: string
  readonly usable: boolean
}

/** The first kubectl on the PATH, and whether it is 1.29 or newer; undefined when there is none that runs. `without`: a folder to pass over. */
export async function installedKubectl(
  env: Readonly<Record<string, string | undefined>> = process.env,
  without?: string,
): Promise<InstalledKubectl | undefined> {
  const folders = (env.PATH ?? env.Path ?? '')
    .split(path.delimiter)
    .filter((folder) => folder && !isOurs(folder, without))
  const files = await which('kubectl', { path: folders.join(path.delimiter), all: true, nothrow: true })
  for (const file of files ?? []) {
    const minor = await minorVersion(file, env)
    if (minor !== undefined) return { file, version: `1.${minor}`, usable: minor >= OLDEST }
  }
  return undefined
}

/** npm puts the packages' programs first on the PATH, and a shell within a shell has the shim there. */
function isOurs(folder: string, without: string | undefined): boolean {
  return without !== undefined && path.resolve(folder).startsWith(path.resolve(without))
}

function minorVersion(file: string, env: Readonly<Record<string, string | undefined>>): Promise<number | undefined> {
  const options = {
    timeout: PATIENCE_MS,
    env: env as NodeJS.ProcessEnv,
    shell: /\.(cmd|bat)$/i.test(file),
    windowsHide: true,
  }
  return new Promise((resolve) => {
    execFile(file, ['version', '--client', '--output=json'], options, (_, stdout) => {
      const version = /"gitVersion":\s*"v1\.(\d+)/.exec(stdout)
      resolve(version ? Number(version[1]) : undefined)
    })
  })
}

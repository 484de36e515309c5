import { accessSync, constants } from 'node:fs'
import path from 'node:path'

/** Real kubectl to test with: those that `KUBECTL_BINARIES` names, separated as in PATH, else the one on the PATH, if any. */
export function kubectlBinaries(environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  const named = (environment.KUBECTL_BINARIES ?? '').split(path.delimiter).filter(Boolean)
  if (named.length > 0) return named
  const folders = (environment.PATH ?? '').split(path.delimiter).filter(Boolean)
  const found = folders.map((folder) => path.join(folder, 'kubectl')).find(isExecutable)
  return found ? [found] : []
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** What a shim runs: a program and its first arguments. */
export interface Program {
  readonly file: string
  readonly args: readonly string[]
}

/** Tells the `kubectl` command that the shim has already chosen; see checker/commands/kubectl.ts. */
export const SHIM = 'WORKBOOK_KUBECTL'

/**
 * Writes `kubectl` for POSIX shells and `kubectl.cmd` for Windows into the folder `bin`, and gives that folder's path. They run
 * the program with --kubeconfig, so that no variable that a shell's start-up file sets can point them at another cluster.
 */
export function writeShims(folder: string, program: Program, kubeconfig: string): string {
  const bin = path.join(folder, 'bin')
  mkdirSync(bin, { recursive: true, mode: 0o700 })
  const words = [program.file, ...program.args, `--kubeconfig=${kubeconfig}`]
  const sh = `#!/bin/sh\n${SHIM}=own\nKUBECONFIG=${quoteSh(kubeconfig)}\nexport ${SHIM} KUBECONFIG\nexec ${words.map(quoteSh).join(' ')} "$@"\n`
  const cmd = `@echo off\r\nsetlocal\r\nset "${SHIM}=own"\r\nset "KUBECONFIG=${escapeCmd(kubeconfig)}"\r\n${words.map((word) => `"${escapeCmd(word)}"`).join(' ')} %*\r\n`
  writeFileSync(path.join(bin, 'kubectl'), sh)
  chmodSync(path.join(bin, 'kubectl'), 0o755)
  writeFileSync(path.join(bin, 'kubectl.cmd'), cmd)
  return bin
}

export function quoteSh(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}

/** Within double quotes, a batch file takes everything but the percent sign as it is. */
function escapeCmd(word: string): string {
  return word.replaceAll('%', '%%')
}

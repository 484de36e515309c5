import { mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { quoteSh } from './shim.ts'

/** How a shell is started so that our folder stays first on its PATH. */
export interface ShellStart {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The learner's own shell. Its start-up file is read as always; afterwards `bin` is put first on the PATH again and KUBECONFIG
 * set, because start-up files like to change both. Files that this needs are written into `folder`.
 */
export function learnerShell(env: Environment, bin: string, kubeconfig: string, folder: string): ShellStart {
  const file = shellOf(env)
  const name = path
    .basename(file)
    .replace(/\.exe$/i, '')
    .toLowerCase()
  const posix = `PATH=${quoteSh(bin)}:"$PATH"\nKUBECONFIG=${quoteSh(kubeconfig)}\nexport PATH KUBECONFIG\nunalias kubectl 2>/dev/null || true\n`
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  switch (name) {
    case 'bash': {
      const rc = path.join(folder, 'bashrc')
      writeFileSync(rc, `[ -r ~/.bashrc ] && . ~/.bashrc\n${posix}`)
      return { file, args: ['--rcfile', rc, '-i'], env: {} }
    }
    case 'zsh': {
      const own = env.ZDOTDIR ?? env.HOME ?? homedir()
      const source = (start: string) => `ZDOTDIR=${quoteSh(own)}\n[ -r "$ZDOTDIR/${start}" ] && . "$ZDOTDIR/${start}"\n`
      writeFileSync(path.join(folder, '.zshenv'), `${source('.zshenv')}ZDOTDIR=${quoteSh(folder)}\n`)
      writeFileSync(path.join(folder, '.zshrc'), `${source('.zshrc')}${posix}`)
      return { file, args: ['-i'], env: { ZDOTDIR: folder } }
    }
    case 'fish':
      return {
        file,
        args: ['-C', `set -gx PATH ${quoteSh(bin)} $PATH; set -gx KUBECONFIG ${quoteSh(kubeconfig)}`],
        env: {},
      }
    case 'powershell':
    case 'pwsh': {
      const text = (value: string) => `'${value.replaceAll("'", "''")}'`
      const command = `$env:PATH = ${text(bin)} + [IO.Path]::PathSeparator + $env:PATH; $env:KUBECONFIG = ${text(kubeconfig)}`
      return { file, args: ['-NoLogo', '-NoExit', '-Command', command], env: {} }
    }
    default:
      return { file, args: [], env: {} }
  }
}

/** $SHELL, or on Windows PowerShell where the command was typed in one, else cmd. */
function shellOf(env: Environment): string {
  if (env.SHELL) return env.SHELL
  if (process.platform !== 'win32') return '/bin/sh'
  // PowerShell puts a folder of the user's documents into this variable; the system's own value has none.
  if (/Documents[\\/](?:Windows)?PowerShell/i.test(env.PSModulePath ?? '')) {
    return /Documents[\\/]PowerShell/i.test(env.PSModulePath ?? '') ? 'pwsh.exe' : 'powershell.exe'
  }
  return env.ComSpec ?? env.COMSPEC ?? 'cmd.exe'
}

/** The environment of a shell or kubectl: the learner's, without what npm put into it. */
export function learnerEnvironment(env: Environment, kubeconfig: string, bin?: string): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [key, value] of Object.entries(env)) {
    if (value === undefined || /^(npm_|INIT_CWD$|WORKBOOK_ROOT$|WORKBOOK_KUBECTL$|NODE$|COLOR$)/i.test(key)) continue
    kept[key] = value
  }
  const name = Object.keys(kept).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'
  const modules = `${path.sep}node_modules${path.sep}.bin`
  const folders = (kept[name] ?? '')
    .split(path.delimiter)
    .filter((folder) => !folder.endsWith(modules) && !folder.endsWith('node-gyp-bin'))
  kept[name] = [...(bin ? [bin] : []), ...folders].join(path.delimiter)
  kept.KUBECONFIG = kubeconfig
  return kept
}

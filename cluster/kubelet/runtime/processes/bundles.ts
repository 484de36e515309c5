import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { BuildOptions, Plugin } from 'esbuild'
import { withEsbuild } from './esbuild.ts'
import { systemEnvironment } from './system-environment.ts'

/** What a bundle was made of: path, size in bytes, milliseconds of the last change. */
type Input = readonly [file: string, size: number, changed: number]

interface Manifest {
  readonly file: string
  readonly inputs: readonly Input[]
}

/** Longest that compiling the shell ahead may take, ms. */
const COMPILE_MS = 30_000

const RUNTIME_FOLDER = path.join('cluster', 'kubelet', 'runtime')

/** What a bundle is made of beside its entry. */
interface Recipe {
  readonly name: string
  readonly entry: string
  readonly external?: readonly string[]
  /** Packages that are left empty. */
  readonly absent?: RegExp
  /** Text around the code. */
  readonly wrapping?: readonly [before: string, after: string]
}

/** For packages that ask where they are. */
const OWN_URL = 'const __importMetaUrl = require("node:url").pathToFileURL(__filename).href;'

/** The sandboxed shell: what Node runs, and the two files that it reads for it. */
export interface ShellFiles {
  readonly launcher: string
  readonly script: string
  /** What V8 made of the script, for this very Node. May be absent: then V8 compiles. */
  readonly codeCache: string
}

const made = new Map<string, Promise<string>>()
let shell: Promise<ShellFiles> | undefined

/** The one file that Node loads before an app; bundled at first use, and again when its sources change. */
export function preloadFile(): Promise<string> {
  return prepared({ name: 'preload', entry: 'preload/preload.ts' })
}

/** The sandboxed shell, with its code compiled ahead: that is most of the time that a probe's `cat` takes. */
export async function shellFiles(): Promise<ShellFiles> {
  shell ??= makeShell()
  const files = await shell.catch((error: unknown) => {
    shell = undefined
    throw error
  })
  if (existsSync(files.script) && existsSync(files.launcher)) return files
  shell = makeShell()
  return shell
}

async function makeShell(): Promise<ShellFiles> {
  const [launcher, compiler, script] = await Promise.all([
    prepared({ name: 'launch', entry: 'shell/launch.ts' }),
    prepared({ name: 'compile', entry: 'shell/compile.ts' }),
    prepared({
      name: 'shell',
      entry: 'shell/shell.ts',
      // Native or large, for commands that no container has (xz, sqlite3, Python, html-to-markdown).
      external: ['@mongodb-js/zstd', 'node-liblzma', 'seek-bzip', 'sql.js', 'quickjs-emscripten'],
      absent: /\/undici-|^turndown/,
      wrapping: ['(function (require, module, exports, __filename) {', '})'],
    }),
  ])
  const codeCache = script.replace(/\.cjs$/, `.${process.version}-${process.arch}.cache`)
  if (!existsSync(codeCache)) {
    const words = [compiler, script, codeCache]
    // Without it the shell is only slower.
    const compiling = promisify(execFile)(process.execPath, words, { env: systemEnvironment(), timeout: COMPILE_MS })
    compiling.child.stdin?.end()
    await compiling.catch(() => {})
  }
  return { launcher, script, codeCache }
}

/** Once per process, for as long as the file is there: another process may have made a newer one. */
async function prepared(recipe: Recipe): Promise<string> {
  const known = await made.get(recipe.name)?.catch(() => undefined)
  if (known !== undefined && existsSync(known)) return known
  const making = bundle(recipe)
  made.set(recipe.name, making)
  return making
}

/**
 * Bundles an entry of this folder for a process of its own, into the cache of the workbook's node_modules, named by its content.
 * A warm call costs a few `stat`s; esbuild is loaded only when something has changed.
 */
async function bundle({ name, entry, external = [], absent, wrapping = ['', ''] }: Recipe): Promise<string> {
  const root = projectRoot()
  const cache = path.join(root, 'node_modules', '.cache', 'kubernetes-by-hand')
  const manifestFile = path.join(cache, `${name}.json`)
  const known = readManifest(manifestFile)
  if (known && existsSync(path.join(cache, known.file)) && known.inputs.every(isUnchanged)) {
    return path.join(cache, known.file)
  }

  const plugins: Plugin[] = absent ? [leaveOut(absent)] : []
  const options = {
    absWorkingDir: root,
    entryPoints: [path.join(root, RUNTIME_FOLDER, entry)],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    minify: true,
    define: { 'import.meta.url': '__importMetaUrl' },
    banner: { js: wrapping[0] + OWN_URL },
    footer: { js: wrapping[1] },
    legalComments: 'none',
    external: [...external],
    plugins,
    logLevel: 'silent',
  } as const satisfies BuildOptions
  const result = await withEsbuild((esbuild) => esbuild.build(options))
  const { contents } = result.outputFiles[0] as { contents: Uint8Array }
  const file = `${name}-${createHash('sha256').update(contents).digest('hex').slice(0, 16)}.cjs`
  // How it is bundled counts too.
  const recipes = [
    path.join(RUNTIME_FOLDER, 'processes', 'bundles.ts'),
    path.join('node_modules', 'esbuild', 'package.json'),
  ]
  const sources = Object.keys(result.metafile.inputs).filter((input) => !input.startsWith('absent:'))
  const inputs = [...sources, ...recipes].map((input): Input => inputOf(path.join(root, input)))
  mkdirSync(cache, { recursive: true })
  replaceFile(path.join(cache, file), contents)
  replaceFile(manifestFile, JSON.stringify({ file, inputs } satisfies Manifest))
  if (known && known.file !== file) removeAll(cache, path.basename(known.file, '.cjs'))
  return path.join(cache, file)
}

function leaveOut(absent: RegExp): Plugin {
  return {
    name: 'absent',
    setup(build) {
      build.onResolve({ filter: absent }, ({ path: name }) => ({ path: name, namespace: 'absent' }))
      build.onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: 'module.exports = {}' }))
    },
  }
}

function removeAll(folder: string, beginning: string): void {
  for (const name of readdirSync(folder)) {
    if (name.startsWith(`${beginning}.`)) rmSync(path.join(folder, name), { force: true })
  }
}

/** The workbook's folder, also when this code runs from a bundle in its cache. */
export function projectRoot(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url))
  while (!existsSync(path.join(folder, RUNTIME_FOLDER, 'runtime.ts'))) {
    const parent = path.dirname(folder)
    if (parent === folder) throw new Error(`no ${RUNTIME_FOLDER} above ${fileURLToPath(import.meta.url)}`)
    folder = parent
  }
  return folder
}

function readManifest(file: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Manifest
  } catch {
    return undefined
  }
}

function inputOf(file: string): Input {
  const { size, mtimeMs } = statSync(file)
  return [file, size, mtimeMs]
}

function isUnchanged([file, size, changed]: Input): boolean {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats?.size === size && stats.mtimeMs === changed
}

/** Never half written, also when several processes do it at once. */
function replaceFile(file: string, contents: string | Uint8Array): void {
  const fresh = `${file}.${process.pid}.new`
  writeFileSync(fresh, contents)
  renameSync(fresh, file)
}

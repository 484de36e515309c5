import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** What a bundle was made of: path, size in bytes, milliseconds of the last change. */
type Input = readonly [file: string, size: number, changed: number]

interface Manifest {
  readonly file: string
  readonly inputs: readonly Input[]
}

const RUNTIME_FOLDER = path.join('cluster', 'kubelet', 'runtime')

/** The one file that Node loads before an app; bundled at first use, and again when its sources change. */
export function preloadFile(): Promise<string> {
  return bundle('preload', 'preload/preload.ts', [])
}

/** The sandboxed shell as one file. */
export function shellFile(): Promise<string> {
  // Native or large, for commands that no container has (xz, sqlite3, Python).
  return bundle('shell', 'shell/shell.ts', [
    '@mongodb-js/zstd',
    'node-liblzma',
    'seek-bzip',
    'sql.js',
    'quickjs-emscripten',
  ])
}

/**
 * Bundles an entry of this folder for a process of its own, into the cache of the workbook's node_modules, named by its content.
 * A warm call costs a few `stat`s; esbuild is loaded only when something has changed.
 */
async function bundle(name: string, entry: string, external: readonly string[]): Promise<string> {
  const root = projectRoot()
  const cache = path.join(root, 'node_modules', '.cache', 'kubernetes-by-hand')
  const manifestFile = path.join(cache, `${name}.json`)
  const known = readManifest(manifestFile)
  if (known && existsSync(path.join(cache, known.file)) && known.inputs.every(isUnchanged)) {
    return path.join(cache, known.file)
  }

  const esbuild = await import('esbuild')
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [path.join(root, RUNTIME_FOLDER, entry)],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    minify: true,
    // For packages that ask where they are.
    define: { 'import.meta.url': '__importMetaUrl' },
    banner: { js: 'const __importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
    legalComments: 'none',
    external: [...external],
    logLevel: 'silent',
  })
  const { contents } = result.outputFiles[0] as { contents: Uint8Array }
  const file = `${name}-${createHash('sha256').update(contents).digest('hex').slice(0, 16)}.cjs`
  // How it is bundled counts too.
  const recipes = [
    path.join(RUNTIME_FOLDER, 'processes', 'bundles.ts'),
    path.join('node_modules', 'esbuild', 'package.json'),
  ]
  const inputs = [...Object.keys(result.metafile.inputs), ...recipes].map(
    (input): Input => inputOf(path.join(root, input)),
  )
  mkdirSync(cache, { recursive: true })
  replaceFile(path.join(cache, file), contents)
  replaceFile(manifestFile, JSON.stringify({ file, inputs } satisfies Manifest))
  if (known && known.file !== file) rmSync(path.join(cache, known.file), { force: true })
  return path.join(cache, file)
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

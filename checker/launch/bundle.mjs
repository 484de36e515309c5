/**
 * The TypeScript of the workbook, bundled at first use: a bundle starts several times faster than the source, and so does the
 * practice cluster. Bundles lie in node_modules/.cache/kubernetes-by-hand/, one folder for each state of the source.
 *
 * What the source may rely on, bundled or not: `import.meta.url` is that of the source file; `import(\`…/${name}/x.ts\`)` with a
 * relative template works as esbuild's glob imports do; packages in EXTERNAL are loaded from node_modules.
 */
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

/** Native code, and packages that are large, seldom needed, or look for files of their own. */
const EXTERNAL = ['just-bash', 'esbuild', 'tsx', 'typescript', 'fsevents']
/** Older bundles that are kept: a running cluster may still load a part of its own. */
const KEPT = 4

/** What is bundled: the folders that it is made of, and the files that it starts from, by the name they get. */
const BUNDLES = {
  checker: {
    sources: ['checker', 'cluster', 'lessons', 'solutions'],
    entries: (root) => commandsOf(root),
  },
  cluster: {
    sources: ['cluster'],
    entries: (root) => ({
      main: path.join(root, 'cluster', 'daemon', 'main.ts'),
      ...filesOf(path.join(root, 'cluster', 'kubelet', 'runtime', 'guest'), 'guest'),
    }),
  },
}

/** Gives the folder of an up-to-date bundle, and a version that changes when its code does. Throws esbuild's errors. */
export async function ensureBundle(root, name) {
  const cache = path.join(root, 'node_modules', '.cache', 'kubernetes-by-hand')
  const fingerprint = fingerprintOf(root, BUNDLES[name].sources)
  const remembered = path.join(cache, `${name}.json`)
  const last = readJson(remembered)
  if (last?.fingerprint === fingerprint && existsSync(path.join(last.folder, 'bundle.json'))) return last

  mkdirSync(cache, { recursive: true })
  const built = await build(root, cache, name)
  const bundle = { ...built, fingerprint }
  const temporary = `${remembered}.${randomUUID()}`
  writeFileSync(temporary, JSON.stringify(bundle))
  renameSync(temporary, remembered)
  forgetOld(cache, name, bundle.folder)
  return bundle
}

/** Names, sizes and times of all sources: a few milliseconds for some hundred files. */
function fingerprintOf(root, sources) {
  const hash = createHash('sha1')
  const lockfile = statSync(path.join(root, 'package-lock.json'), { throwIfNoEntry: false })
  hash.update(`${root} ${process.versions.node} ${lockfile?.mtimeMs} ${lockfile?.size}`)
  const folders = sources.map((source) => path.join(root, source))
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    let entries
    try {
      entries = readdirSync(folder, { withFileTypes: true })
    } catch {
      continue
    }
    for (const entry of entries) {
      const file = path.join(folder, entry.name)
      if (entry.isDirectory()) folders.push(file)
      else if (/\.(ts|mjs|json)$/.test(entry.name) && !entry.name.endsWith('.test.ts')) {
        const { mtimeMs, size } = statSync(file)
        hash.update(`${file} ${mtimeMs} ${size}\n`)
      }
    }
  }
  return hash.digest('hex')
}

async function build(root, cache, name) {
  const esbuild = await import('esbuild')
  const temporary = path.join(cache, `${name}-building-${randomUUID()}`)
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints: BUNDLES[name].entries(root),
    outdir: temporary,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: `node${process.versions.node}`,
    external: EXTERNAL,
    // Packages in CommonJS ask for Node's modules by `require`.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    // Names stay as they are, for stack traces.
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'silent',
    metafile: true,
    loader: { '.md': 'text' },
    plugins: [sourceUrls(root), parsedJson()],
  })
  const hash = createHash('sha1')
  for (const file of Object.keys(result.metafile.outputs).sort()) {
    if (!file.endsWith('.map')) hash.update(path.basename(file)).update(readFileSync(path.resolve(root, file)))
  }
  const version = hash.digest('hex').slice(0, 12)
  const folder = path.join(cache, `${name}-${version}`)
  writeFileSync(path.join(temporary, 'bundle.json'), JSON.stringify({ version }))
  writeFileSync(path.join(temporary, 'package.json'), '{"type":"module"}')
  try {
    renameSync(temporary, folder)
  } catch (error) {
    // The same code was built before, or by somebody else just now.
    if (!existsSync(path.join(folder, 'bundle.json'))) throw error
    rmSync(temporary, { recursive: true, force: true })
  }
  return { folder, version }
}

/** Keeps `import.meta.url` what it is in the source, so that a file finds its neighbours also when it is bundled. */
function sourceUrls(root) {
  return {
    name: 'source-urls',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, ({ path: file }) => {
        if (!file.startsWith(root) || file.includes('node_modules')) return undefined
        const source = readFileSync(file, 'utf8')
        if (!source.includes('import.meta.')) return undefined
        const url = JSON.stringify(pathToFileURL(file).href)
        const contents = source
          // in quotes it is a name, such as esbuild's `define` takes
          .replaceAll(/(?<!['"`])import\.meta\.url/g, url)
          .replaceAll('import.meta.dirname', JSON.stringify(path.dirname(file)))
          .replaceAll('import.meta.filename', JSON.stringify(file))
        return { contents, loader: 'ts' }
      })
    },
  }
}

/** Tables as text that is parsed when it is needed: faster to start than a large object literal. */
function parsedJson() {
  return {
    name: 'parsed-json',
    setup(build) {
      build.onLoad({ filter: /\.json$/ }, ({ path: file }) => {
        const text = readFileSync(file, 'utf8')
        if (text.length < 5_000 || file.includes('node_modules')) return undefined
        return {
          contents: `export default JSON.parse(${JSON.stringify(JSON.stringify(JSON.parse(text)))})`,
          loader: 'js',
        }
      })
    },
  }
}

function commandsOf(root) {
  return filesOf(path.join(root, 'checker', 'commands'), 'commands')
}

function filesOf(folder, prefix) {
  if (!existsSync(folder)) return {}
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  return Object.fromEntries(files.map((file) => [`${prefix}/${file.slice(0, -3)}`, path.join(folder, file)]))
}

function forgetOld(cache, name, current) {
  const old = readdirSync(cache)
    .filter((entry) => entry.startsWith(`${name}-`))
    .map((entry) => path.join(cache, entry))
    .filter((folder) => folder !== current)
    .map((folder) => ({ folder, at: statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.at - a.at)
  for (const { folder } of old.slice(KEPT)) rmSync(folder, { recursive: true, force: true })
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

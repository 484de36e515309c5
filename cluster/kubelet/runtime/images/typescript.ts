import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { BuildOptions } from 'esbuild'
import { withEsbuild } from '../processes/esbuild.ts'

const TYPESCRIPT = /\.[mc]?ts$/

/**
 * Puts JavaScript beside each TypeScript file of an image, for a Node that cannot strip types: `server.ts.mjs` for `server.ts`
 * (`.cjs` where the file is CommonJS), its relative imports changed likewise. Declarations and node_modules are left alone, as
 * Node's own stripping leaves them. Throws an error that names file and line of a mistake.
 */
export async function transpileImage(rootfs: string): Promise<void> {
  const entryPoints = await typescriptFiles(rootfs)
  if (entryPoints.length === 0) return
  const kinds = new Map(await Promise.all(entryPoints.map(async (file) => [file, await kindOf(file, rootfs)] as const)))
  for (const format of ['esm', 'cjs'] as const) {
    const files = entryPoints.filter((file) => kinds.get(file) === format)
    if (files.length === 0) continue
    const options: BuildOptions = {
      absWorkingDir: rootfs,
      entryPoints: files.map((file) => ({ in: file, out: path.relative(rootfs, file) })),
      outdir: rootfs,
      outExtension: { '.js': format === 'esm' ? '.mjs' : '.cjs' },
      bundle: true,
      platform: 'node',
      target: `node${process.versions.node}`,
      format,
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
      sourcemap: 'inline',
      sourcesContent: false,
      logLevel: 'silent',
      plugins: [
        {
          name: 'imports stay imports',
          setup(build) {
            build.onResolve({ filter: /.*/ }, ({ path: specifier, kind, resolveDir }) => {
              if (kind === 'entry-point') return undefined
              if (!/^\.\.?\//.test(specifier) || !TYPESCRIPT.test(specifier)) return { path: specifier, external: true }
              const target = kinds.get(path.resolve(resolveDir, specifier))
              return { path: `${specifier}.${target === 'cjs' ? 'cjs' : 'mjs'}`, external: true }
            })
          },
        },
      ],
    }
    await withEsbuild((esbuild) => esbuild.build(options))
  }
}

async function typescriptFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const found: string[] = []
  for (const entry of entries) {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory() && entry.name !== 'node_modules') found.push(...(await typescriptFiles(file)))
    if (entry.isFile() && TYPESCRIPT.test(entry.name) && !/\.d\.[mc]?ts$/.test(entry.name)) found.push(file)
  }
  return found
}

/** By extension, by the nearest package.json's type, else by whether the file has an import or export. */
async function kindOf(file: string, rootfs: string): Promise<'esm' | 'cjs'> {
  if (file.endsWith('.mts')) return 'esm'
  if (file.endsWith('.cts')) return 'cjs'
  for (let folder = path.dirname(file); folder.startsWith(rootfs); folder = path.dirname(folder)) {
    const text = await readFile(path.join(folder, 'package.json'), 'utf8').catch(() => undefined)
    if (text === undefined) continue
    const type = typeOf(text)
    if (type === 'module') return 'esm'
    if (type === 'commonjs') return 'cjs'
    break
  }
  return /^\s*(import\s+[\w*{'"]|export\s)/m.test(await readFile(file, 'utf8')) ? 'esm' : 'cjs'
}

function typeOf(packageJson: string): unknown {
  try {
    return (JSON.parse(packageJson) as { type?: unknown }).type
  } catch {
    return undefined
  }
}

import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { BuildFailure, BuildOptions } from 'esbuild'
import { withEsbuild } from '../processes/esbuild.ts'
import { notErasable } from './not-erasable.ts'

const TYPESCRIPT = /\.[mc]?ts$/

/**
 * Puts JavaScript beside each TypeScript file of an image, for a Node that cannot strip types: `server.ts.mjs` for `server.ts`
 * (`.cjs` where the file is CommonJS), its relative imports changed likewise. Declarations and node_modules are left alone, as
 * Node's own stripping leaves them. What that stripping refuses is refused here too. A file with a mistake is no reason not to build: it throws when it is run, as anywhere.
 */
export async function transpileImage(rootfs: string): Promise<void> {
  const files = await typescriptFiles(rootfs)
  if (files.length === 0) return
  await withEsbuild(async (esbuild) => {
    const kinds = new Map(
      await Promise.all(files.map(async (file) => [file, await kindOf(file, rootfs, esbuild)] as const)),
    )
    await Promise.all(
      [...kinds].map(async ([file, format]) => {
        try {
          const refused = notErasable(await readFile(file, 'utf8'))
          if (refused) await writeFile(`${file}${extensionOf(format)}`, refusing(path.relative(rootfs, file), refused))
          else await esbuild.build(optionsFor(file, format, rootfs, kinds))
        } catch (error) {
          await writeFile(`${file}${extensionOf(format)}`, throwing(error as BuildFailure))
        }
      }),
    )
  })
}

type Format = 'esm' | 'cjs'
type Esbuild = typeof import('esbuild')

function extensionOf(format: Format | undefined): '.mjs' | '.cjs' {
  return format === 'cjs' ? '.cjs' : '.mjs'
}

function optionsFor(file: string, format: Format, rootfs: string, kinds: ReadonlyMap<string, Format>): BuildOptions {
  return {
    absWorkingDir: rootfs,
    entryPoints: [{ in: file, out: path.relative(rootfs, file) }],
    outdir: rootfs,
    outExtension: { '.js': extensionOf(format) },
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
            const target = extensionOf(kinds.get(path.resolve(resolveDir, specifier)))
            return { path: `${specifier}${target}`, external: true }
          })
        },
      },
    ],
  }
}

/** A program that ends as the file does with a Node that strips types. */
function refusing(file: string, { message, line }: { readonly message: string; readonly line: number }): string {
  const text = `/${file}:${line}: ${message}`
  return `throw Object.assign(new SyntaxError(${JSON.stringify(text)}), { code: 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX' })\n`
}

/** A program that says what is wrong with the file it stands for: `app/server.ts:22:0: Expected ")"`. */
function throwing({ errors: [first] }: BuildFailure): string {
  const place = first?.location ? `/${first.location.file}:${first.location.line}:${first.location.column + 1}: ` : ''
  return `throw new SyntaxError(${JSON.stringify(`${place}${first?.text ?? 'not TypeScript'}`)})\n`
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

/** By extension, by the nearest package.json's type, else by what Node goes by: an import, an export, or an await at the top. */
async function kindOf(file: string, rootfs: string, esbuild: Esbuild): Promise<Format> {
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
  try {
    const { metafile } = await esbuild.build({
      ...optionsFor(file, 'esm', rootfs, new Map()),
      write: false,
      metafile: true,
    })
    return Object.values(metafile?.inputs ?? {}).some(({ format }) => format === 'esm') ? 'esm' : 'cjs'
  } catch {
    // it has a mistake, and will say so either way
    return 'esm'
  }
}

function typeOf(packageJson: string): unknown {
  try {
    return (JSON.parse(packageJson) as { type?: unknown }).type
  } catch {
    return undefined
  }
}

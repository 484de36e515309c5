import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { objectsOf } from '../../files/parse.ts'
import { SourceFile } from '../../files/source-file.ts'
import { CommandError } from '../errors.ts'
import type { KubeObject } from '../objects.ts'
import { isObject } from '../objects.ts'
import type { Session } from '../session.ts'

/** An object of a file, not yet on the server. */
export interface Manifest {
  readonly object: KubeObject
  /** The file as it was named, or `STDIN`. */
  readonly source: string
}

/** The objects of what `-f` names: files, folders, `-`. Throws a CommandError in kubectl's words. */
export async function readManifests(session: Session): Promise<Manifest[]> {
  const names = session.flags.list('filename').flatMap((name) => name.split(','))
  if (session.flags.has('kustomize')) {
    throw new CommandError('this kubectl does not build kustomizations; install kubectl for -k')
  }
  const manifests: Manifest[] = []
  for (const name of names) {
    if (name === '-') manifests.push(...parse('STDIN', await session.io.stdin()))
    else if (/^https?:\/\//.test(name)) {
      throw new CommandError(`this kubectl reads no URLs; save ${name} as a file first, and read what is in it`)
    } else
      for (const file of filesOf(session, name))
        manifests.push(...parse(file, readFileSync(path.resolve(session.io.cwd, file), 'utf8')))
  }
  if (manifests.length === 0)
    throw new CommandError(names.length > 0 ? 'no objects passed to apply' : 'must specify one of -f and -k')
  return manifests
}

function filesOf(session: Session, name: string): string[] {
  const full = path.resolve(session.io.cwd, name)
  let stat: ReturnType<typeof statSync>
  try {
    stat = statSync(full)
  } catch {
    throw new CommandError(`the path "${name}" does not exist`)
  }
  if (!stat.isDirectory()) return [name]
  const entries = readdirSync(full, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  const files = entries.flatMap((entry) => {
    const inner = path.join(name, entry.name)
    if (entry.isDirectory()) return session.flags.on('recursive') ? filesOf(session, inner) : []
    return /\.(json|ya?ml)$/.test(entry.name) ? [inner] : []
  })
  if (files.length === 0) {
    throw new CommandError(`error reading [${name}]: recognized file extensions are [.json .yaml .yml]`)
  }
  return files
}

function parse(name: string, text: string): Manifest[] {
  const { objects, findings } = objectsOf(new SourceFile(name, text))
  const wrong = findings.find(({ level, code }) => level === 'error' && code !== 'file-empty')
  if (wrong) {
    const where = wrong.place ? `yaml: line ${wrong.place.line}: ` : ''
    throw new CommandError(`error parsing ${name}: error converting YAML to JSON: ${where}${wrong.message}`)
  }
  return objects.map(({ value }) => {
    const object = structuredClone(value) as unknown as KubeObject
    for (const field of ['apiVersion', 'kind'] as const) {
      if (typeof object[field] !== 'string' || object[field] === '') {
        const source = name === 'STDIN' ? 'STDIN' : JSON.stringify(name)
        throw new CommandError(
          `error validating ${source}: error validating data: ${field} not set; if you choose to ignore these errors, turn validation off with --validate=false`,
        )
      }
    }
    if (!isObject(object.metadata)) object.metadata = { name: '' }
    return { object, source: name }
  })
}

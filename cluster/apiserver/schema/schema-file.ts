import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fieldFacts from '../facts/fields.json' with { type: 'json' }
import { generateSchema } from './generate.ts'
import { projectRoot } from './project-root.ts'

/** Raised when the form of the files changes. */
const FORM = 1
let known: string | undefined

/** Where the generated schema is, made at first use, remembered by client-node's version and the facts. */
export function schemaFile(): string {
  known ??= ensureSchema()
  return known
}

/** The file with what the fields are said to mean, beside the schema. */
export function descriptionsFile(): string {
  return schemaFile().replace(/\.json$/, '.descriptions.json')
}

/** Generates the schema if it is not there, and gives its path. The launcher calls this after installing. */
export function ensureSchema(): string {
  const root = projectRoot()
  const manifest = join(root, 'node_modules', '@kubernetes', 'client-node', 'package.json')
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }
  const key = createHash('sha256')
    .update(JSON.stringify([FORM, version, fieldFacts]))
    .digest('hex')
    .slice(0, 16)
  const file = join(root, 'node_modules', '.cache', 'kubernetes-by-hand', `schema-${key}.json`)
  if (existsSync(file)) return file
  const { schema, descriptions } = generateSchema(root)
  mkdirSync(dirname(file), { recursive: true })
  writeWhole(file.replace(/\.json$/, '.descriptions.json'), JSON.stringify(descriptions))
  writeWhole(file, JSON.stringify(schema))
  return file
}

/** Two processes may generate at the same time: each writes a file of its own and puts it in place at once. */
function writeWhole(file: string, text: string): void {
  const own = `${file}.${process.pid}`
  writeFileSync(own, text)
  renameSync(own, file)
}

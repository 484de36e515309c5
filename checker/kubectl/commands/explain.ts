import type { Command } from '../command.ts'
import { CommandError } from '../errors.ts'
import { OpenApi, type Schema } from '../open-api.ts'
import { findResource } from '../resource.ts'
import type { Session } from '../session.ts'

/** Columns of a description's text. */
const WIDTH = 76

export const explain: Command = {
  name: 'explain',
  summary: 'Get documentation for a resource',
  usage: 'explain TYPE[.FIELD…] [--recursive]',
  flags: [
    { name: 'recursive', type: 'on', help: 'the names of all fields within' },
    { name: 'api-version', type: 'text' },
    { name: 'output', type: 'text' },
  ],
  async run(session) {
    const [word, ...more] = session.words
    if (!word || more.length > 0) {
      throw new CommandError(
        'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.',
      )
    }
    await explainPath(session, word)
  },
}

async function explainPath(session: Session, word: string): Promise<void> {
  const [type = '', ...path] = word.replace(/\.$/, '').split('.')
  const resource = findResource(await session.resources(), type)
  const api = await OpenApi.of(session.server, resource)
  const root = api.kind(resource)
  if (!root)
    throw new CommandError(`couldn't find resource for "${resource.group}/${resource.version}, Kind=${resource.kind}"`)
  const group = resource.group ? `GROUP:      ${resource.group}\n` : ''
  const heading = `${group}KIND:       ${resource.kind}\nVERSION:    ${resource.version}\n\n`

  let schema: Schema | undefined = root
  let field: Schema | undefined
  for (const step of path) {
    field = fieldsOf(api, schema)?.[step]
    if (!field) throw headed(session, heading, `field "${step}" does not exist`)
    schema = field
  }
  const enums = field?.enum?.length ? `ENUM:\n${field.enum.map((value) => `    ${value}\n`).join('')}` : ''
  const about = field ? `FIELD: ${path.at(-1)} <${typeOf(api, field)}>\n${enums}\n${enums ? '' : '\n'}` : ''
  session.io.stdout(`${heading}${about}DESCRIPTION:\n${description(api, field ?? root)}`)
  const fields = fieldsOf(api, schema)
  if (fields) {
    const required = fieldsOwner(api, schema)?.required ?? []
    session.io.stdout('FIELDS:\n')
    session.io.stdout(session.flags.on('recursive') ? names(api, schema, 1, new Set()) : listed(api, fields, required))
  }
  session.io.stdout('\n')
}

function headed(session: Session, heading: string, message: string): CommandError {
  session.io.stdout(heading)
  return new CommandError(message)
}

/** What a field's type is made of: through lists and maps, down to the object. */
function fieldsOwner(api: OpenApi, schema: Schema | undefined): Schema | undefined {
  const found = api.resolve(schema)
  if (found?.properties) return found
  if (found?.items) return fieldsOwner(api, found.items)
  return typeof found?.additionalProperties === 'object' ? fieldsOwner(api, found.additionalProperties) : undefined
}

function fieldsOf(api: OpenApi, schema: Schema | undefined): Readonly<Record<string, Schema>> | undefined {
  return fieldsOwner(api, schema)?.properties
}

function typeOf(api: OpenApi, schema: Schema): string {
  const name = OpenApi.refName(schema)
  const found = api.resolve(schema)
  if (name) return found?.type === undefined || found.type === 'object' ? name : found.type
  if (found?.items) return `[]${typeOf(api, found.items)}`
  if (typeof found?.additionalProperties === 'object') return `map[string]${typeOf(api, found.additionalProperties)}`
  return found?.type === 'object' ? 'Object' : (found?.type ?? 'Object')
}

function listed(api: OpenApi, fields: Readonly<Record<string, Schema>>, required: readonly string[]): string {
  return Object.keys(fields)
    .sort()
    .map((name) => {
      const schema = fields[name] as Schema
      const values = schema.enum?.length
        ? `\n  enum: ${schema.enum.slice(0, 4).join(', ')}${schema.enum.length > 4 ? ', ....' : ''}`
        : ''
      const text = schema.description ?? api.resolve(schema)?.description ?? '<no description>'
      return `  ${name}\t<${typeOf(api, schema)}>${required.includes(name) ? ' -required-' : ''}${values}\n${wrapped(text)}\n`
    })
    .join('')
}

function names(api: OpenApi, schema: Schema | undefined, level: number, above: ReadonlySet<unknown>): string {
  const owner = fieldsOwner(api, schema)
  const fields = owner?.properties
  if (!fields || above.has(fields)) return ''
  const inner = new Set([...above, fields])
  return Object.keys(fields)
    .sort()
    .map((name) => {
      const field = fields[name] as Schema
      const values = field.enum?.length
        ? `\n${'  '.repeat(level)}enum: ${field.enum.slice(0, 4).join(', ')}${field.enum.length > 4 ? ', ....' : ''}`
        : ''
      const mark = owner.required?.includes(name) ? ' -required-' : ''
      return `${'  '.repeat(level)}${name}\t<${typeOf(api, field)}>${mark}${values}\n${names(api, field, level + 1, inner)}`
    })
    .join('')
}

/** What the field says about itself, then what its type does. */
function description(api: OpenApi, schema: Schema): string {
  const inner = schema.items ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : schema)
  const name = OpenApi.refName(inner)
  const type = name
    ? api.resolve({ ...(inner.$ref ? { $ref: inner.$ref } : {}), ...(inner.allOf ? { allOf: inner.allOf } : {}) })
        ?.description
    : undefined
  const texts = [schema.description, type].filter((text): text is string => Boolean(text))
  return `${(texts.length > 0 ? texts : ['<empty>']).map(wrapped).join('')}    \n`
}

/** Lines of 76 columns, 4 in; line ends in the text are kept where a paragraph or a list begins. */
function wrapped(text: string): string {
  const paragraphs: string[] = []
  for (const line of text.split('\n')) {
    const last = paragraphs.at(-1)
    if (last && line && !/^\s|^[-*]\s/.test(line) && !/^\s/.test(last))
      paragraphs[paragraphs.length - 1] = `${last} ${line}`
    else paragraphs.push(line)
  }
  return paragraphs
    .flatMap((paragraph) => (paragraph.length <= WIDTH ? [paragraph] : fold(paragraph)))
    .map((line) => `    ${line}\n`)
    .join('')
}

function fold(text: string): string[] {
  const lines: string[] = []
  let line: string | undefined
  for (const word of text.split(' ')) {
    if (line?.trim() && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = word
    } else line = line === undefined ? word : `${line} ${word}`
  }
  return line === undefined ? lines : [...lines, line]
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Property {
  readonly name: string
  /** As the model writes it: `string`, `Array<V1Container>`, `{ [key: string]: string; }`. */
  readonly type: string
  readonly format: string
  readonly required: boolean
  readonly description: string
}

export interface Model {
  readonly description: string
  readonly properties: readonly Property[]
}

const DECLARATION = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?'([^']+)'(\??): [^;]+;/g

/** Reads one of client-node's models: types from its attribute map, what is required and said of it from its declaration. */
export function readModel(folder: string, model: string): Model {
  const code = readFileSync(join(folder, `${model}.js`), 'utf8')
  const declared = readFileSync(join(folder, `${model}.d.ts`), 'utf8')
  const map = /attributeTypeMap = (\[[\s\S]*?\n\]);/.exec(code)?.[1]
  if (!map) throw new Error(`${model}.js has no attributeTypeMap: is this another version of client-node?`)
  const attributes = JSON.parse(map) as { name: string; baseName: string; type: string; format: string }[]
  const [head = '', body = ''] = declared.split(`export declare class ${model} {`)
  const known = new Map<string, { required: boolean; description: string }>()
  for (const [, comment = '', name = '', optional] of body.matchAll(DECLARATION)) {
    known.set(name, { required: optional !== '?', description: textOf(comment) })
  }
  const comments = [...head.matchAll(/\/\*\*([\s\S]*?)\*\//g)]
  return {
    description: comments.length > 1 ? textOf(comments.at(-1)?.[1] ?? '') : '',
    properties: attributes.map(({ name, baseName, type, format }) => {
      const { required = false, description = '' } = known.get(name) ?? {}
      return { name: baseName, type, format, required, description }
    }),
  }
}

function textOf(comment: string): string {
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\*?\s?/, ''))
  return lines
    .join('\n')
    .trim()
    .replaceAll(/\\(['"`])/g, '$1')
}

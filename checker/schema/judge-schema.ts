import { type ObjectType, typeOf } from '../../cluster/apiserver/schema/schema.ts'
import type { Finding } from '../files/finding.ts'
import { type FieldPath, formatPath, type Json, type Located, parsePath } from '../files/located.ts'
import { either, finding } from '../messages/catalogue.ts'
import { nearest, placeElsewhere } from './did-you-mean.ts'
import { kindFindings } from './kind-of.ts'
import { serverErrors } from './server-rules.ts'
import { type ShapeError, shapeErrors } from './shape.ts'

/** Everything that is wrong with one object by itself: its kind, the shape of its fields, the API server's own rules. */
export function judgeSchema(object: Located, namespace = 'default'): Finding[] {
  const findings = kindFindings(object)
  if (findings.length > 0) return findings
  const type = typeOf(`${object.apiVersion} ${object.kind}`)
  if (!type) return []
  const shape = shapeErrors(object.value, type).map((error) => shapeFinding(object, type, error))
  // what has the wrong type cannot be looked at further
  if (shape.some(({ code }) => code === 'wrong-type')) return shape
  return [...shape, ...serverFindings(object, namespace, shape)]
}

function shapeFinding(object: Located, root: ObjectType, error: ShapeError): Finding {
  const field = formatPath(error.path)
  switch (error.kind) {
    case 'unknown': {
      const path = [...error.path, error.field]
      const place = object.place(path, 'key')
      const here = formatPath(path)
      const names = nearest(error.field, error.type.fields.keys())
      const more = [`what belongs here:  kubectl explain ${explained(object.kind, error.path)}`]
      const elsewhere = names.length === 0 ? placeElsewhere(error.field, error.path, root) : undefined
      if (elsewhere !== undefined) return finding('field-elsewhere', { field: here, place: elsewhere }, { place, more })
      return finding('unknown-field', { field: here, suggestions: either(names) }, { place, more })
    }
    case 'missing': {
      const more = [`what belongs here:  kubectl explain ${explained(object.kind, [...error.path, error.field])}`]
      const parent = field || object.kind
      return finding(
        'missing-field',
        { field: error.field, parent },
        { place: object.place([...error.path, error.field]), more },
      )
    }
    case 'type': {
      const place = object.place(error.path)
      const more = [...quoteHint(error, place.text.slice(place.column - 1, place.column - 1 + place.length))]
      return finding('wrong-type', { field, wanted: error.wanted, found: described(error.found) }, { place, more })
    }
    case 'enum': {
      const place = object.place(error.path)
      return finding('not-allowed', { field, found: described(error.found), allowed: either(error.allowed) }, { place })
    }
  }
}

/** The server's findings, but those that only repeat what the shape said: about the same field, or for want of a misspelt one. */
function serverFindings(object: Located, namespace: string, shape: readonly Finding[]): Finding[] {
  return serverErrors(object, namespace).flatMap(({ type, field, message }) => {
    const path = parsePath(field)
    const missing = type === 'FieldValueRequired' && object.at(path) === undefined
    const place = object.place(path)
    if (shape.some((other) => other.place?.line === place.line && other.place.column === place.column)) return []
    if (!missing) return [finding('invalid-value', { field, detail: message }, { place })]
    const parent = formatPath(path.slice(0, -1)) || object.kind
    const name = String(path.at(-1) ?? field)
    const meant = shape.some(({ code, message: text }) => code === 'unknown-field' && text.includes(`"${name}"`))
    if (meant) return []
    const more = [`what belongs here:  kubectl explain ${explained(object.kind, path)}`]
    if (field === 'metadata.name') return [finding('name-missing', { kind: object.kind }, { place })]
    return [finding('missing-field', { field: name, parent }, { place, more })]
  })
}

/** A path as `kubectl explain` takes it. */
function explained(kind: string, path: FieldPath): string {
  return [kind.toLowerCase(), ...path.filter((step) => typeof step === 'string')].join('.')
}

function described(value: Json): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  if (typeof value === 'string') return `the text "${value}"`
  return typeof value === 'number' ? `the number ${value}` : String(value)
}

/** YAML makes numbers and booleans of texts that look so; quotes keep them texts, and the other way round. */
function quoteHint({ wanted, found }: { readonly wanted: string; readonly found: Json }, source: string): string[] {
  if (wanted.startsWith('a text') && (typeof found === 'number' || typeof found === 'boolean')) {
    return [`YAML reads ${source} as ${typeof found === 'number' ? 'a number' : found}; in quotes it stays a text`]
  }
  if (typeof found === 'string' && found.trim() !== '' && !Number.isNaN(Number(found)) && wanted.includes('number')) {
    return ['in quotes it is a text']
  }
  return []
}

import { finding } from '../messages/catalogue.ts'
import { type Finding, hasErrors } from './finding.ts'
import { isMap, type Located } from './located.ts'
import { looksLikeJson, parseJson } from './parse-json.ts'
import { located, type Parsed, parseYaml } from './parse-yaml.ts'
import type { SourceFile } from './source-file.ts'

/** YAML or JSON, as kubectl decides. */
export function parse(source: SourceFile): Parsed {
  if (!looksLikeJson(source)) return parseYaml(source)
  const json = parseJson(source)
  if (!hasErrors(json.findings)) return json
  // YAML in braces: newer kubectls read it, older ones take the brace for JSON
  const yaml = parseYaml(source)
  if (hasErrors(yaml.findings)) return json
  return { ...yaml, findings: [...yaml.findings, finding('yaml-in-braces', {}, { file: source.name, level: 'note' })] }
}

export interface Objects {
  readonly objects: readonly Located[]
  readonly findings: readonly Finding[]
}

/** The Kubernetes objects of a file: every document, `List`s taken apart. A file without any is a finding. */
export function objectsOf(source: SourceFile): Objects {
  const { documents, findings: read } = parse(source)
  const findings = [...read]
  const objects: Located[] = []
  for (const document of documents) {
    const object = located(source, document)
    if (!object) {
      const found = Array.isArray(document.value)
        ? 'a list'
        : `the ${typeof document.value} ${JSON.stringify(document.value)}`
      findings.push(finding('no-object', { found }, { place: source.placeAt(...document.range) }))
      continue
    }
    const items = object.value.items
    if (object.kind.endsWith('List') && Array.isArray(items)) {
      for (const item of items) if (isMap(item)) objects.push(object.part(item))
    } else objects.push(object)
  }
  if (objects.length === 0 && !hasErrors(findings)) findings.push(finding('file-empty', {}, { file: source.name }))
  return { objects, findings }
}

import { parseAllDocuments, stringify } from 'yaml'

/** The first document of a YAML text as JSON values, with go-yaml's words for what cannot be read. */
export function parseYamlDocument(text: string): { readonly value?: unknown; readonly error?: string } {
  const documents = parseAllDocuments(text, { version: '1.1', merge: true })
  const [first] = Array.isArray(documents) ? documents : []
  if (!first) return { value: null }
  const [problem] = first.errors
  if (problem) {
    const line = problem.linePos?.[0].line ?? 1
    return { error: `yaml: line ${line}: ${GO_YAML[problem.code] ?? problem.message.split('\n')[0]}` }
  }
  return { value: first.toJS({ maxAliasCount: 100 }) }
}

/** As sigs.k8s.io/yaml writes it: keys sorted, lists not indented, long lines left alone. */
export function toYaml(value: unknown): string {
  return stringify(value, {
    version: '1.1',
    sortMapEntries: true,
    indentSeq: false,
    lineWidth: 0,
    aliasDuplicateObjects: false,
  })
}

const GO_YAML: Readonly<Record<string, string>> = {
  BAD_INDENT: 'did not find expected node content',
  BAD_COLLECTION_TYPE: 'did not find expected node content',
  TAB_AS_INDENT: 'found character that cannot start any token',
  MISSING_CHAR: 'did not find expected node content',
  UNEXPECTED_TOKEN: 'did not find expected node content',
}

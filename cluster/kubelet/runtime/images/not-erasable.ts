/**
 * What Node cannot take out of a TypeScript file by leaving types away: it makes code of its own. Node 24, which the images name, refuses
 * it (ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX); whatever transpiles here would not.
 */
const KINDS: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'enum', pattern: /^[ \t]*(?:export[ \t]+)?(?:const[ \t]+)?enum[ \t]+\w+\s*\{/m },
  {
    what: 'parameter property',
    pattern:
      /\bconstructor\s*\((?:[^()]|\([^()]*\))*?\b(?:public|private|protected|readonly|override)\s+(?:readonly\s+)?\w+\s*[?:,)=]/,
  },
  { what: 'namespace declaration', pattern: /^[ \t]*(?:export[ \t]+)?namespace[ \t]+[\w.]+\s*\{/m },
  { what: 'import equals declaration', pattern: /^[ \t]*(?:export[ \t]+)?import[ \t]+\w+[ \t]*=[ \t]*require\b/m },
  { what: 'export assignment', pattern: /^[ \t]*export[ \t]*=/m },
]

/** Comments and texts, in which anything may stand. */
const SILENT = /\/\*[\s\S]*?\*\/|\/\/.*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g

/** Node's words for the first thing in a file that it could not leave away, and its line; undefined when there is none. */
export function notErasable(source: string): { readonly message: string; readonly line: number } | undefined {
  const code = source.replace(SILENT, (text) => text.replace(/[^\n]/g, ' '))
  const [first] = KINDS.flatMap(({ what, pattern }) => {
    const found = pattern.exec(code)
    return found ? [{ what, index: found.index + found[0].search(/\S/) }] : []
  }).sort((a, b) => a.index - b.index)
  if (!first) return undefined
  const message = `TypeScript ${first.what} is not supported in strip-only mode`
  return { message, line: code.slice(0, first.index).split('\n').length }
}

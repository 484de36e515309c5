import { CommandError } from '../errors.ts'
import { printable, queryPath } from './json-path.ts'
import { alignTable } from './table.ts'

/** `NAME:.metadata.name,IMAGE:.spec.containers[*].image`: a table of one's own. */
export function customColumns(spec: string, objects: readonly unknown[], headers: boolean): string {
  const columns = spec.split(/,(?![^[]*\])/).map((column) => {
    const colon = column.indexOf(':')
    if (colon < 0)
      throw new CommandError(`unexpected custom-columns spec: ${column}, expected <header>:<json-path-expr>`)
    return { header: column.slice(0, colon), path: column.slice(colon + 1) }
  })
  const rows = objects.map((object) =>
    columns
      .map(({ path }) => {
        const found = queryPath(path, object)
        return found.length === 0
          ? '<none>'
          : found.map((value) => (value === null ? '<none>' : printable(value))).join(',')
      })
      .join('\t'),
  )
  return alignTable([...(headers ? [columns.map(({ header }) => header).join('\t')] : []), ...rows])
}

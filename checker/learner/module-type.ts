import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/**
 * Makes the programs of a workspace modules wherever it lies, as they are in the workbook's own folder, and as Node takes them in an
 * image: `await` may stand at the top of a file. A workspace that has a package.json keeps it as it is.
 */
export function makeModules(workspace: string): void {
  const own = path.join(workspace, 'package.json')
  if (existsSync(own) || nearestType(path.dirname(path.resolve(workspace))) === 'module') return
  writeFileSync(own, `${JSON.stringify({ private: true, type: 'module' }, null, 2)}\n`)
}

/** The `type` of the nearest package.json, from this folder upwards; what npm and Node go by. */
function nearestType(folder: string): unknown {
  const file = path.join(folder, 'package.json')
  if (existsSync(file)) {
    try {
      return (JSON.parse(readFileSync(file, 'utf8')) as { type?: unknown } | null)?.type
    } catch {
      return undefined
    }
  }
  const above = path.dirname(folder)
  return above === folder ? undefined : nearestType(above)
}

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parse } from 'yaml'
import { threeWayPatch } from '../../apply/three-way.ts'
import { printChange } from '../changed.ts'
import { type Command, filename, output, recursive } from '../command.ts'
import { CommandError } from '../errors.ts'
import type { KubeObject } from '../objects.ts'
import { toYaml, withoutManagedFields } from '../output/serialize.ts'
import { pathOf } from '../resource.ts'
import { fetchAll } from '../targets.ts'

const WORDS = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving, the file is kept.
#
`

export const edit: Command = {
  name: 'edit',
  summary: 'Edit a resource on the server',
  usage: 'edit TYPE/NAME',
  flags: [filename, recursive, output],
  async run(session) {
    for (const { resource, namespace, name, object } of await fetchAll(session)) {
      const before = withoutManagedFields(object)
      const folder = mkdtempSync(path.join(tmpdir(), 'kubectl-edit-'))
      const file = path.join(folder, `${resource.plural}-${name}.yaml`)
      writeFileSync(file, WORDS + toYaml(before), { mode: 0o600 })
      openEditor(session.io.env, file)
      const text = readFileSync(file, 'utf8')
      const after = parse(text) as KubeObject | null
      if (after === null) throw new CommandError('Edit cancelled, no valid changes were saved.', { bare: true })
      const patch = threeWayPatch(before, { last: before, next: after, live: before })
      if (!patch) {
        session.note('Edit cancelled, no changes made.')
        rmSync(folder, { recursive: true })
        continue
      }
      const call = {
        method: 'PATCH',
        ...patch,
        query: { fieldManager: 'kubectl-edit', fieldValidation: 'Strict' },
      } as const
      const changed = await session.server
        .json<KubeObject>(pathOf(resource, { namespace, name }), call)
        .catch((error) => {
          session.note(`A copy of your changes has been stored to ${JSON.stringify(file)}`)
          throw error
        })
      rmSync(folder, { recursive: true })
      printChange(session, resource, changed, 'edited')
    }
  },
}

function openEditor(env: Readonly<Record<string, string | undefined>>, file: string): void {
  const editor = env.KUBE_EDITOR || env.EDITOR || (process.platform === 'win32' ? 'notepad' : 'vi')
  // An editor may be named with its flags ("code --wait"), so the learner's shell takes it apart.
  const { status, error } = spawnSync(`${editor} ${JSON.stringify(file)}`, {
    stdio: 'inherit',
    shell: true,
    env: env as NodeJS.ProcessEnv,
  })
  if (error || status !== 0) throw new CommandError(`there was a problem with the editor ${JSON.stringify(editor)}`)
}

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { goJson } from '../../files/go-json.ts'
import { printChange } from '../changed.ts'
import { type Command, dryRun, fieldManager, filename, output, recursive } from '../command.ts'
import { dryRunOf } from '../dry-run.ts'
import { CommandError, eachOf } from '../errors.ts'
import type { KubeObject } from '../objects.ts'
import { pathOf } from '../resource.ts'
import { fetchAll } from '../targets.ts'

const TYPES: Readonly<Record<string, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
}

export const patch: Command = {
  name: 'patch',
  summary: 'Update fields of a resource',
  usage: 'patch TYPE/NAME -p PATCH [--type strategic|merge|json]',
  flags: [
    filename,
    recursive,
    output,
    dryRun,
    fieldManager,
    { name: 'patch', short: 'p', type: 'text', help: 'the patch, as JSON or YAML' },
    { name: 'patch-file', type: 'text', help: 'a file with the patch' },
    { name: 'type', type: 'text', help: 'strategic, merge or json' },
    { name: 'subresource', type: 'text', help: 'status or scale' },
  ],
  async run(session) {
    const { flags } = session
    const type = flags.text('type') ?? 'strategic'
    const contentType = TYPES[type]
    if (!contentType) throw new CommandError(`--type must be one of [json merge strategic], not "${type}"`)
    const file = flags.text('patch-file')
    const text = file === undefined ? flags.text('patch') : readFileSync(path.resolve(session.io.cwd, file), 'utf8')
    if (!text) throw new CommandError('must specify --patch or --patch-file containing the contents of the patch')
    let body: unknown
    try {
      body = parse(text)
    } catch (error) {
      throw new CommandError(`unable to parse "${text}": ${(error as Error).message}`)
    }
    const dry = dryRunOf(session)
    const subresource = flags.text('subresource')
    await eachOf(await fetchAll(session), async ({ resource, namespace, name, object }) => {
      const at = pathOf(resource, { namespace, name, ...(subresource && { subresource }) })
      const query = { ...dry.query, fieldManager: flags.text('field-manager') ?? 'kubectl-patch' }
      const changed = dry.client
        ? object
        : await session.server.json<KubeObject>(at, { method: 'PATCH', body, contentType, query })
      const same =
        changed.metadata.resourceVersion === object.metadata.resourceVersion || goJson(changed) === goJson(object)
      printChange(session, resource, changed, same ? 'patched (no change)' : 'patched')
    })
  },
}

import { isNotFound } from '../../../cluster/apimachinery/errors.ts'
import { LAST_APPLIED, lastAppliedOf, withLastApplied } from '../../apply/last-applied.ts'
import { threeWayPatch } from '../../apply/three-way.ts'
import { goJson } from '../../files/go-json.ts'
import { printChange } from '../changed.ts'
import { all, type Command, dryRun, fieldManager, filename, output, recursive, selector } from '../command.ts'
import { dryRunOf } from '../dry-run.ts'
import { CommandError, during, eachOf } from '../errors.ts'
import { type Placed, placedManifests } from '../manifests/placed.ts'
import type { KubeObject } from '../objects.ts'
import { groupVersion, pathOf, qualified } from '../resource.ts'
import type { Session } from '../session.ts'

const MANAGER = 'kubectl-client-side-apply'

export const apply: Command = {
  name: 'apply',
  summary: 'Apply a configuration to a resource by file name or stdin',
  usage: 'apply -f FILE',
  flags: [
    filename,
    recursive,
    selector,
    output,
    dryRun,
    fieldManager,
    all,
    { name: 'kustomize', short: 'k', type: 'text' },
    { name: 'server-side', type: 'on' },
    { name: 'prune', type: 'on' },
    { name: 'validate', type: 'text', bare: 'strict', help: 'strict, warn or ignore: what unknown fields are' },
    { name: 'wait', type: 'on' },
    { name: 'overwrite', type: 'on' },
    { name: 'force', type: 'on' },
  ],
  async run(session) {
    const { flags } = session
    for (const missing of ['server-side', 'prune', 'force']) {
      if (flags.on(missing)) throw new CommandError(`this kubectl has no apply --${missing}; install kubectl for that`)
    }
    if (session.words.length > 0)
      throw new CommandError(
        `Unexpected args: [${session.words.join(' ')}]\nSee 'kubectl apply -h' for help and examples`,
      )
    const manifests = await placedManifests(session)
    await eachOf(manifests, (manifest) => applyOne(session, manifest))
  },
}

export function fieldValidation({ flags }: Session): string {
  const text = flags.text('validate') ?? 'strict'
  const words: Record<string, string> = {
    true: 'Strict',
    strict: 'Strict',
    warn: 'Warn',
    false: 'Ignore',
    ignore: 'Ignore',
  }
  const word = words[text]
  if (!word) throw new CommandError(`invalid - validate option "${text}"`)
  return word
}

async function applyOne(session: Session, { object, resource, namespace, name, source }: Placed): Promise<void> {
  if (!name)
    throw new CommandError(
      `error when retrieving current configuration of:\nResource: "${groupVersion(resource)}", GroupVersionKind: "${groupVersion(resource)}, Kind=${resource.kind}"\nName: "", Namespace: "${namespace ?? ''}"\nfrom server for: "${source}": resource name may not be empty`,
    )
  const dry = dryRunOf(session)
  const path = pathOf(resource, { namespace, name })
  const query = {
    fieldManager: session.flags.text('field-manager') ?? MANAGER,
    fieldValidation: fieldValidation(session),
    ...dry.query,
  }
  const modified = withLastApplied(object, namespace)
  const current = await session.server.json<KubeObject>(path).catch((error) => {
    if (isNotFound(error)) return undefined
    throw during(error, `error when retrieving current configuration of "${source}"`)
  })
  if (!current) {
    const created = dry.client
      ? modified
      : await session.server
          .json<KubeObject>(pathOf(resource, { namespace }), { method: 'POST', query, body: modified })
          .catch((error) => {
            throw during(error, `error when creating ${quoted(source)}`)
          })
    return printChange(session, resource, created, 'created')
  }
  if (current.metadata.annotations?.[LAST_APPLIED] === undefined) {
    session.note(
      `Warning: resource ${qualifiedPlain(resource.plural, resource.group)}/${name} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.`,
    )
  }
  const patch = threeWayPatch(object, { last: lastAppliedOf(current) ?? {}, next: modified, live: current })
  if (!patch) return printChange(session, resource, current, 'unchanged')
  const changed = dry.client
    ? modified
    : await session.server.json<KubeObject>(path, { method: 'PATCH', query, ...patch }).catch((error) => {
        throw during(
          error,
          `error when applying patch:\n${goJson(patch.body)}\nto:\nResource: "${resource.group ? `${resource.group}/` : ''}${resource.version}, Resource=${resource.plural}", GroupVersionKind: "${groupVersion(resource)}, Kind=${resource.kind}"\nName: "${name}", Namespace: "${namespace ?? ''}"\nfor: ${quoted(source)}: error when patching ${quoted(source)}`,
        )
      })
  printChange(session, resource, changed, 'configured')
}

function qualifiedPlain(plural: string, group: string): string {
  return qualified({ plural, group } as Placed['resource']).replace(/\..*$/, '')
}

function quoted(source: string): string {
  return source === 'STDIN' ? '"STDIN"' : JSON.stringify(source)
}

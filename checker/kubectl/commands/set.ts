import { goJson } from '../../files/go-json.ts'
import { printChange } from '../changed.ts'
import { all, type Command, dryRun, filename, output, recursive, selector } from '../command.ts'
import { dryRunOf } from '../dry-run.ts'
import { CommandError, eachOf } from '../errors.ts'
import { at, type KubeObject } from '../objects.ts'
import { pathOf } from '../resource.ts'
import type { Session } from '../session.ts'
import { type Found, fetchAll } from '../targets.ts'

interface Container {
  readonly name: string
  readonly image?: string
  readonly env?: readonly { readonly name: string; readonly value?: string }[]
}

/** Names the containers of a pod template to be changed, and what becomes of each. */
type Change = (containers: readonly Container[]) => readonly object[]

export const set: Command = {
  name: 'set',
  summary: 'Set the image, the environment or the resources of a workload',
  usage:
    'set image TYPE/NAME CONTAINER=IMAGE… | set env TYPE/NAME KEY=VALUE… KEY-… | set resources TYPE/NAME --limits=cpu=1',
  flags: [
    selector,
    all,
    filename,
    recursive,
    output,
    dryRun,
    { name: 'containers', short: 'c', type: 'text', help: 'env, resources: in this container only' },
    { name: 'limits', type: 'text', help: 'resources: cpu=500m,memory=64Mi' },
    { name: 'requests', type: 'text', help: 'resources: cpu=100m,memory=32Mi' },
    { name: 'list', type: 'on', help: 'env: show it' },
  ],
  async run(session) {
    const [word, ...rest] = session.words
    if (word === 'resources') return await setResources(session, rest)
    if (word !== 'image' && word !== 'env') {
      throw new CommandError(
        `the workbook's own small kubectl sets image, env and resources, not ${JSON.stringify(word ?? '')}; install kubectl for the rest`,
      )
    }
    const isPair = (text: string) => text.includes('=') || (word === 'env' && /^[A-Za-z_.-][\w.-]*-$/.test(text))
    const first = rest.findIndex((text) => !text.includes('/') && isPair(text))
    const pairs = first < 0 ? [] : rest.slice(first)
    const listing = word === 'env' && session.flags.on('list')
    if (pairs.length === 0 && !listing)
      throw new CommandError(
        word === 'image'
          ? 'at least one image update is required'
          : 'at least one environment variable must be provided',
      )
    const found = await fetchAll(session, first < 0 ? rest : rest.slice(0, first))
    await eachOf(found, async (one) => {
      if (listing) return list(session, one)
      const change = word === 'image' ? imageChange(pairs) : envChange(pairs, session.flags.text('containers') ?? '*')
      await update(session, one, change, word === 'image' ? 'image updated' : 'env updated')
    })
  },
}

async function setResources(session: Session, words: readonly string[]): Promise<void> {
  const { flags } = session
  const change = resourcesChange(flags.text('limits'), flags.text('requests'), flags.text('containers') ?? '*')
  const found = await fetchAll(session, words)
  await eachOf(found, async (one) => await update(session, one, change, 'resource requirements updated'))
}

function templatePath({ kind }: KubeObject): string[] {
  return kind === 'Pod' ? ['spec'] : ['spec', 'template', 'spec']
}

function list(session: Session, { resource, name, object }: Found): void {
  for (const container of (at(object, ...templatePath(object), 'containers') ?? []) as Container[]) {
    session.print(`# ${resource.plural} ${name}, container ${container.name}`)
    for (const { name: key, value } of container.env ?? [])
      session.print(value === undefined ? `# ${key} comes from elsewhere` : `${key}=${value}`)
  }
}

async function update(
  session: Session,
  { resource, namespace, name, object }: Found,
  change: Change,
  verb: string,
): Promise<void> {
  const path = templatePath(object)
  const containers = at(object, ...path, 'containers')
  if (!Array.isArray(containers)) {
    const what = `*${resource.version}.${resource.kind}`
    throw new CommandError(
      `${resource.plural}/${name} the object is not a pod or does not have a pod template: ${what}`,
    )
  }
  const changes = change(containers as Container[])
  const body = path.reduceRight<object>((inner, step) => ({ [step]: inner }), { containers: changes })
  const dry = dryRunOf(session)
  const call = {
    method: 'PATCH',
    body,
    contentType: 'application/strategic-merge-patch+json',
    query: { ...dry.query, fieldManager: 'kubectl-set' },
  } as const
  const changed = dry.client
    ? object
    : await session.server.json<KubeObject>(pathOf(resource, { namespace, name }), call)
  if (dry.client || goJson(changed.spec) !== goJson(object.spec)) printChange(session, resource, changed, verb)
}

function imageChange(pairs: readonly string[]): Change {
  return (containers) =>
    pairs.flatMap((pair) => {
      const equals = pair.indexOf('=')
      const [name, image] = [pair.slice(0, equals), pair.slice(equals + 1)]
      const meant = containers.filter((container) => name === '*' || container.name === name)
      if (meant.length === 0) throw new CommandError(`unable to find container named ${JSON.stringify(name)}`)
      return meant.map((container) => ({ name: container.name, image }))
    })
}

function envChange(pairs: readonly string[], wanted: string): Change {
  const env = pairs.map((pair) => {
    const equals = pair.indexOf('=')
    return equals < 0
      ? { name: pair.slice(0, -1), $patch: 'delete' }
      : { name: pair.slice(0, equals), value: pair.slice(equals + 1) }
  })
  return (containers) => {
    const meant = containers.filter(({ name }) => wanted === '*' || name === wanted)
    if (meant.length === 0) throw new CommandError(`unable to find container named ${JSON.stringify(wanted)}`)
    return meant.map(({ name, env: present = [] }) => ({
      name,
      // One that comes from elsewhere (valueFrom) is replaced whole.
      env: env.map((entry) =>
        present.some((other) => other.name === entry.name) && 'value' in entry ? { ...entry, valueFrom: null } : entry,
      ),
    }))
  }
}

function resourcesChange(limits: string | undefined, requests: string | undefined, wanted: string): Change {
  if (!limits && !requests) {
    throw new CommandError('you must specify an update to requests or limits (in the form of --requests/--limits)')
  }
  const resources = {
    ...(limits && { limits: amountsOf(limits) }),
    ...(requests && { requests: amountsOf(requests) }),
  }
  return (containers) => {
    const meant = containers.filter(({ name }) => wanted === '*' || name === wanted)
    if (meant.length === 0) throw new CommandError(`unable to find container named ${JSON.stringify(wanted)}`)
    return meant.map(({ name }) => ({ name, resources }))
  }
}

function amountsOf(list: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    list.split(',').map((pair) => {
      const [resource, amount, ...more] = pair.split('=')
      if (!resource || amount === undefined || more.length > 0) {
        throw new CommandError(`Invalid argument syntax ${pair}, expected <resource>=<value>`)
      }
      return [resource, amount]
    }),
  )
}

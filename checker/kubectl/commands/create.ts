import { readFileSync } from 'node:fs'
import path from 'node:path'
import { ApiError } from '../../../cluster/apimachinery/errors.ts'
import { withLastApplied } from '../../apply/last-applied.ts'
import { printChange } from '../changed.ts'
import { type Command, dryRun, fieldManager, filename, output, recursive } from '../command.ts'
import { dryRunOf } from '../dry-run.ts'
import { CommandError, during, eachOf } from '../errors.ts'
import { placedManifests } from '../manifests/placed.ts'
import type { KubeObject } from '../objects.ts'
import { findResource, pathOf, type Resource } from '../resource.ts'
import type { Session } from '../session.ts'
import { fieldValidation } from './apply.ts'

const makers: Readonly<Record<string, (session: Session, words: readonly string[]) => object>> = {
  deployment,
  namespace: (_, [name]) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
  configmap: (session, [name]) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: dataOf(session) }),
  secret: genericSecret,
  serviceaccount: (_, [name]) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } }),
}
const shortNames: Readonly<Record<string, string>> = {
  deploy: 'deployment',
  ns: 'namespace',
  cm: 'configmap',
  sa: 'serviceaccount',
}

export const create: Command = {
  name: 'create',
  summary: 'Create a resource from a file or from stdin',
  usage: 'create -f FILE | create deployment|namespace|configmap|secret generic|serviceaccount NAME',
  flags: [
    filename,
    recursive,
    output,
    dryRun,
    fieldManager,
    { name: 'save-config', type: 'on' },
    { name: 'validate', type: 'text', bare: 'strict' },
    { name: 'raw', type: 'text', help: 'a path of the API that the file is sent to as it is' },
    { name: 'image', type: 'list', help: 'deployment: the image' },
    { name: 'replicas', short: 'r', type: 'number', help: 'deployment: how many' },
    { name: 'port', type: 'number', help: 'deployment: the port its container listens on' },
    { name: 'from-literal', type: 'list', help: 'configmap, secret: KEY=VALUE' },
    { name: 'from-file', type: 'list', help: 'configmap, secret: FILE or KEY=FILE' },
    { name: 'from-env-file', type: 'list', help: 'configmap, secret: a file of KEY=VALUE lines' },
    { name: 'type', type: 'text', help: 'secret: its type' },
  ],
  async run(session) {
    const { flags, words } = session
    const raw = flags.text('raw')
    if (raw !== undefined) return await postRaw(session, raw)
    if (flags.has('filename')) {
      if (words.length > 0)
        throw new CommandError(`Unexpected args: [${words.join(' ')}]\nSee 'kubectl create -h' for help and examples`)
      return await eachOf(await placedManifests(session), async ({ object, resource, namespace, source }) => {
        await createOne(
          session,
          resource,
          namespace,
          flags.on('save-config') ? withLastApplied(object, namespace) : object,
        ).catch((error) => {
          throw during(error, `error when creating ${JSON.stringify(source)}`)
        })
      })
    }
    const [word = '', ...rest] = words
    const kind = shortNames[word] ?? word
    const maker = Object.hasOwn(makers, kind) ? makers[kind] : undefined
    if (!maker) {
      throw new CommandError(
        word
          ? `the workbook's own small kubectl creates ${Object.keys(makers).join(', ')} and what is in a file (-f), not ${JSON.stringify(word)}`
          : 'must specify one of -f and -k',
      )
    }
    if (rest.length === 0)
      throw new CommandError(
        `exactly one NAME is required, got 0\nSee 'kubectl create ${word} -h' for help and examples`,
      )
    const object = maker(session, rest) as KubeObject
    const resource = findResource(await session.resources(), kind)
    const namespace = resource.namespaced ? session.namespace : undefined
    if (namespace && flags.has('namespace')) object.metadata.namespace = namespace
    await createOne(session, resource, namespace, object).catch((error) => {
      throw error instanceof ApiError ? new CommandError(`failed to create ${kind}: ${error.message}`) : error
    })
  },
}

/** Sends a new object (unless it is a client's dry run) and says that it was created. */
export async function createOne(
  session: Session,
  resource: Resource,
  namespace: string | undefined,
  object: KubeObject,
): Promise<KubeObject> {
  const dry = dryRunOf(session)
  const query = {
    ...dry.query,
    fieldManager: session.flags.text('field-manager') ?? 'kubectl-create',
    fieldValidation: fieldValidation(session),
  }
  const created = dry.client
    ? object
    : await session.server.json<KubeObject>(pathOf(resource, { namespace }), { method: 'POST', body: object, query })
  printChange(session, resource, created, 'created')
  return created
}

function deployment(session: Session, [name]: readonly string[]): object {
  const images = session.flags.list('image').flatMap((list) => list.split(','))
  if (images.length === 0) throw new CommandError('required flag(s) "image" not set')
  const port = session.flags.number('port')
  const command = session.flags.rest
  const containers = images.map((image) => ({
    name: (image.split('/').at(-1) ?? image).replace(/[:@].*$/, ''),
    image,
    ...(port !== undefined && { ports: [{ containerPort: port }] }),
    ...(command.length > 0 && { command }),
    resources: {},
  }))
  const labels = { app: name }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas: session.flags.number('replicas') ?? 1,
      selector: { matchLabels: labels },
      strategy: {},
      template: { metadata: { labels }, spec: { containers } },
    },
  }
}

function genericSecret(session: Session, [kind, name]: readonly string[]): object {
  if (kind !== 'generic')
    throw new CommandError(`the workbook's own small kubectl creates secrets of the kind "generic" only`)
  if (name === undefined) throw new CommandError('exactly one NAME is required, got 0')
  const data = Object.entries(dataOf(session)).map(([key, value]) => [key, Buffer.from(value).toString('base64')])
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    type: session.flags.text('type') ?? 'Opaque',
    data: Object.fromEntries(data),
  }
}

function dataOf({ flags, io }: Session): Record<string, string> {
  const read = (file: string) => {
    try {
      return readFileSync(path.resolve(io.cwd, file), 'utf8')
    } catch {
      throw new CommandError(`error reading ${file}: no such file or directory`)
    }
  }
  const data: Record<string, string> = {}
  const add = (key: string, value: string) => {
    if (Object.hasOwn(data, key))
      throw new CommandError(`cannot add key ${JSON.stringify(key)}, another key by that name already exists`)
    data[key] = value
  }
  const pairOf = (text: string, flag: string) => {
    const equals = text.indexOf('=')
    if (equals <= 0) throw new CommandError(`invalid ${flag} source ${text}, expected key=value`)
    return [text.slice(0, equals), text.slice(equals + 1)] as const
  }
  for (const literal of flags.list('from-literal')) add(...pairOf(literal, 'literal'))
  for (const source of flags.list('from-file')) {
    const [key, file] = source.includes('=') ? pairOf(source, 'file') : [path.basename(source), source]
    add(key, read(file))
  }
  for (const file of flags.list('from-env-file')) {
    const lines = read(file)
      .split(/\r?\n/)
      .filter((line) => line.trim() && !line.trimStart().startsWith('#'))
    for (const line of lines) add(...pairOf(line.trimStart(), 'env'))
  }
  return data
}

async function postRaw({ flags, io, server }: Session, target: string): Promise<void> {
  const [file, ...more] = flags.list('filename')
  if (file === undefined || more.length > 0) throw new CommandError('--raw can only use a single local file or stdin')
  const body = file === '-' ? await io.stdin() : readFileSync(path.resolve(io.cwd, file), 'utf8')
  io.stdout(await server.text(target, { method: 'POST', body }))
}

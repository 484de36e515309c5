import { readFileSync } from 'node:fs'
import path from 'node:path'
import { ApiError } from '../../../cluster/apimachinery/errors.ts'
import { withLastApplied } from '../../apply/last-applied.ts'
import { printChange } from '../changed.ts'
import { type Command, dryRun, fieldManager, filename, output, recursive } from '../command.ts'
import { dryRunOf } from '../dry-run.ts'
import { CommandError, during, eachOf } from '../errors.ts'
import { nameOf } from '../generators/generator.ts'
import { findGenerator, generators, sortsOf } from '../generators/index.ts'
import { placedManifests } from '../manifests/placed.ts'
import type { KubeObject } from '../objects.ts'
import { findResource, pathOf, type Resource } from '../resource.ts'
import type { Session } from '../session.ts'
import { fieldValidation } from './apply.ts'

export const create: Command = {
  name: 'create',
  summary: 'Create a resource from a file or from stdin',
  usage: 'create -f FILE | create KIND NAME',
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
    { name: 'type', type: 'text', help: 'secret generic: its type' },
    { name: 'cert', type: 'text', help: 'secret tls: the file of the certificate' },
    { name: 'key', type: 'text', help: 'secret tls: the file of its key' },
    { name: 'docker-server', type: 'text', help: 'secret docker-registry: where to log in' },
    { name: 'docker-username', type: 'text' },
    { name: 'docker-password', type: 'text' },
    { name: 'docker-email', type: 'text' },
    { name: 'tcp', type: 'list', help: 'service: PORT or PORT:TARGETPORT' },
    { name: 'clusterip', type: 'text', help: 'service clusterip: its address, or None' },
    { name: 'node-port', type: 'number', help: 'service nodeport: the port of every node' },
    { name: 'external-name', type: 'text', help: 'service externalname: the name it stands for' },
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
    const { generator, rest } = findGenerator(words) ?? unknown(words)
    const object = generator.make(session, nameOf(generator.name, rest)) as KubeObject
    const [kind = ''] = generator.name.split(' ')
    const resource = findResource(await session.resources(), kind)
    const namespace = resource.namespaced ? session.namespace : undefined
    if (namespace && flags.has('namespace')) object.metadata.namespace = namespace
    await createOne(session, resource, namespace, object).catch((error) => {
      const { failed } = generator
      throw failed !== undefined && error instanceof ApiError ? new CommandError(failed + error.message) : error
    })
  },
}

function unknown(words: readonly string[]): never {
  const [word = ''] = words
  const sorts = sortsOf(word)
  if (sorts.length > 0) {
    throw new CommandError(`a ${word} is one of ${sorts.join(', ')}: kubectl create ${word} ${sorts[0]} NAME`)
  }
  if (!word) throw new CommandError('must specify one of -f and -k')
  const all = generators.map(({ name }) => name).join(', ')
  const what = `creates ${all}, and what is in a file (-f)`
  throw new CommandError(`the workbook's own small kubectl ${what}, not ${JSON.stringify(word)}`)
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

async function postRaw({ flags, io, server }: Session, target: string): Promise<void> {
  const [file, ...more] = flags.list('filename')
  if (file === undefined || more.length > 0) throw new CommandError('--raw can only use a single local file or stdin')
  const body = file === '-' ? await io.stdin() : readFileSync(path.resolve(io.cwd, file), 'utf8')
  io.stdout(await server.text(target, { method: 'POST', body }))
}

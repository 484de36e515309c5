import { CommandError } from './errors.ts'
import { placedManifests } from './manifests/placed.ts'
import type { KubeList, KubeObject } from './objects.ts'
import { findResource, pathOf, type Resource } from './resource.ts'
import type { Session } from './session.ts'

/** What a command is about: a whole collection (perhaps selected from), or one object of it by name. */
export interface Target {
  readonly resource: Resource
  readonly namespace: string | undefined
  readonly name?: string
  readonly query: { readonly labelSelector?: string | undefined; readonly fieldSelector?: string | undefined }
}

/** An object that the server holds, and where. */
export interface Found {
  readonly resource: Resource
  readonly namespace: string | undefined
  readonly name: string
  readonly object: KubeObject
}

/**
 * Reads `TYPE`, `TYPE NAME…`, `TYPE/NAME…`, `TYPE,TYPE`, or what `-f` names. Throws in the words of kubectl's resource builder.
 */
export async function targetsOf(session: Session, words: readonly string[]): Promise<Target[]> {
  const query = { labelSelector: session.flags.text('selector'), fieldSelector: session.flags.text('field-selector') }
  if (session.flags.has('filename')) {
    if (words.length > 0)
      throw new CommandError(
        'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well',
      )
    return (await placedManifests(session)).map(({ resource, namespace, name }) => ({
      resource,
      namespace,
      name,
      query: {},
    }))
  }
  const [first, ...names] = words
  if (first === undefined) throw new CommandError('You must provide one or more resources by argument or filename.')
  const resources = await session.resources()
  const scope = (resource: Resource) => (resource.namespaced ? session.scope : undefined)

  if (words.some((word) => word.includes('/'))) {
    return words.map((word) => {
      const [type = '', name = '', ...more] = word.split('/')
      if (words.length > 1 && !word.includes('/')) {
        throw new CommandError(
          `there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'`,
        )
      }
      if (more.length > 0) throw new CommandError(`arguments in resource/name form may not have more than one slash`)
      if (!type || !name) throw new CommandError('arguments in resource/name form must have a single resource and name')
      if (session.flags.on('all-namespaces'))
        throw new CommandError('a resource cannot be retrieved by name across all namespaces')
      const resource = findResource(resources, type)
      return { resource, namespace: scope(resource), name, query: {} }
    })
  }
  const types = first.split(',').flatMap((word) => {
    const inCategory = resources.filter(({ categories, preferred }) => preferred && categories.includes(word))
    return inCategory.length > 0 ? inCategory : [findResource(resources, word)]
  })
  if (names.length === 0) return types.map((resource) => ({ resource, namespace: scope(resource), query }))
  if (session.flags.on('all-namespaces'))
    throw new CommandError('a resource cannot be retrieved by name across all namespaces')
  if (query.labelSelector) throw new CommandError('name cannot be provided when a selector is specified')
  return types.flatMap((resource) => names.map((name) => ({ resource, namespace: scope(resource), name, query: {} })))
}

/** The objects behind a target: one, or all that are selected. Throws ApiError. */
export async function fetchTarget(session: Session, target: Target): Promise<Found[]> {
  const { resource, namespace, name, query } = target
  if (name !== undefined) {
    const object = await session.server.json<KubeObject>(pathOf(resource, { namespace, name }))
    return [{ resource, namespace, name, object }]
  }
  const items = await listAll(session, target, query)
  return items.map((object) => ({ resource, namespace: object.metadata.namespace, name: object.metadata.name, object }))
}

async function listAll(
  session: Session,
  { resource, namespace }: Target,
  query: Target['query'],
): Promise<KubeObject[]> {
  const list = await session.server.json<KubeList & { apiVersion: string }>(pathOf(resource, { namespace }), { query })
  const kind = list.kind.replace(/List$/, '')
  return list.items.map((item) => ({ ...item, apiVersion: list.apiVersion, kind }))
}

/** The objects that a command changes, all of them fetched. */
export async function fetchAll(session: Session, words = session.words): Promise<Found[]> {
  const targets = await targetsOf(session, words)
  for (const { name, resource, query } of targets) {
    const selected = query.labelSelector || query.fieldSelector || session.flags.on('all')
    if (name === undefined && !selected) throw new CommandError('resource(s) were provided, but no name was specified')
    if (name === undefined && !resource.verbs.includes('list'))
      throw new CommandError(`the server doesn't allow this method on the requested resource`)
  }
  return (await Promise.all(targets.map((target) => fetchTarget(session, target)))).flat()
}

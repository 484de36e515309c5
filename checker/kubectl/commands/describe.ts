import { allNamespaces, type Command, filename, recursive, selector } from '../command.ts'
import type { Around, Describer } from '../describe/describer.ts'
import { describeAnything } from '../describe/generic.ts'
import { describeNode } from '../describe/node.ts'
import { Page } from '../describe/page.ts'
import { describeConfigMap, describeNamespace, describeSecret, describeServiceAccount } from '../describe/plain.ts'
import { describePod } from '../describe/pod.ts'
import { describeEndpointSlice, describeEndpoints, describeService } from '../describe/services.ts'
import { describeDeployment, describeReplicaSet } from '../describe/workloads.ts'
import { eachOf } from '../errors.ts'
import type { KubeObject } from '../objects.ts'
import { findResource, groupVersion, qualified } from '../resource.ts'
import type { Session } from '../session.ts'
import { type Found, fetchTarget, targetsOf } from '../targets.ts'

const describers: Readonly<Record<string, Describer>> = {
  pods: describePod,
  'deployments.apps': describeDeployment,
  'replicasets.apps': describeReplicaSet,
  services: describeService,
  endpoints: describeEndpoints,
  'endpointslices.discovery.k8s.io': describeEndpointSlice,
  nodes: describeNode,
  namespaces: describeNamespace,
  configmaps: describeConfigMap,
  secrets: describeSecret,
  serviceaccounts: describeServiceAccount,
}

/** Kinds of which kubectl shows no events. */
const WITHOUT_EVENTS = new Set(['namespaces', 'secrets'])

export const describe: Command = {
  name: 'describe',
  summary: 'Show details of a specific resource or group of resources',
  usage: 'describe TYPE [NAME…] | TYPE/NAME… | -f FILE',
  flags: [
    selector,
    allNamespaces,
    filename,
    recursive,
    { name: 'show-events', type: 'on', help: 'with its events (true unless said otherwise)' },
    { name: 'chunk-size', type: 'number' },
  ],
  async run(session) {
    const around = aroundOf(session)
    let printed = 0
    const show = async (found: Found) => {
      const text = await describeOne(session, found, around)
      session.io.stdout(printed > 0 ? `\n\n${text}` : text)
      printed += 1
    }
    const targets = await targetsOf(session, session.words)
    await eachOf(targets, async (target) => {
      for (const found of await fetchTarget(session, target)) await show(found)
    })
    if (printed === 0 && targets.every(({ name }) => name === undefined)) {
      const namespaced = targets.some(({ resource }) => resource.namespaced)
      session.note(`No resources found${namespaced && session.scope ? ` in ${session.namespace} namespace.` : ''}`)
    }
  },
}

async function describeOne(session: Session, { resource, object }: Found, around: Around): Promise<string> {
  const page = new Page()
  const name = qualified(resource)
  const full = { ...object, apiVersion: groupVersion(resource), kind: resource.kind }
  await (describers[name] ?? describeAnything)(page, full, around)
  if (session.flags.on('show-events', true) && !WITHOUT_EVENTS.has(name)) page.events(await eventsOf(full, around))
  return page.toString()
}

/** The events about an object, the latest last. Those about a node carry its name where others carry a uid. */
async function eventsOf({ kind, metadata }: KubeObject, around: Around): Promise<KubeObject[]> {
  const uid = kind === 'Node' ? metadata.name : metadata.uid
  const selector = {
    'involvedObject.kind': kind,
    'involvedObject.name': metadata.name,
    'involvedObject.namespace': metadata.namespace,
    'involvedObject.uid': uid,
  }
  const fields = Object.entries(selector).flatMap(([key, value]) => (value ? [`${key}=${value}`] : []))
  const events = await around.list('events', metadata.namespace, { fieldSelector: fields.join(',') })
  const last = (event: KubeObject) => String(event.lastTimestamp ?? '')
  return [...events].sort((a, b) => (last(a) < last(b) ? -1 : last(a) > last(b) ? 1 : 0))
}

function aroundOf(session: Session): Around {
  return {
    async list(word, namespace, query = {}) {
      try {
        const resource = findResource(await session.resources(), word)
        const target = { resource, namespace, query }
        return (await fetchTarget(session, target)).map(({ object }) => object)
      } catch {
        return []
      }
    },
    async get(word, namespace, name) {
      try {
        const resource = findResource(await session.resources(), word)
        return (await fetchTarget(session, { resource, namespace, name, query: {} }))[0]?.object
      } catch {
        return undefined
      }
    },
  }
}

import { isDeepStrictEqual } from 'node:util'
import { printChange } from '../changed.ts'
import { type Command, dryRun, filename, output, recursive, selector, timeout } from '../command.ts'
import { Page } from '../describe/page.ts'
import { describeTemplate, plainTemplate, replicaSetsOf } from '../describe/workloads.ts'
import { dryRunOf } from '../dry-run.ts'
import { CommandError, eachOf } from '../errors.ts'
import type { KubeObject } from '../objects.ts'
import { alignTabs } from '../output/tab-writer.ts'
import { display, findResource, pathOf } from '../resource.ts'
import type { Session } from '../session.ts'
import { type Found, fetchAll, fetchTarget } from '../targets.ts'
import { rolloutProgress } from './rollout-progress.ts'
import { until } from './wait.ts'

const REVISION = 'deployment.kubernetes.io/revision'
const STRATEGIC = 'application/strategic-merge-patch+json'

const actions: Readonly<Record<string, (session: Session, found: Found) => Promise<void>>> = {
  status,
  history,
  undo,
  restart,
  pause: (session, found) => setPaused(session, found, true),
  resume: (session, found) => setPaused(session, found, false),
}

export const rollout: Command = {
  name: 'rollout',
  summary: 'Manage the rollout of a resource',
  usage: 'rollout status|history|undo|restart|pause|resume TYPE/NAME',
  flags: [
    selector,
    filename,
    recursive,
    output,
    dryRun,
    timeout,
    { name: 'watch', short: 'w', type: 'on', help: 'status: until it is done (true unless said otherwise)' },
    { name: 'revision', type: 'number', help: 'history: the details of one' },
    { name: 'to-revision', type: 'number', help: 'undo: to which (the one before, if left out)' },
  ],
  async run(session) {
    const [word, ...rest] = session.words
    const action = word === undefined || !Object.hasOwn(actions, word) ? undefined : actions[word]
    if (!action)
      throw new CommandError(
        `unknown rollout command ${JSON.stringify(word ?? '')}; there are ${Object.keys(actions).join(', ')}`,
      )
    if (rest.length === 0 && !session.flags.has('filename')) throw new CommandError('required resource not specified')
    const found = await fetchAll(session, rest)
    await eachOf(found, async (one) => {
      if (one.resource.plural !== 'deployments') {
        throw new CommandError(
          `${one.resource.plural}${one.resource.group ? `.${one.resource.group}` : ''} ${JSON.stringify(one.name)} ${word === 'restart' ? 'restarting' : `rollout ${word}`} is not supported`,
        )
      }
      await action(session, one)
    })
  },
}

async function status(session: Session, found: Found): Promise<void> {
  let last = ''
  const say = (object: KubeObject | undefined): boolean => {
    if (!object) throw new CommandError('object has been deleted')
    const { done, text } = rolloutProgress(object)
    if (text !== last) session.print(text)
    last = text
    return done
  }
  if (!session.flags.on('watch', true)) {
    session.print(rolloutProgress(found.object).text)
    return
  }
  await until(session, found, session.flags.duration('timeout') ?? 0, say).catch((error) => {
    throw error instanceof CommandError && error.message.startsWith('timed out')
      ? new CommandError('timed out waiting for the condition')
      : error
  })
}

async function history(session: Session, { resource, name, object }: Found): Promise<void> {
  const sets = await revisionsOf(session, object)
  const wanted = session.flags.number('revision')
  if (wanted) {
    const set = sets.find(({ revision }) => revision === wanted)?.set
    if (!set) throw new CommandError(`unable to find the specified revision`)
    const page = new Page()
    describeTemplate(page, (set.spec as { template: Parameters<typeof describeTemplate>[1] }).template)
    session.print(`${display(resource, name)} with revision #${wanted}`)
    return session.print(page.unaligned)
  }
  const rows = sets.map(
    ({ revision, set }) => `${revision}\t${set.metadata.annotations?.['kubernetes.io/change-cause'] || '<none>'}`,
  )
  session.print(`${display(resource, name)} \n${alignTabs(`${['REVISION\tCHANGE-CAUSE', ...rows].join('\n')}\n`)}`)
}

/** Puts the template of an earlier ReplicaSet back. */
async function undo(session: Session, { resource, namespace, name, object }: Found): Promise<void> {
  if ((object.spec as { paused?: boolean }).paused) {
    throw new CommandError(
      `you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again`,
    )
  }
  const sets = await revisionsOf(session, object)
  const wanted = session.flags.number('to-revision') ?? 0
  const target = wanted > 0 ? sets.find(({ revision }) => revision === wanted) : sets.at(-2)
  if (!target) {
    throw new CommandError(
      wanted > 0
        ? `unable to find specified revision ${wanted} in history`
        : `no rollout history found for deployment ${JSON.stringify(name)}`,
    )
  }
  const template = plainTemplate(target.set)
  if (isDeepStrictEqual(template, plainTemplate(object))) {
    return session.print(
      `${display(resource, name)} skipped rollback (current template already matches revision ${target.revision})`,
    )
  }
  const dry = dryRunOf(session)
  const annotations = { ...object.metadata.annotations }
  const cause = target.set.metadata.annotations?.['kubernetes.io/change-cause']
  if (cause) annotations['kubernetes.io/change-cause'] = cause
  else delete annotations['kubernetes.io/change-cause']
  const body = [
    { op: 'replace', path: '/spec/template', value: template },
    { op: 'replace', path: '/metadata/annotations', value: annotations },
  ]
  if (!dry.client) {
    const contentType = 'application/json-patch+json'
    await session.server.json(pathOf(resource, { namespace, name }), {
      method: 'PATCH',
      body,
      contentType,
      query: dry.query,
    })
  }
  printChange(session, resource, object, 'rolled back')
}

async function restart(session: Session, found: Found): Promise<void> {
  if ((found.object.spec as { paused?: boolean }).paused) {
    throw new CommandError(`can't restart paused deployment (run rollout resume first)`)
  }
  const restartedAt = `${new Date().toISOString().slice(0, 19)}Z`
  const annotations = { 'kubectl.kubernetes.io/restartedAt': restartedAt }
  await change(session, found, { spec: { template: { metadata: { annotations } } } }, 'restarted')
}

async function setPaused(session: Session, found: Found, paused: boolean): Promise<void> {
  const now = (found.object.spec as { paused?: boolean }).paused ?? false
  const words = paused ? 'already paused' : 'not paused'
  if (now === paused) throw new CommandError(`deployments.apps ${JSON.stringify(found.name)} is ${words}`)
  await change(session, found, { spec: { paused } }, paused ? 'paused' : 'resumed')
}

async function change(
  session: Session,
  { resource, namespace, name, object }: Found,
  body: object,
  verb: string,
): Promise<void> {
  const dry = dryRunOf(session)
  const call = {
    method: 'PATCH',
    body,
    contentType: STRATEGIC,
    query: { ...dry.query, fieldManager: 'kubectl-rollout' },
  } as const
  const changed = dry.client
    ? object
    : await session.server.json<KubeObject>(pathOf(resource, { namespace, name }), call)
  printChange(session, resource, changed, verb)
}

/** A deployment's ReplicaSets that carry a revision, by it. */
async function revisionsOf(session: Session, deployment: KubeObject): Promise<{ revision: number; set: KubeObject }[]> {
  const sets = findResource(await session.resources(), 'replicasets.apps')
  const owned = await replicaSetsOf(deployment, async (_, namespace, query) =>
    (await fetchTarget(session, { resource: sets, namespace, query })).map(({ object }) => object),
  )
  return owned
    .map((set) => ({ revision: Number(set.metadata.annotations?.[REVISION] ?? 0), set }))
    .filter(({ revision }) => revision > 0)
    .sort((a, b) => a.revision - b.revision)
}

import type { Command } from '../command.ts'
import { allNamespaces, output } from '../command.ts'
import { CommandError } from '../errors.ts'
import { objectPrinter } from '../output/object-printer.ts'
import { alignTabs } from '../output/tab-writer.ts'
import { findResource, groupVersion, type Resource } from '../resource.ts'
import type { Session } from '../session.ts'

const WHO = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
const MAY = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const WHO_AM_I = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }

interface UserInfo {
  readonly username?: string
  readonly uid?: string
  readonly groups?: readonly string[]
}

export const auth: Command = {
  name: 'auth',
  summary: 'Inspect authorization',
  usage: 'auth whoami | auth can-i VERB RESOURCE[/NAME]',
  flags: [output, allNamespaces, { name: 'quiet', short: 'q', type: 'on', help: 'can-i: the exit code alone' }],
  async run(session) {
    const [word, ...rest] = session.words
    if (word === 'whoami') return await whoAmI(session)
    if (word === 'can-i') return await canI(session, rest)
    throw new CommandError(
      `the workbook's own small kubectl answers auth whoami and auth can-i, not ${JSON.stringify(word ?? '')}`,
    )
  },
}

async function whoAmI({ server, flags, io }: Session): Promise<void> {
  const review = await server.json<{ readonly status: { readonly userInfo: UserInfo } }>(WHO, {
    method: 'POST',
    body: WHO_AM_I,
  })
  const format = flags.text('output')
  if (format === 'json' || format === 'yaml') {
    const resource = { group: 'authentication.k8s.io', version: 'v1' } as Resource
    io.stdout(objectPrinter(format)?.([{ resource, object: review as never }], false) ?? '')
    return
  }
  const { username, uid, groups = [] } = review.status.userInfo
  const rows = [
    ['ATTRIBUTE', 'VALUE'],
    ['Username', username],
    ['UID', uid],
    ['Groups', groups.length > 0 ? `[${groups.join(' ')}]` : undefined],
  ]
  const lines = rows.filter(([, value]) => value).map((row) => `${row.join('\t')}\n`)
  io.stdout(alignTabs(lines.join(''), { padding: 3 }))
}

async function canI(session: Session, words: readonly string[]): Promise<void> {
  const [verb, what, ...more] = words
  if (!verb || !what || more.length > 0) {
    const usage = 'you must specify two arguments: verb resource or verb resource/resourceName.'
    throw new CommandError(`${usage}\nSee 'kubectl auth can-i -h' for help and examples.`)
  }
  const attributes = what.startsWith('/')
    ? { nonResourceAttributes: { path: what, verb } }
    : { resourceAttributes: await resourceAttributes(session, verb, what) }
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: attributes }
  const { status } = await session.server.json<{ status: { allowed: boolean; reason?: string } }>(MAY, {
    method: 'POST',
    body,
  })
  if (!session.flags.on('quiet')) {
    session.print(status.allowed ? 'yes' : `no${status.reason ? ` - ${status.reason}` : ''}`)
  }
  // Said already, and no error: only the exit code is left.
  if (!status.allowed) throw new CommandError('')
}

async function resourceAttributes(session: Session, verb: string, what: string): Promise<object> {
  const [word = '', name] = what.split('/')
  const resource = await known(session, word)
  const namespaced = resource?.namespaced ?? true
  return {
    verb,
    resource: resource?.plural ?? word,
    ...(resource?.group && { group: resource.group, version: groupVersion(resource).split('/').at(-1) }),
    ...(name && { name }),
    ...(namespaced && session.scope !== undefined && { namespace: session.scope }),
  }
}

/** A question about what the server does not have is answered all the same. */
async function known(session: Session, word: string): Promise<Resource | undefined> {
  const all = await session.resources()
  try {
    return findResource(all, word)
  } catch {
    session.note(`Warning: the server doesn't have a resource type '${word}'\n`)
    return undefined
  }
}

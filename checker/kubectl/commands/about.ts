import { type Command, output } from '../command.ts'
import { CommandError } from '../errors.ts'
import { toJson, toYaml } from '../output/serialize.ts'
import { alignTable } from '../output/table.ts'
import { groupVersion, qualified } from '../resource.ts'

/** The kubectl whose words and flags this one follows. */
const FOLLOWS = 'v1.34.0+workbook'

export const apiResources: Command = {
  name: 'api-resources',
  summary: 'Print the supported API resources on the server',
  usage: 'api-resources [--namespaced=true|false] [--api-group=GROUP] [-o wide|name]',
  flags: [
    output,
    { name: 'namespaced', type: 'on', help: 'only those in (or, if false, outside) namespaces' },
    { name: 'api-group', type: 'text', help: 'only those of a group' },
    { name: 'no-headers', type: 'on' },
    { name: 'verbs', type: 'text', help: 'only those that know these verbs' },
    { name: 'categories', type: 'text', help: 'only those of these categories' },
    { name: 'sort-by', type: 'text', help: 'name or kind' },
    { name: 'cached', type: 'on' },
  ],
  async run(session) {
    const { flags } = session
    const group = flags.text('api-group')
    const all = (flags.text('verbs') ?? '').split(',').filter(Boolean)
    const categories = (flags.text('categories') ?? '').split(',').filter(Boolean)
    const found = (await session.resources())
      .filter(({ preferred, verbs }) => preferred && verbs.length > 0)
      .filter((resource) => group === undefined || resource.group === group)
      .filter(({ namespaced }) => !flags.has('namespaced') || namespaced === flags.on('namespaced'))
      .filter(({ verbs }) => all.every((verb) => verbs.includes(verb)))
      .filter((resource) => categories.every((category) => resource.categories.includes(category)))
      .sort((a, b) => (a.group !== b.group ? (a.group < b.group ? -1 : 1) : a.plural < b.plural ? -1 : 1))
    if (flags.text('sort-by') === 'kind') found.sort((a, b) => (a.kind < b.kind ? -1 : 1))
    if (flags.text('sort-by') === 'name') found.sort((a, b) => (a.plural < b.plural ? -1 : 1))
    const form = flags.text('output')
    if (form === 'name') return session.io.stdout(found.map((resource) => `${qualified(resource)}\n`).join(''))
    const wide = form === 'wide'
    const lines = found.map((resource) =>
      [
        resource.plural,
        resource.shortNames.join(','),
        groupVersion(resource),
        resource.namespaced,
        resource.kind,
        ...(wide ? [[...resource.verbs].sort().join(','), resource.categories.join(',')] : []),
      ].join('\t'),
    )
    const heads = ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND', ...(wide ? ['VERBS', 'CATEGORIES'] : [])]
    session.io.stdout(alignTable(flags.on('no-headers') ? lines : [heads.join('\t'), ...lines]))
  },
}

export const apiVersions: Command = {
  name: 'api-versions',
  summary: 'Print the supported API versions on the server, in the form of "group/version"',
  usage: 'api-versions',
  flags: [],
  async run(session) {
    const versions = new Set((await session.resources()).map(groupVersion))
    for (const version of [...versions].sort()) session.print(version)
  },
}

export const version: Command = {
  name: 'version',
  summary: 'Print the client and server version information',
  usage: 'version [--client]',
  flags: [{ name: 'client', type: 'on', help: 'only of this kubectl' }, output],
  async run(session) {
    const client = { gitVersion: FOLLOWS }
    const server = session.flags.on('client')
      ? undefined
      : await session.server.json<{ gitVersion: string }>('/version')
    const both = { clientVersion: client, ...(server && { serverVersion: server }) }
    const form = session.flags.text('output')
    if (form === 'json') return session.io.stdout(toJson(both))
    if (form === 'yaml') return session.io.stdout(toYaml(both))
    session.print(`Client Version: ${client.gitVersion} (the workbook's own small kubectl)`)
    if (server) session.print(`Server Version: ${server.gitVersion}`)
  },
}

export const clusterInfo: Command = {
  name: 'cluster-info',
  summary: 'Display cluster information',
  usage: 'cluster-info',
  flags: [],
  async run(session) {
    if (session.words.length > 0) throw new CommandError("the workbook's own small kubectl has no cluster-info dump")
    await session.server.text('/version')
    session.print(`Kubernetes control plane is running at ${session.server.connection.server}`)
    session.print("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.")
  },
}

export const config: Command = {
  name: 'config',
  summary: 'Read kubeconfig files',
  usage: 'config current-context | get-contexts | view [--minify]',
  flags: [output, { name: 'minify', type: 'on' }, { name: 'raw', type: 'on' }, { name: 'no-headers', type: 'on' }],
  async run(session) {
    const { config: kubeconfig, words } = session
    switch (words[0]) {
      case 'current-context':
        if (!kubeconfig.currentContext) throw new CommandError('current-context is not set')
        return session.print(kubeconfig.currentContext)
      case 'get-contexts': {
        if (session.flags.text('output') === 'name')
          return session.io.stdout(kubeconfig.contexts.map(({ name }) => `${name}\n`).join(''))
        const rows = kubeconfig.contexts.map(({ name, value }) =>
          [
            name === kubeconfig.currentContext ? '*' : '',
            name,
            value.cluster ?? '',
            value.user ?? '',
            value.namespace ?? '',
          ].join('\t'),
        )
        const heads = session.flags.on('no-headers') ? [] : ['CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE']
        return session.io.stdout(alignTable([...heads, ...rows]))
      }
      case 'view': {
        const view = session.flags.on('raw') ? kubeconfig.raw : withoutSecrets(kubeconfig.raw)
        return session.io.stdout(session.flags.text('output') === 'json' ? toJson(view) : toYaml(view))
      }
    }
    throw new CommandError(
      `the workbook's own small kubectl only reads: config current-context, get-contexts or view, not ${JSON.stringify(words[0] ?? '')}`,
    )
  },
}

/** Tokens, keys and certificates left out, as kubectl does. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key === 'token' || key === 'password') return [key, 'REDACTED']
      if (key === 'certificate-authority-data' || key === 'client-certificate-data') return [key, 'DATA+OMITTED']
      return key === 'client-key-data' ? [key, 'DATA+OMITTED'] : [key, withoutSecrets(inner)]
    }),
  )
}

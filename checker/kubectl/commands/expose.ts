import { printChange } from '../changed.ts'
import { type Command, dryRun, fieldManager, filename, output, recursive, selector } from '../command.ts'
import { dryRunOf } from '../dry-run.ts'
import { CommandError } from '../errors.ts'
import { at, type KubeObject } from '../objects.ts'
import { findResource, pathOf } from '../resource.ts'
import { fetchAll } from '../targets.ts'
import { createOne } from './create.ts'

export const expose: Command = {
  name: 'expose',
  summary: 'Take a deployment, replica set, service or pod and expose it as a new Kubernetes service',
  usage: 'expose TYPE/NAME --port=PORT [--target-port=PORT] [--type=TYPE] [--name=NAME]',
  flags: [
    selector,
    filename,
    recursive,
    output,
    dryRun,
    fieldManager,
    { name: 'port', type: 'number', help: 'the port of the service' },
    { name: 'target-port', type: 'text', help: 'the port of the pods, number or name' },
    { name: 'type', type: 'text', help: 'ClusterIP, NodePort or LoadBalancer' },
    { name: 'name', type: 'text', help: 'the name of the service' },
    { name: 'protocol', type: 'text', help: 'TCP or UDP' },
  ],
  async run(session) {
    const { flags } = session
    const services = findResource(await session.resources(), 'services')
    for (const { name, namespace, object } of await fetchAll(session)) {
      const pod = object.kind === 'Pod'
      const labels = pod
        ? object.metadata.labels
        : (at(object, 'spec', 'selector', 'matchLabels') ?? at(object, 'spec', 'selector'))
      if (!labels)
        throw new CommandError(
          `couldn't retrieve selectors via --selector flag or introspection: ${pod ? 'the pod has no labels and cannot be exposed' : `cannot expose a ${object.kind}`}`,
        )
      const declared = (
        (at(object, ...(pod ? ['spec'] : ['spec', 'template', 'spec']), 'containers') ?? []) as {
          ports?: { containerPort: number }[]
        }[]
      ).flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort))
      const ports = flags.number('port') === undefined ? declared : [flags.number('port') as number]
      if (ports.length === 0) throw new CommandError("couldn't find port via --port flag or introspection")
      const target = flags.text('target-port')
      const body = {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: {
          name: flags.text('name') ?? name,
          ...(object.metadata.labels && { labels: object.metadata.labels }),
        },
        spec: {
          ports: ports.map((port, index) => ({
            ...(ports.length > 1 && { name: `port-${index + 1}` }),
            port,
            protocol: flags.text('protocol') ?? 'TCP',
            targetPort: target === undefined ? port : /^\d+$/.test(target) ? Number(target) : target,
          })),
          selector: labels,
          ...(flags.has('type') && { type: flags.text('type') }),
        },
      } as unknown as KubeObject
      const dry = dryRunOf(session)
      const created = dry.client
        ? body
        : await session.server.json<KubeObject>(pathOf(services, { namespace }), {
            method: 'POST',
            body,
            query: { ...dry.query, fieldManager: 'kubectl-expose' },
          })
      printChange(session, services, created, 'exposed')
    }
  },
}

export const runPod: Command = {
  name: 'run',
  summary: 'Run a particular image on the cluster',
  usage: 'run NAME --image=IMAGE [--env=KEY=VALUE] [--port=PORT] [-- ARGS… | --command -- COMMAND…]',
  flags: [
    output,
    dryRun,
    fieldManager,
    { name: 'image', type: 'text', help: 'the image' },
    { name: 'image-pull-policy', type: 'text' },
    { name: 'env', type: 'list', help: 'KEY=VALUE' },
    { name: 'labels', short: 'l', type: 'text', help: 'KEY=VALUE,…' },
    { name: 'port', type: 'number', help: 'the port that it listens on' },
    { name: 'restart', type: 'text', help: 'Always, OnFailure or Never' },
    { name: 'command', type: 'on', help: 'what stands after -- is the command, not its arguments' },
    { name: 'stdin', short: 'i', type: 'on' },
    { name: 'tty', short: 't', type: 'on' },
    { name: 'rm', type: 'on' },
  ],
  async run(session) {
    const { flags, words } = session
    for (const missing of ['stdin', 'tty', 'rm']) {
      if (flags.on(missing))
        throw new CommandError(
          `the workbook's own small kubectl cannot attach to a pod (--${missing}); install kubectl for that`,
        )
    }
    const [name, ...more] = words
    const image = flags.text('image')
    if (!name) throw new CommandError('NAME is required for run')
    if (!image) throw new CommandError('--image is required')
    const args = [...more, ...flags.rest]
    const labels = flags.text('labels')
    const port = flags.number('port')
    const pairs = (text: string) => Object.fromEntries(text.split(',').map((pair) => pair.split(/=(.*)/).slice(0, 2)))
    const env = flags.list('env').map((pair) => ({ name: pair.split('=')[0], value: pair.split(/=(.*)/s)[1] ?? '' }))
    const container = {
      name,
      image,
      ...(flags.has('image-pull-policy') && { imagePullPolicy: flags.text('image-pull-policy') }),
      ...(args.length > 0 && (flags.on('command') ? { command: args } : { args })),
      ...(env.length > 0 && { env }),
      ...(port !== undefined && { ports: [{ containerPort: port }] }),
      resources: {},
    }
    const object = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels: labels ? pairs(labels) : { run: name } },
      spec: { containers: [container], restartPolicy: flags.text('restart') ?? 'Always', dnsPolicy: 'ClusterFirst' },
    } as unknown as KubeObject
    await createOne(session, findResource(await session.resources(), 'pods'), session.namespace, object)
  },
}

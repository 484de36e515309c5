import { printChange } from '../changed.ts'
import { type Command, dryRun, fieldManager, filename, output, recursive, selector } from '../command.ts'
import { dryRunOf } from '../dry-run.ts'
import { CommandError } from '../errors.ts'
import { at, type KubeObject } from '../objects.ts'
import { findResource, pathOf } from '../resource.ts'
import { fetchAll } from '../targets.ts'

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
        status: { loadBalancer: {} },
      } as unknown as KubeObject
      const dry = dryRunOf(session)
      if (dry.client && namespace) body.metadata.namespace = namespace
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

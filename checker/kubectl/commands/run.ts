import { type Command, dryRun, fieldManager, output } from '../command.ts'
import { CommandError } from '../errors.ts'
import type { KubeObject } from '../objects.ts'
import { findResource } from '../resource.ts'
import { createOne } from './create.ts'

const POLICIES = ['Always', 'OnFailure', 'Never']
const SEE = "\nSee 'kubectl run -h' for help and examples"

export const run: Command = {
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
    { name: 'expose', type: 'on', help: 'a service for its port as well' },
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
    if (!image) throw new CommandError('required flag(s) "image" not set')
    if (!name) throw new CommandError(`NAME is required for run${SEE}`)
    const restart = flags.text('restart') ?? 'Always'
    if (!POLICIES.includes(restart)) throw new CommandError(`invalid restart policy: ${restart}${SEE}`)
    const args = [...more, ...flags.rest]
    const labels = flags.text('labels')
    const port = flags.number('port')
    if (flags.on('expose') && port === undefined) {
      throw new CommandError(`--port must be set when exposing a service${SEE}`)
    }
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
    const selector = labels ? pairs(labels) : { run: name }
    const object = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels: selector },
      spec: { containers: [container], restartPolicy: restart, dnsPolicy: 'ClusterFirst' },
      status: {},
    } as unknown as KubeObject
    const namespace = session.namespace
    const resources = await session.resources()
    const explicit = flags.has('namespace')
    if (explicit) object.metadata.namespace = namespace
    if (flags.on('expose')) {
      const service = {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, ...(explicit && { namespace }) },
        spec: { ports: [{ port, protocol: 'TCP', targetPort: port }], selector },
        status: { loadBalancer: {} },
      } as unknown as KubeObject
      await createOne(session, findResource(resources, 'services'), namespace, service)
    }
    await createOne(session, findResource(resources, 'pods'), namespace, object)
  },
}

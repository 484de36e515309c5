import { CommandError } from '../errors.ts'
import type { Generator } from './generator.ts'

export const deployment: Generator = {
  name: 'deployment',
  failed: 'failed to create deployment: ',
  make({ flags }, name) {
    const images = flags.list('image').flatMap((list) => list.split(','))
    if (images.length === 0) throw new CommandError('required flag(s) "image" not set')
    const port = flags.number('port') ?? 0
    const command = flags.rest
    const containers = images.map((image) => ({
      name: (image.split('/').at(-1) ?? image).replace(/[:@].*$/, ''),
      image,
      ...(port > 0 && { ports: [{ containerPort: port }] }),
      ...(command.length > 0 && { command }),
      resources: {},
    }))
    const labels = { app: name }
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels },
      spec: {
        replicas: flags.number('replicas') ?? 1,
        selector: { matchLabels: labels },
        strategy: {},
        template: { metadata: { labels }, spec: { containers } },
      },
      status: {},
    }
  },
}

/** What the tests apply: the starter app as in the lessons, as JSON, which kubectl reads as YAML. */
export interface AppOptions {
  readonly name?: string
  readonly replicas?: number
  readonly image?: string
  /** More of the deployment's spec. */
  readonly spec?: object
}

export function deployment({ name = 'web', replicas = 2, image = 'starter-app:1.0', spec }: AppOptions = {}): string {
  const labels = { app: name }
  const containers = [{ name: 'server', image, ports: [{ name: 'http', containerPort: 3000 }] }]
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        // short: a process 1 that is asked to end before it listens to signals hears nothing, and gets all of it
        spec: { terminationGracePeriodSeconds: 3, containers },
      },
      ...spec,
    },
  })
}

export function service(name = 'web'): string {
  const ports = [{ name: 'http', port: 80, targetPort: 'http' }]
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports },
  })
}

/** A pod of the sandboxed shell that runs one line. */
export function shellPod(name: string, line: string, restartPolicy = 'Never'): string {
  const containers = [{ name: 'shell', image: 'busybox', command: ['sh', '-c', line] }]
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { restartPolicy, terminationGracePeriodSeconds: 1, containers },
  })
}

export function namespace(name: string): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
}

import type { Container, ContainerStatus, Probe } from '../../../cluster/apimachinery/objects.ts'
import { Quantity } from '../../../cluster/apimachinery/quantity.ts'
import { at, type KubeObject } from '../objects.ts'
import { dateText, type Page } from './page.ts'

/** The containers of a pod, or of a template (`indent` two spaces, no pod). Follows kubectl's describeContainers. */
export function describeContainers(
  page: Page,
  title: string,
  containers: readonly Container[],
  {
    statuses = [],
    pod,
    indent = '',
  }: { statuses?: readonly ContainerStatus[]; pod?: KubeObject; indent?: string } = {},
): void {
  page.line(0, `${indent}${title}:${containers.length === 0 ? ' <none>' : ''}`)
  for (const container of containers) {
    const status = statuses.find(({ name }) => name === container.name)
    page.line(1, `${indent ? ' ' : ''}${container.name}:`)
    if (status) page.field(2, 'Container ID', status.containerID ?? '')
    page.field(2, 'Image', container.image ?? '')
    if (status) page.field(2, 'Image ID', status.imageID ?? '')
    const ports = container.ports ?? []
    const plural = ports.length > 1 ? 's' : ''
    const text = (list: readonly string[]) => (list.length > 0 ? list.join(', ') : '<none>')
    page.field(
      2,
      `Port${plural}`,
      text(ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol ?? 'TCP'}`)),
    )
    page.field(
      2,
      `Host Port${plural}`,
      text(ports.map(({ hostPort, protocol }) => `${hostPort ?? 0}/${protocol ?? 'TCP'}`)),
    )
    words(page, 'Command', container.command)
    words(page, 'Args', container.args)
    if (status) {
      describeState(page, 'State', status.state)
      if (status.lastState?.terminated) describeState(page, 'Last State', status.lastState)
      page.field(2, 'Ready', status.ready ? 'True' : 'False').field(2, 'Restart Count', status.restartCount)
    }
    amounts(page, 'Limits', container.resources?.limits)
    amounts(page, 'Requests', container.resources?.requests)
    probe(page, 'Liveness', container.livenessProbe)
    probe(page, 'Readiness', container.readinessProbe)
    probe(page, 'Startup', container.startupProbe)
    environment(page, container, pod)
    const mounts = [...(container.volumeMounts ?? [])].sort((a, b) => (a.mountPath < b.mountPath ? -1 : 1))
    page.line(2, `Mounts:${mounts.length === 0 ? '\t<none>' : ''}`)
    for (const { mountPath, name, readOnly, subPath } of mounts) {
      const flags = [readOnly ? 'ro' : 'rw', ...(subPath ? [`path="${subPath}"`] : [])]
      page.line(3, `${mountPath} from ${name} (${flags.join(',')})`)
    }
  }
}

function words(page: Page, name: string, list: readonly string[] | undefined): void {
  if (!list?.length) return
  page.line(2, `${name}:`)
  for (const word of list) for (const line of word.split('\n')) page.line(3, line)
}

function describeState(page: Page, name: string, state: ContainerStatus['state']): void {
  if (state?.running) page.field(2, name, 'Running').field(3, 'Started', dateText(state.running.startedAt))
  else if (state?.terminated) {
    const { reason, message, exitCode, signal, startedAt, finishedAt } = state.terminated
    page.field(2, name, 'Terminated')
    if (reason) page.field(3, 'Reason', reason)
    if (message) page.field(3, 'Message', message)
    page.field(3, 'Exit Code', exitCode)
    if (signal) page.field(3, 'Signal', signal)
    page.field(3, 'Started', dateText(startedAt)).field(3, 'Finished', dateText(finishedAt))
  } else {
    page.field(2, name, 'Waiting')
    if (state?.waiting?.reason) page.field(3, 'Reason', state.waiting.reason)
  }
}

function amounts(page: Page, name: string, list: Readonly<Record<string, string>> | undefined): void {
  const keys = Object.keys(list ?? {}).sort()
  if (keys.length === 0) return
  page.line(2, `${name}:`)
  for (const key of keys) page.field(3, key, list?.[key])
}

function probe(page: Page, name: string, value: Probe | undefined): void {
  if (value) page.field(2, name, probeText(value))
}

/** `http-get http://:3000/health delay=0s timeout=1s period=10s #success=1 #failure=3`. */
export function probeText(value: Probe): string {
  const numbers = `delay=${value.initialDelaySeconds ?? 0}s timeout=${value.timeoutSeconds ?? 0}s period=${value.periodSeconds ?? 0}s #success=${value.successThreshold ?? 0} #failure=${value.failureThreshold ?? 0}`
  const { exec, httpGet, tcpSocket, grpc } = value
  if (exec) return `exec [${(exec.command ?? []).join(' ')}] ${numbers}`
  if (httpGet) {
    const { scheme = 'HTTP', host = '', port, path = '' } = httpGet
    return `http-get ${scheme.toLowerCase()}://${host}:${port}${path.startsWith('/') || !path ? path : `/${path}`} ${numbers}`
  }
  if (tcpSocket) return `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port} ${numbers}`
  if (grpc) return `grpc <pod>:${grpc.port} ${grpc.service ?? ''} ${numbers}`
  return `unknown ${numbers}`
}

function environment(page: Page, container: Container, pod: KubeObject | undefined): void {
  const sources = container.envFrom ?? []
  if (sources.length > 0) page.line(2, 'Environment Variables from:')
  for (const { configMapRef, secretRef, prefix } of sources) {
    const kind = configMapRef ? 'ConfigMap' : 'Secret'
    const { name, optional = false } = configMapRef ?? secretRef ?? {}
    page.line(3, `${name}\t${kind}${prefix ? ` with prefix '${prefix}'` : ''}\tOptional: ${optional}`)
  }
  const env = container.env ?? []
  page.line(2, `Environment:${env.length === 0 ? '\t<none>' : ''}`)
  for (const { name, value = '', valueFrom } of env) {
    const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom ?? {}
    if (fieldRef)
      page.line(
        3,
        `${name}:\t${fieldValue(pod, fieldRef.fieldPath)} (${fieldRef.apiVersion ?? 'v1'}:${fieldRef.fieldPath})`,
      )
    else if (resourceFieldRef)
      page.line(3, `${name}:\t${resourceValue(container, resourceFieldRef)} (${resourceFieldRef.resource})`)
    else if (secretKeyRef) {
      page.line(
        3,
        `${name}:\t<set to the key '${secretKeyRef.key}' in secret '${secretKeyRef.name}'>\tOptional: ${secretKeyRef.optional ?? false}`,
      )
    } else if (configMapKeyRef) {
      page.line(
        3,
        `${name}:\t<set to the key '${configMapKeyRef.key}' of config map '${configMapKeyRef.name}'>\tOptional: ${configMapKeyRef.optional ?? false}`,
      )
    } else
      for (const [index, line] of value.split('\n').entries()) page.line(3, `${index === 0 ? `${name}:` : ''}\t${line}`)
  }
}

function fieldValue(pod: KubeObject | undefined, path: string): string {
  const [, list, key] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path) ?? []
  // Of the others kubectl shows nothing.
  if (!list && path !== 'metadata.name' && path !== 'metadata.namespace') return ''
  const value = list && key ? at(pod, 'metadata', list, key) : at(pod, ...path.split('.'))
  return typeof value === 'string' ? value : ''
}

/** As the kubelet gives it to the container: divided, rounded up. */
function resourceValue(container: Container, { resource, divisor }: { resource: string; divisor?: string }): string {
  const [list, name = ''] = resource.split(/\.(.*)/) as [string, string?]
  const amount = container.resources?.[list as 'limits' | 'requests']?.[name]
  if (amount === undefined) return resource.startsWith('limits') ? 'node allocatable' : '0'
  const unit = divisor && divisor !== '0' ? divisor : '1'
  return String(Math.ceil(Number(Quantity.parse(amount).nanos) / Number(Quantity.parse(unit).nanos)))
}

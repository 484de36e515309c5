import type { Container, Probe } from '../../apimachinery/objects.ts'
import { eachInvalid, forbidden, invalid, notSupported, required } from './field.ts'
import type { FieldError } from './field-error.ts'
import { httpHeaderName, portNumber } from './names.ts'
import { nonNegative, validatePort } from './numbers.ts'

type Lifecycle = NonNullable<Container['lifecycle']>
type Handler = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & Pick<NonNullable<Lifecycle['preStop']>, 'sleep'>
type HttpGet = NonNullable<Handler['httpGet']>

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const

/** The three probes of a container, in Kubernetes' order. `gracePeriod` in seconds. */
export function validateProbes(container: Container, gracePeriod: number, path: string): FieldError[] {
  const { livenessProbe, readinessProbe, startupProbe } = container
  const errors: FieldError[] = []
  if (livenessProbe) errors.push(...validateOnce(livenessProbe, gracePeriod, `${path}.livenessProbe`))
  if (readinessProbe) {
    const at = `${path}.readinessProbe`
    errors.push(...validateProbe(readinessProbe, gracePeriod, at))
    const seconds = readinessProbe.terminationGracePeriodSeconds
    if (seconds !== undefined) {
      errors.push(invalid(`${at}.terminationGracePeriodSeconds`, seconds, 'must not be set for readinessProbes'))
    }
  }
  if (startupProbe) errors.push(...validateOnce(startupProbe, gracePeriod, `${path}.startupProbe`))
  return errors
}

/** A probe that decides about life: one success is enough. */
function validateOnce(probe: Probe, gracePeriod: number, path: string): FieldError[] {
  const errors = validateProbe(probe, gracePeriod, path)
  const successes = probe.successThreshold ?? 0
  return successes === 1 ? errors : [...errors, invalid(`${path}.successThreshold`, successes, 'must be 1')]
}

function validateProbe(probe: Probe, gracePeriod: number, path: string): FieldError[] {
  const errors = validateHandler(probe, gracePeriod, path)
  errors.push(...nonNegative(probe.initialDelaySeconds, `${path}.initialDelaySeconds`))
  errors.push(...nonNegative(probe.timeoutSeconds, `${path}.timeoutSeconds`))
  errors.push(...nonNegative(probe.periodSeconds, `${path}.periodSeconds`))
  errors.push(...nonNegative(probe.successThreshold, `${path}.successThreshold`))
  errors.push(...nonNegative(probe.failureThreshold, `${path}.failureThreshold`))
  const seconds = probe.terminationGracePeriodSeconds
  if (seconds !== undefined && seconds <= 0) {
    errors.push(invalid(`${path}.terminationGracePeriodSeconds`, seconds, 'must be greater than 0'))
  }
  return errors
}

export function validateLifecycle(lifecycle: Lifecycle | undefined, gracePeriod: number, path: string): FieldError[] {
  if (!lifecycle) return []
  const { postStart, preStop } = lifecycle
  return [
    ...(postStart ? validateHandler(postStart, gracePeriod, `${path}.postStart`) : []),
    ...(preStop ? validateHandler(preStop, gracePeriod, `${path}.preStop`) : []),
  ]
}

function validateHandler(handler: Handler, gracePeriod: number, path: string): FieldError[] {
  const [first, ...others] = HANDLERS.filter((name) => handler[name])
  if (!first) return [required(path, 'must specify a handler type')]
  return [
    ...validateAction(first, handler, gracePeriod, `${path}.${first}`),
    ...others.map((other) => forbidden(`${path}.${other}`, 'may not specify more than 1 handler type')),
  ]
}

function validateAction(
  name: (typeof HANDLERS)[number],
  handler: Handler,
  gracePeriod: number,
  path: string,
): FieldError[] {
  switch (name) {
    case 'exec':
      return (handler.exec?.command ?? []).length === 0 ? [required(`${path}.command`)] : []
    case 'httpGet':
      return validateHttpGet(handler.httpGet as HttpGet, path)
    case 'tcpSocket':
      return validatePort(handler.tcpSocket?.port, `${path}.port`)
    case 'grpc':
      return eachInvalid(`${path}.port`, handler.grpc?.port ?? 0, portNumber(handler.grpc?.port ?? 0))
    case 'sleep': {
      const seconds = handler.sleep?.seconds ?? 0
      if (seconds >= 0 && seconds <= gracePeriod) return []
      const detail = `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod})`
      return [invalid(path, seconds, detail)]
    }
  }
}

function validateHttpGet({ path: url = '', port, scheme = '', httpHeaders = [] }: HttpGet, path: string): FieldError[] {
  const errors = url === '' ? [required(`${path}.path`)] : []
  errors.push(...validatePort(port, `${path}.port`))
  if (scheme !== 'HTTP' && scheme !== 'HTTPS') errors.push(notSupported(`${path}.scheme`, scheme, ['HTTP', 'HTTPS']))
  for (const { name } of httpHeaders) errors.push(...eachInvalid(`${path}.httpHeaders`, name, httpHeaderName(name)))
  return errors
}

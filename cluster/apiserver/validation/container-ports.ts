import type { Container } from '../../apimachinery/objects.ts'
import { duplicate, eachInvalid, notSupported, required } from './field.ts'
import type { FieldError } from './field-error.ts'
import { portName, portNumber } from './names.ts'

export const PROTOCOLS = ['SCTP', 'TCP', 'UDP']

export function validateContainerPorts(ports: NonNullable<Container['ports']>, path: string): FieldError[] {
  const errors: FieldError[] = []
  const names = new Set<string>()
  ports.forEach(({ name = '', containerPort = 0, hostPort = 0, protocol = '' }, index) => {
    const at = `${path}[${index}]`
    if (name !== '') {
      const wrong = eachInvalid(`${at}.name`, name, portName(name))
      if (wrong.length > 0) errors.push(...wrong)
      else if (names.has(name)) errors.push(duplicate(`${at}.name`, name))
      else names.add(name)
    }
    if (containerPort === 0) errors.push(required(`${at}.containerPort`))
    else errors.push(...eachInvalid(`${at}.containerPort`, containerPort, portNumber(containerPort)))
    if (hostPort !== 0) errors.push(...eachInvalid(`${at}.hostPort`, hostPort, portNumber(hostPort)))
    if (protocol === '') errors.push(required(`${at}.protocol`))
    else if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS))
  })
  return errors
}

/** No two containers may ask for the same port of the node. */
export function validateHostPorts(containers: readonly Container[], path: string): FieldError[] {
  const errors: FieldError[] = []
  const taken = new Set<string>()
  containers.forEach((container, position) => {
    container.ports?.forEach(({ hostPort = 0, hostIP = '', protocol = '' }, index) => {
      if (hostPort === 0) return
      const key = `${protocol}/${hostIP}/${hostPort}`
      if (taken.has(key)) errors.push(duplicate(`${path}[${position}].ports[${index}].hostPort`, key))
      taken.add(key)
    })
  })
  return errors
}

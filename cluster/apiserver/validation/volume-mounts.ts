import type { Container } from '../../apimachinery/objects.ts'
import { forbidden, invalid, notFound, notSupported, required } from './field.ts'
import type { FieldError } from './field-error.ts'
import { localDescending } from './paths.ts'

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None']

/** `volumes` are the names of the pod's right volumes. */
export function validateVolumeMounts(container: Container, volumes: ReadonlySet<string>, path: string): FieldError[] {
  const errors: FieldError[] = []
  const places = new Set<string>()
  container.volumeMounts?.forEach((mount, index) => {
    const at = `${path}[${index}]`
    const { name = '', mountPath = '', subPath = '', subPathExpr = '', mountPropagation } = mount
    if (name === '') errors.push(required(`${at}.name`))
    if (!volumes.has(name)) errors.push(notFound(`${at}.name`, name))
    if (mountPath === '') errors.push(required(`${at}.mountPath`))
    if (places.has(mountPath)) errors.push(invalid(`${at}.mountPath`, mountPath, 'must be unique'))
    places.add(mountPath)
    // Kubernetes leaves the index out of these three paths.
    if (subPath !== '') errors.push(...localDescending(subPath, `${path}.subPath`))
    if (subPathExpr !== '') {
      if (subPath !== '') {
        errors.push(invalid(`${at}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'))
      }
      errors.push(...localDescending(subPathExpr, `${path}.subPathExpr`))
    }
    if (mountPropagation) {
      if (!PROPAGATIONS.includes(mountPropagation)) {
        errors.push(notSupported(`${path}.mountPropagation`, mountPropagation, PROPAGATIONS))
      } else if (mountPropagation === 'Bidirectional' && !container.securityContext?.privileged) {
        const detail = 'Bidirectional mount propagation is available only to privileged containers'
        errors.push(forbidden(`${path}.mountPropagation`, detail))
      }
    }
  })
  return errors
}

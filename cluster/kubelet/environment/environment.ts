import type { ConfigMap, Container as ContainerSpec, Pod, Secret, Service } from '../../apimachinery/objects.ts'
import { fieldText, type Place, resourceText } from './downward-fields.ts'
import { expand, lookupIn } from './expansion.ts'
import { serviceVariables } from './service-variables.ts'

/** Where the objects that a pod refers to come from. Each throws an Error with the kubelet's words when there is none. */
export interface Sources {
  configMap(namespace: string, name: string): Promise<ConfigMap>
  secret(namespace: string, name: string): Promise<Secret>
}

/** An object or a key that is asked for and is not there; `optional` references swallow it. */
export class MissingReference extends Error {
  override readonly name = 'MissingReference'
}

/**
 * A container's variables: services, `envFrom` in order, then `env` in order, each of which may use those before it.
 * Throws an Error whose message is that of a CreateContainerConfigError. Follows makeEnvironmentVariables in
 * pkg/kubelet/kubelet_pods.go.
 */
export async function environment(
  pod: Pod,
  container: ContainerSpec,
  sources: Sources,
  services: readonly Service[],
  place: Place,
): Promise<Record<string, string>> {
  const namespace = pod.metadata.namespace ?? ''
  const links = serviceVariables(services, namespace, pod.spec.enableServiceLinks ?? true)
  const own: Record<string, string> = {}

  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const reference = configMapRef ?? secretRef
    if (!reference?.name) continue
    const { name } = reference
    const data = await unlessOptional(reference.optional, async () =>
      configMapRef
        ? ((await sources.configMap(namespace, name)).data ?? {})
        : decoded(await sources.secret(namespace, name)),
    )
    for (const [key, value] of Object.entries(data ?? {})) own[prefix + key] = value
  }

  for (const { name, value, valueFrom } of container.env ?? []) {
    if (value || !valueFrom) {
      own[name] = expand(value ?? '', lookupIn(own, links))
      continue
    }
    const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom
    if (fieldRef) own[name] = fieldText(pod, fieldRef.fieldPath, place)
    else if (resourceFieldRef) {
      own[name] = resourceText(container, resourceFieldRef.resource, resourceFieldRef.divisor, place)
    } else {
      const reference = configMapKeyRef ?? secretKeyRef
      if (!reference) continue
      const text = await unlessOptional(reference.optional, async () => {
        const object = reference.name ?? ''
        const data = configMapKeyRef
          ? ((await sources.configMap(namespace, object)).data ?? {})
          : decoded(await sources.secret(namespace, object))
        const found = Object.hasOwn(data, reference.key) ? data[reference.key] : undefined
        if (found !== undefined) return found
        const kind = configMapKeyRef ? 'ConfigMap' : 'Secret'
        throw new MissingReference(`couldn't find key ${reference.key} in ${kind} ${namespace}/${object}`)
      })
      if (text !== undefined) own[name] = text
    }
  }
  return { ...links, ...own }
}

/** `command` or `args` with their `$(NAME)`s; undefined stays undefined. */
export function expanded(
  words: readonly string[] | undefined,
  variables: Readonly<Record<string, string>>,
): readonly string[] | undefined {
  return words && words.length > 0 ? words.map((word) => expand(word, lookupIn(variables))) : undefined
}

async function unlessOptional<T>(optional: boolean | undefined, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (optional && error instanceof MissingReference) return undefined
    throw error
  }
}

function decoded(secret: Secret): Record<string, string> {
  return Object.fromEntries(
    Object.entries(secret.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
  )
}

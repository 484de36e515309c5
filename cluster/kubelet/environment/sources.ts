import { ApiError, isNotFound } from '../../apimachinery/errors.ts'
import type { ApiClient } from '../../client/api-client.ts'
import { MissingReference, type Sources } from './environment.ts'

/** Reads from the API, each time anew: a pod that comes right after its ConfigMap must find it. */
export function sourcesFrom(api: ApiClient): Sources {
  const named = async <T>(kind: string, name: string, read: () => Promise<T>): Promise<T> => {
    try {
      return await read()
    } catch (error) {
      if (isNotFound(error)) throw new MissingReference(`${kind} "${name}" not found`)
      if (error instanceof ApiError) throw new Error(`failed to get ${kind} "${name}": ${error.message}`)
      throw error
    }
  }
  return {
    configMap: (namespace, name) => named('configmap', name, () => api.get('v1 ConfigMap', { namespace, name })),
    secret: (namespace, name) => named('secret', name, () => api.get('v1 Secret', { namespace, name })),
  }
}

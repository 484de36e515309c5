import { isAlreadyExists } from '../apimachinery/errors.ts'
import { type Controller, controller, watching } from '../client/controller.ts'
import { isGoing, isTerminating } from './serviceaccount.ts'

const NAME = 'kube-root-ca.crt'
const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.'

/**
 * Keeps a ConfigMap `kube-root-ca.crt` with the API server's certificate (PEM) in each namespace. Follows
 * pkg/controller/certificates/rootcacertpublisher.
 */
export function rootCaCertificateController(certificate: string): Controller {
  return controller('root-ca-certificate-publisher-controller', {
    for: 'v1 Namespace',
    watches: [
      watching('v1 ConfigMap', ({ metadata }) =>
        metadata.name === NAME && metadata.namespace ? [metadata.namespace] : [],
      ),
    ],
    async reconcile(name, { api, cache }) {
      const namespace = cache.get('v1 Namespace', name)
      if (!namespace || isGoing(namespace)) return
      const present = cache.get('v1 ConfigMap', `${name}/${NAME}`)
      const data = { 'ca.crt': certificate }
      if (present?.data?.['ca.crt'] === certificate && Object.keys(present.data).length === 1) return
      try {
        if (present) await api.update('v1 ConfigMap', { ...present, data })
        else {
          const metadata = { name: NAME, namespace: name, annotations: { 'kubernetes.io/description': DESCRIPTION } }
          await api.create('v1 ConfigMap', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data })
        }
      } catch (error) {
        if (isAlreadyExists(error) || isTerminating(error)) return
        throw error
      }
    },
  })
}

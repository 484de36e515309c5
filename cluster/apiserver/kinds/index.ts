import { configMap } from './configmap.ts'
import { deployment } from './deployment.ts'
import { endpoints } from './endpoints.ts'
import { endpointSlice } from './endpointslice.ts'
import { event } from './event.ts'
import type { Kind } from './kind.ts'
import { lease } from './lease.ts'
import { namespace } from './namespace.ts'
import { node } from './node.ts'
import { pod } from './pod.ts'
import { replicaSet } from './replicaset.ts'
import { secret } from './secret.ts'
import { service } from './service.ts'
import { serviceAccount } from './serviceaccount.ts'

/** Every kind that this server knows. A new one is one file and one line here. */
export const kinds: readonly Kind[] = [
  namespace as unknown as Kind,
  node as unknown as Kind,
  pod as unknown as Kind,
  replicaSet as unknown as Kind,
  deployment as unknown as Kind,
  service as unknown as Kind,
  endpointSlice as unknown as Kind,
  endpoints as unknown as Kind,
  configMap as unknown as Kind,
  secret as unknown as Kind,
  serviceAccount as unknown as Kind,
  event as unknown as Kind,
  lease as unknown as Kind,
]

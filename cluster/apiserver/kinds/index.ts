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
// Each names the type of its own objects; whoever goes by the list hands each only objects of its kind.
export const kinds = [
  namespace,
  node,
  pod,
  replicaSet,
  deployment,
  service,
  endpointSlice,
  endpoints,
  configMap,
  secret,
  serviceAccount,
  event,
  lease,
] as readonly unknown[] as readonly Kind[]

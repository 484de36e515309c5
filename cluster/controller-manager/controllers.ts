import type { Controller } from '../client/controller.ts'
import { deploymentController } from './deployment/deployment.ts'
import { endpointsController } from './endpoints.ts'
import { endpointSliceController } from './endpointslice/endpointslice.ts'
import { garbageCollectors } from './garbage-collector/garbage-collector.ts'
import { namespaceController } from './namespace/namespace.ts'
import { ClockJump } from './node-lifecycle/clock-jump.ts'
import { nodeLifecycleController } from './node-lifecycle/node-lifecycle.ts'
import { taintEvictionController } from './node-lifecycle/taint-eviction.ts'
import { podGarbageCollector } from './pod-gc.ts'
import { replicaSetController } from './replicaset/replicaset.ts'
import { rootCaCertificateController } from './root-ca-certificate.ts'
import { serviceAccountController } from './serviceaccount.ts'

/** All controllers of the manager, new ones for each start. `certificate` is the API server's, as PEM. */
export function controllers(certificate: string): readonly Controller[] {
  const jump = new ClockJump()
  return [
    deploymentController,
    replicaSetController,
    endpointSliceController,
    endpointsController,
    namespaceController,
    serviceAccountController,
    rootCaCertificateController(certificate),
    nodeLifecycleController(jump),
    taintEvictionController(jump),
    podGarbageCollector(),
    ...garbageCollectors,
  ]
}

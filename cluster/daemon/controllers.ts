import type { Controller } from '../client/controller.ts'
import { deploymentController } from '../controller-manager/deployment/deployment.ts'
import { endpointsController } from '../controller-manager/endpoints.ts'
import { endpointSliceController } from '../controller-manager/endpointslice/endpointslice.ts'
import { replicaSetController } from '../controller-manager/replicaset/replicaset.ts'

/** What kube-controller-manager runs. */
export const controllers: readonly Controller[] = [
  deploymentController,
  replicaSetController,
  endpointSliceController,
  endpointsController,
]

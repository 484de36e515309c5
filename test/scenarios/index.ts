import { deploymentScenarios } from './deployment.ts'
import { garbageScenarios } from './garbage.ts'
import { nodeScenarios } from './nodes.ts'
import { replicaSetScenarios } from './replicaset.ts'
import type { Scenario } from './scenario.ts'
import { schedulingScenarios } from './scheduling.ts'
import { serviceScenarios } from './services.ts'

/** What the controllers and the scheduler do, on any API server. */
export const scenarios: readonly Scenario[] = [
  ...deploymentScenarios,
  ...replicaSetScenarios,
  ...serviceScenarios,
  ...garbageScenarios,
  ...schedulingScenarios,
  ...nodeScenarios,
]

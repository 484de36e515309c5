import { deploymentScenarios } from './deployment.ts'
import { garbageScenarios } from './garbage.ts'
import { replicaSetScenarios } from './replicaset.ts'
import type { Scenario } from './scenario.ts'
import { serviceScenarios } from './services.ts'

/** What the controllers and the scheduler do, on any API server. */
export const scenarios: readonly Scenario[] = [
  ...deploymentScenarios,
  ...replicaSetScenarios,
  ...serviceScenarios,
  ...garbageScenarios,
]

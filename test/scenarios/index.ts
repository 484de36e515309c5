import { deploymentScenarios } from './deployment.ts'
import type { Scenario } from './scenario.ts'

/** What the controllers and the scheduler do, on any API server. */
export const scenarios: readonly Scenario[] = [...deploymentScenarios]

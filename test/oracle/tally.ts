import type { Scenario } from './recording.ts'
import { replayScenario, type StepResult } from './replay-scenario.ts'
import { isInScope, isStepInScope } from './scope.ts'
import type { Transport } from './transport.ts'

/** How one scenario went. */
export interface ScenarioResult {
  readonly scenario: Scenario
  /** Whether all its kinds and verbs are in scope. */
  readonly whole: boolean
  readonly steps: readonly StepResult[]
}

export interface AreaTally {
  readonly area: string
  /** Scenarios of which every kind and verb is in scope; `same`: every step of them answered the same. */
  readonly scenarios: { readonly same: number; readonly all: number }
  /** Steps with a kind and verb in scope, those of mixed scenarios too. */
  readonly steps: { readonly same: number; readonly all: number }
}

/** Replays what is in scope, one scenario after the other. */
export async function replayAll(
  transport: Transport,
  scenarios: readonly Scenario[],
  done: (result: ScenarioResult) => void = () => {},
): Promise<ScenarioResult[]> {
  const results: ScenarioResult[] = []
  const run = Math.floor(Math.random() * 36 ** 6).toString(36)
  for (const [index, scenario] of scenarios.entries()) {
    const wanted = scenario.steps.filter((step) => isStepInScope(scenario, step))
    if (wanted.length === 0) continue
    const namespace = `oracle-${run}-${index}-x`
    const steps = await replayScenario(transport, scenario, (step) => wanted.includes(step), namespace)
    const result = { scenario, whole: isInScope(scenario), steps }
    results.push(result)
    done(result)
  }
  return results
}

export function tallyByArea(results: readonly ScenarioResult[]): AreaTally[] {
  const areas = [...new Set(results.map(({ scenario }) => scenario.area))].sort()
  return areas.map((area) => {
    const own = results.filter(({ scenario }) => scenario.area === area)
    const whole = own.filter((result) => result.whole)
    const steps = own.flatMap((result) => result.steps)
    return {
      area,
      scenarios: { same: whole.filter(isSame).length, all: whole.length },
      steps: { same: steps.filter((step) => step.differences.length === 0).length, all: steps.length },
    }
  })
}

export const isSame = ({ steps }: ScenarioResult): boolean => steps.every((step) => step.differences.length === 0)

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where the recorded answers of a real API server lie; they are not part of this repository. */
export const RECORDED = join(import.meta.dirname, '../../../shared/oracle/recorded')

export interface BodyFrom {
  readonly step: string
  readonly remove?: readonly string[]
  readonly set?: Readonly<Record<string, unknown>>
}

export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly bodyFrom?: BodyFrom
  readonly pad?: { readonly at: string; readonly text: string; readonly times: number }
}

export interface RecordedResponse {
  readonly status: number
  readonly headers?: Readonly<Record<string, unknown>>
  readonly body?: unknown
  readonly events?: readonly unknown[]
}

export interface Step {
  readonly name: string
  /** Seconds. */
  readonly wait?: number
  readonly capture?: Readonly<Record<string, string>>
  readonly retryUntilStatus?: number
  readonly request: RecordedRequest
  readonly response: RecordedResponse
}

export interface Scenario {
  readonly area: string
  readonly name: string
  readonly title: string
  readonly cleanup?: readonly string[]
  readonly steps: readonly Step[]
}

export const isRecordingThere = (): boolean => existsSync(RECORDED)

/** All scenarios, `discovery` first: it shows what the others define. */
export function readScenarios(): Scenario[] {
  const areas = readdirSync(RECORDED).sort((one, other) => Number(other === 'discovery') - Number(one === 'discovery'))
  return areas.flatMap((area) =>
    readdirSync(join(RECORDED, area))
      .filter((file) => file.endsWith('.json'))
      .sort()
      .map((file) => {
        const scenario = JSON.parse(readFileSync(join(RECORDED, area, file), 'utf8')) as Scenario
        return { ...scenario, area, name: file.replace(/\.json$/, '') }
      }),
  )
}

import type { Clock } from '../../apimachinery/clock.ts'
import type { Service } from '../../apimachinery/objects.ts'
import type { ApiClient } from '../../client/api-client.ts'
import type { EventRecorder } from '../../client/event-recorder.ts'
import type { BackOff } from '../containers/restart-back-off.ts'
import type { Sources } from '../environment/environment.ts'
import type { ImagePuller } from '../images/image-puller.ts'
import type { Reach } from '../probes/target.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { PodAddresses } from './pod-addresses.ts'

/** What the workers of a node share. */
export interface NodeServices {
  readonly api: ApiClient
  /** May be sped up: back-off, status, volumes. */
  readonly clock: Clock
  /** Probes, grace periods, hooks. */
  readonly realTime: Clock
  readonly runtime: Runtime
  readonly reach: Reach
  readonly events: EventRecorder
  readonly addresses: PodAddresses
  readonly images: ImagePuller
  readonly restarts: BackOff
  readonly sources: Sources
  services(): readonly Service[]
  readonly nodeIp: string
  readonly allocatable: Readonly<Record<string, string>>
  /** The node's own folder. */
  readonly folder: string
  /** Hears of defects: what is thrown and is no answer of the API. */
  report(error: unknown): void
}

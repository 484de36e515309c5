import type { KindName } from '../../cluster/apimachinery/objects.ts'
import type { Abilities } from '../cluster/cluster.ts'
import type { Objects } from '../cluster/objects.ts'
import type { Located } from '../files/located.ts'
import { type Outcome, Settled } from './outcome.ts'
import type { Waiting } from './waiting.ts'

/** The living system that a check looks at and does things to. */
export interface Live {
  readonly objects: Objects
  /** The lesson's namespace. */
  readonly namespace: string
  readonly abilities: Abilities
  readonly waiting: Waiting
  /** The learner's folder. */
  readonly folder: string
  /** The objects of the learner's files. */
  readonly manifests: readonly Located[]
  /** Images that the lesson brings: that one of them is missing is the cluster's fault. */
  readonly images: readonly string[]
  /** What the learner wrote into the lesson's files of answers, by file and key. */
  readonly answers: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** What a check does and measures. May throw ClusterFault. */
export type Probe = (live: Live) => Promise<Outcome>

/** `deployment/starter-app`, as kubectl takes it; `service/starter-app:80` is the Service by one of its ports. */
export type Reference = `${'deployment' | 'service' | 'pod' | 'replicaset'}/${string}`

const KINDS = {
  deployment: 'apps/v1 Deployment',
  service: 'v1 Service',
  pod: 'v1 Pod',
  replicaset: 'apps/v1 ReplicaSet',
} as const satisfies Record<string, KindName>

export interface Referred {
  readonly kind: (typeof KINDS)[keyof typeof KINDS]
  readonly name: string
  /** Left out: the first one. */
  readonly port?: number
}

/** Throws RangeError for a kind that checks do not know. */
export function refer(reference: Reference): Referred {
  const [kind = '', name = '', port] = reference.split(/[/:]/)
  if (!Object.hasOwn(KINDS, kind))
    throw new RangeError(`not a reference: ${reference}; kinds are ${Object.keys(KINDS).join(', ')}`)
  return { kind: KINDS[kind as keyof typeof KINDS], name, ...(port !== undefined && { port: Number(port) }) }
}

/** Runs a probe; what a step of it settled is its outcome. */
export async function outcomeOf(probe: Probe, live: Live): Promise<Outcome> {
  try {
    return await probe(live)
  } catch (error) {
    if (error instanceof Settled) return error.outcome
    throw error
  }
}

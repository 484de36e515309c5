/** Everything a `lesson.ts` imports. */
export type { Live, Probe, Reference } from '../live/live.ts'
export { missed, type Outcome, passed, Settled, unsettled, untried } from '../live/outcome.ts'
export { ownerChain } from '../live/owner-chain.ts'
export { replacedAfterKill } from '../live/replaced-after-kill.ts'
export { rollout } from '../live/rollout.ts'
export * from './file-kind.ts'
export { type Check, check, type Drill, drill, type Exercise, type Hints, type Lesson, lesson } from './lesson.ts'

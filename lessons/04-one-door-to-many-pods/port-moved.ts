import { resourceOf } from '../../checker/cluster/objects.ts'
import type { Live, Probe, Reference } from '../../checker/live/live.ts'
import { outcomeOf } from '../../checker/live/live.ts'
import { missed, passed, Settled } from '../../checker/live/outcome.ts'
import { deploymentOf } from '../../checker/live/pods-of.ts'
import { openDoor } from '../../checker/live/reachable.ts'
import { rollout } from '../../checker/live/rollout.ts'
import { copyOf } from '../../cluster/apimachinery/objects.ts'

interface Move {
  /** The name of the container port that moves; its container is told by PORT. */
  readonly named: string
  readonly to: number
}

/** The Deployment's server is moved to another port under the same port name; the Service must still answer. */
export function portMoved(deployment: Reference, service: Reference, { named, to: port }: Move): Probe {
  return async (live) => {
    const home = await moveTo(live, deployment, named, port)
    try {
      const rolledOut = await outcomeOf(rollout(deployment), live)
      if (rolledOut.verdict !== 'passed') return rolledOut
      const { door } = await openDoor(live, service)
      const reply = await door.ask('/')
      return reply.kind === 'answer' && reply.status === 200
        ? passed(`the server listens on ${port} now; answered at ${door.via}`)
        : missed('live-unanswered', { answered: 0, sent: 1 })
    } finally {
      await moveTo(live, deployment, named, home)
      await outcomeOf(rollout(deployment), live)
    }
  }
}

/** Gives the port where it was before. */
async function moveTo(live: Live, reference: Reference, name: string, to: number): Promise<number> {
  const next = copyOf(await deploymentOf(live, reference))
  for (const container of next.spec.template.spec?.containers ?? []) {
    const declared = container.ports?.find((port) => port.name === name)
    if (!declared) continue
    const from = declared.containerPort
    declared.containerPort = to
    const env = (container.env ?? []).filter((variable) => variable.name !== 'PORT')
    container.env = [...env, { name: 'PORT', value: String(to) }]
    await live.objects.replace(resourceOf('apps/v1 Deployment'), live.namespace, next)
    return from
  }
  throw new Settled(
    missed('live-field', { what: reference, field: 'ports', found: 'not set', wanted: `the name ${name}` }),
  )
}

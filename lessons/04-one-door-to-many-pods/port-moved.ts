import { resourceOf } from '../../checker/cluster/objects.ts'
import type { Live, Probe, Reference } from '../../checker/live/live.ts'
import { outcomeOf } from '../../checker/live/live.ts'
import { missed, passed } from '../../checker/live/outcome.ts'
import { deploymentOf } from '../../checker/live/pods-of.ts'
import { openDoor } from '../../checker/live/reachable.ts'
import { rollout } from '../../checker/live/rollout.ts'
import { copyOf } from '../../cluster/apimachinery/objects.ts'

/** The Deployment's first container is moved to another port under the same port name; the Service must still answer. */
export function portMoved(deployment: Reference, service: Reference, port: number): Probe {
  return async (live) => {
    const before = await deploymentOf(live, deployment)
    await moveTo(live, deployment, port)
    try {
      const rolledOut = await outcomeOf(rollout(deployment), live)
      if (rolledOut.verdict !== 'passed') return rolledOut
      const { door } = await openDoor(live, service)
      const reply = await door.ask('/')
      return reply.kind === 'answer' && reply.status === 200
        ? passed(`the server listens on ${port} now; answered at ${door.via}`)
        : missed('live-unanswered', { answered: 0, sent: 1 })
    } finally {
      const [first] = before.spec.template.spec?.containers.flatMap(({ ports = [] }) => ports) ?? []
      await moveTo(live, deployment, first?.containerPort ?? 3000)
      await outcomeOf(rollout(deployment), live)
    }
  }
}

async function moveTo(live: Live, reference: Reference, port: number): Promise<void> {
  const next = copyOf(await deploymentOf(live, reference))
  const [container] = next.spec.template.spec?.containers ?? []
  if (!container) return
  const env = (container.env ?? []).filter(({ name }) => name !== 'PORT')
  container.env = [...env, { name: 'PORT', value: String(port) }]
  for (const [index, declared] of (container.ports ?? []).entries()) if (index === 0) declared.containerPort = port
  await live.objects.replace(resourceOf('apps/v1 Deployment'), live.namespace, next)
}

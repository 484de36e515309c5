import type { Choice } from '../../checker/lesson/index.ts'

/** What decides between the tools of this lesson: the table of its text, and the facts of cases.yaml. */
export const tools: Choice = {
  tools: {
    none: ['nothing-runs'],
    compose: ['one-host', 'part-of-docker'],
    swarm: ['several-hosts', 'part-of-docker'],
    // its autoscaler is a program of its own, made by the same people
    nomad: ['several-hosts', 'autoscaling', 'not-only-containers'],
    kubernetes: ['several-hosts', 'autoscaling', 'own-kinds'],
  },
  facts: {
    'one-host': 'one machine, and nothing more to look after',
    'several-hosts': 'going on when a host is lost',
    'part-of-docker': 'nothing but Docker on the hosts',
    autoscaling: 'copies that follow the load by themselves',
    'not-only-containers': 'programs outside containers',
    'own-kinds': 'kinds of your own',
    'nothing-runs': 'nothing to run',
  },
  aliases: {
    'docker-compose': 'compose',
    'docker-swarm': 'swarm',
    'hashicorp-nomad': 'nomad',
    k8s: 'kubernetes',
  },
}

/** What each case of cases.yaml asks for. Where two tools give it, both are right. */
export const cases: Readonly<Record<string, { readonly title: string; readonly needs: readonly string[] }>> = {
  wiki: { title: 'the wiki', needs: ['one-host'] },
  backOffice: { title: 'the back office', needs: ['several-hosts', 'part-of-docker'] },
  factory: { title: 'the factory', needs: ['several-hosts', 'not-only-containers'] },
  tickets: { title: 'the ticket shop', needs: ['several-hosts', 'autoscaling'] },
  platform: { title: 'the platform', needs: ['several-hosts', 'own-kinds'] },
  flyer: { title: 'the flyer', needs: ['nothing-runs'] },
}

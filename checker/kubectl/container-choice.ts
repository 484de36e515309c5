import { at, type KubeObject } from './objects.ts'
import type { Session } from './session.ts'

export function containerNames(pod: KubeObject, list: 'containers' | 'initContainers'): readonly string[] {
  return ((at(pod, 'spec', list) ?? []) as { name: string }[]).map(({ name }) => name)
}

/** The container that is meant where none is named: the annotated or the first, and a note where there are several. */
export function defaultContainer(session: Session, pod: KubeObject): string {
  const main = containerNames(pod, 'containers')
  const marked = pod.metadata.annotations?.['kubectl.kubernetes.io/default-container']
  if (marked && main.includes(marked)) return marked
  const [first = ''] = main
  if (main.length > 1) {
    const others = containerNames(pod, 'initContainers').map((name) => `, ${name} (init)`)
    session.note(`Defaulted container "${first}" out of: ${main.join(', ')}${others.join('')}`)
  }
  return first
}

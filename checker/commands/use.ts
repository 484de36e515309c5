import { minimist } from 'zx'
import { ClusterFault } from '../cluster/cluster-fault.ts'
import { workspaceFolder } from '../learner/exercise-place.ts'
import { ProgressFile } from '../learner/progress.ts'
import { nearest } from '../schema/did-you-mean.ts'

const USAGE = `
  npm run use                       which cluster the checks run on, and which others there are
  npm run use practice              the practice cluster
  npm run use kind-kind             a context of your own kubeconfig
`

/** `npm run use NAME`: which cluster the checks run on from now on. */
export async function run(args: readonly string[]): Promise<number> {
  const { _: words } = minimist([...args], { string: ['_'] }) as { _: string[] }
  const [name, ...more] = words
  if (more.length > 0) {
    console.error(`  one name at a time\n${USAGE}`)
    return 2
  }
  const progress = new ProgressFile(workspaceFolder())
  if (name === undefined) return await show(progress)
  if (name === 'practice') {
    progress.update((state) => {
      delete state.cluster
    })
    console.log('  Checks run on the practice cluster.')
    return 0
  }
  const contexts = await contextsHere()
  if (!contexts.includes(name)) {
    const [meant] = nearest(name, contexts)
    const question = meant === undefined ? '' : ` Did you mean ${meant}?`
    console.error(
      `  Your kubeconfig has no context "${name}".${question} It has: ${contexts.join(', ') || 'none'}; and there is: practice`,
    )
    return 2
  }
  // npm run shell sets KUBECONFIG for itself: what is meant is the file of now
  const kubeconfig = process.env.KUBECONFIG
  progress.update((state) => {
    state.cluster = { context: name, ...(kubeconfig && { kubeconfig }) }
  })
  console.log(`  Checks run on the cluster of the context ${name}, each lesson in a namespace of its own.`)
  console.log('  Back: npm run use practice')
  return 0
}

async function show(progress: ProgressFile): Promise<number> {
  const { cluster } = progress.read()
  console.log(`  Checks run on ${cluster ? `the cluster of the context ${cluster.context}` : 'the practice cluster'}.`)
  const others = ['practice', ...(await contextsHere())].filter((name) => name !== (cluster?.context ?? 'practice'))
  if (others.length > 0) console.log(`  Others: ${others.join(', ')}`)
  return 0
}

async function contextsHere(): Promise<readonly string[]> {
  const { contextsOf } = await import('../cluster/connect.ts')
  try {
    return await contextsOf()
  } catch (error) {
    if (error instanceof ClusterFault) return []
    throw error
  }
}

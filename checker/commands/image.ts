import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { minimist } from 'zx'
import { parseImageName } from '../../cluster/kubelet/runtime/images/image-name.ts'
import { ImageBuildError } from '../cluster/cluster.ts'
import { buildPracticeImage } from '../image/practice-image.ts'
import { exerciseHere } from '../learner/choose.ts'
import { placeOf, shownPath, workspaceFolder } from '../learner/exercise-place.ts'
import { type Progress, ProgressFile } from '../learner/progress.ts'

const DEFAULT_NAME = 'my-server:1.0'
const USAGE = `
  npm run image                          builds the Dockerfile of the lesson you are at as ${DEFAULT_NAME}
  npm run image my-server:2.0            under another name
  npm run image my-server:2.0 FOLDER     of another folder
  npm run image -- --context NAME        for another cluster, for this run
`

/** `npm run image [NAME] [FOLDER]`: builds the learner's server where the cluster in use finds it. */
export async function run(args: readonly string[]): Promise<number> {
  const { _: words, context: asked } = minimist([...args], { string: ['_', 'context'] }) as {
    _: string[]
    context?: string
  }
  const [name = DEFAULT_NAME, named, ...more] = words
  if (more.length > 0 || !parseImageName(name)) {
    const why =
      more.length > 0 ? `too many words: ${words.join(' ')}` : `"${name}" is no name of an image, as my-server:1.0 is`
    console.error(`  ${why}\n${USAGE}`)
    return 2
  }
  const progress = new ProgressFile(workspaceFolder()).read()
  const folder = named === undefined ? here(progress) : path.resolve(process.env.INIT_CWD ?? '.', named)
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory() || !existsSync(path.join(folder, 'Dockerfile'))) {
    console.error(`  There is no Dockerfile in ${shownPath(folder)}.\n${USAGE}`)
    return 2
  }
  const context = asked ?? progress.cluster?.context
  try {
    if (context === undefined || context === 'practice') await forPractice(folder, name)
    else await forReal(context, folder, name)
    return 0
  } catch (error) {
    if (!(error instanceof ImageBuildError)) throw error
    console.error(`\n  The image was not built.\n  ${error.message}`)
    return 1
  }
}

/** The folder of the lesson or drill that the learner is at. */
function here(progress: Progress): string {
  const { lesson, drill } = exerciseHere(progress)
  return placeOf(lesson, drill).folder
}

async function forPractice(folder: string, name: string): Promise<void> {
  console.log(`  Building ${name} of ${shownPath(folder)} for the practice cluster`)
  await buildPracticeImage(folder, name, ({ number, total, text, note }) => {
    console.log(`    ${number}/${total}  ${text}`)
    if (note !== undefined) console.log(`         ${note}`)
  })
  console.log(`  ${name} is built. Pods that run an older one keep it until they are replaced.`)
}

async function forReal(context: string, folder: string, name: string): Promise<void> {
  const { buildRealImage } = await import('../image/real-image.ts')
  console.log(`  Building ${name} of ${shownPath(folder)} for the cluster of the context ${context}`)
  await buildRealImage(context, folder, name, (command) => console.log(`    $ ${command}`))
  console.log(`  ${name} is there.`)
}

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { chooseExercise, UsageError, wordsFor } from '../learner/choose.ts'
import { shownPath, workspaceFolder } from '../learner/exercise-place.ts'
import { ProgressFile } from '../learner/progress.ts'
import { workbook } from '../practice/workbook.ts'
import { accessFolder, openAccess } from '../shell/access.ts'
import { commandArguments } from '../shell/arguments.ts'
import { chooseKubectl } from '../shell/kubectl-choice.ts'
import { learnerEnvironment, learnerShell } from '../shell/learner-shell.ts'
import { writeShims } from '../shell/shim.ts'

/** `npm run shell [N [DRILL]]`: the learner's own shell in the lesson's folder, where kubectl talks to the cluster in use. */
export async function run(args: readonly string[]): Promise<number> {
  const { words, context } = commandArguments(args)
  try {
    const progress = new ProgressFile(workspaceFolder()).read()
    const place = await chooseExercise(words, progress)
    if (!existsSync(place.folder)) {
      console.error(`  Lesson ${place.lesson.number} has not been opened yet:  npm run lesson${wordsFor(place)}`)
      return 2
    }
    const [access, kubectl] = await Promise.all([
      openAccess(place, progress, { context, say: (line) => console.log(`  ${line}`) }),
      chooseKubectl(process.env, accessFolder()),
    ])
    const program = kubectl.installed
      ? { file: kubectl.installed.file, args: [] }
      : { file: process.execPath, args: [path.join(workbook, 'checker', 'launch.mjs'), 'kubectl'] }
    const bin = writeShims(access.folder, program, access.kubeconfig)
    const shell = learnerShell(process.env, bin, access.kubeconfig, path.join(access.folder, 'start'))
    console.log(`  ${access.title}, namespace ${access.namespace}; ${kubectl.words}`)
    console.log(`  You are in ${shownPath(place.folder)}. Leave with: exit\n`)
    const leave = access.stayAwake()
    try {
      return await running(shell.file, shell.args, place.folder, {
        ...learnerEnvironment(process.env, access.kubeconfig, bin),
        ...shell.env,
      })
    } finally {
      leave()
    }
  } catch (error) {
    console.error(`  ${error instanceof Error ? error.message : String(error)}`)
    return error instanceof UsageError ? 2 : 3
  }
}

/** How a shell ended is the learner's own affair; only one that could not be started is a failure. */
function running(file: string, args: readonly string[], cwd: string, env: Record<string, string>): Promise<number> {
  // Ctrl-C is for what runs in the shell.
  const ignore = () => {}
  process.on('SIGINT', ignore)
  return new Promise<number>((resolve, reject) => {
    const shell = spawn(file, args, { cwd, env, stdio: 'inherit' })
    shell.on('error', (error) => reject(new Error(`your shell ${file} cannot be started: ${error.message}`)))
    shell.on('exit', () => resolve(0))
  }).finally(() => process.off('SIGINT', ignore))
}

import { spawn } from 'node:child_process'
import { placeOf, workspaceFolder } from '../learner/exercise-place.ts'
import { SHIM } from '../shell/shim.ts'

/**
 * `npm run kubectl -- get pods`: kubectl for the lesson that one is at, without a shell. The shim of `npm run shell` comes here
 * too where the workbook's own kubectl is used; all is chosen then.
 */
export async function run(args: readonly string[]): Promise<number> {
  if (process.env[SHIM] === 'own') return await own(args)
  const typedIn = process.env.INIT_CWD
  if (typedIn) process.chdir(typedIn)
  const [{ exerciseHere }, { ProgressFile }, { accessFolder, openAccess }, { chooseKubectl }, { learnerEnvironment }] =
    await Promise.all([
      import('../learner/choose.ts'),
      import('../learner/progress.ts'),
      import('../shell/access.ts'),
      import('../shell/kubectl-choice.ts'),
      import('../shell/learner-shell.ts'),
    ])
  const progress = new ProgressFile(workspaceFolder()).read()
  const { lesson, drill } = exerciseHere(progress)
  try {
    const [access, { installed, words }] = await Promise.all([
      // On the other channel: what kubectl prints may be piped.
      openAccess(placeOf(lesson, drill), progress, { say: (line) => console.error(`  ${line}`) }),
      chooseKubectl(process.env, accessFolder()),
    ])
    const withConfig = [`--kubeconfig=${access.kubeconfig}`, ...args]
    if (installed) return await started(installed.file, withConfig, learnerEnvironment(process.env, access.kubeconfig))
    if (process.stderr.isTTY) console.error(`  ${words}`)
    return await own(withConfig)
  } catch (error) {
    console.error(`  ${error instanceof Error ? error.message : String(error)}`)
    return 3
  }
}

async function own(args: readonly string[]): Promise<number> {
  const { run: runKubectl } = await import('../kubectl/run.ts')
  return await runKubectl(args)
}

function started(file: string, args: readonly string[], env: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env, stdio: 'inherit', shell: file.endsWith('.cmd') })
    // Ctrl-C reaches kubectl by itself; this process waits for how it ends.
    process.on('SIGINT', () => {})
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 130))
  })
}

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { resourceOf } from '../../checker/cluster/objects.ts'
import { placeOf } from '../../checker/learner/exercise-place.ts'
import { ProgressFile } from '../../checker/learner/progress.ts'
import { handOut } from '../../checker/learner/starters.ts'
import { workbook } from '../../checker/practice/workbook.ts'
import { chooseKubectl } from '../../checker/shell/kubectl-choice.ts'
import { writeShims } from '../../checker/shell/shim.ts'
import { lessons } from '../../lessons/index.ts'
import { startPracticeCluster, type TestCluster } from '../grading/clusters.ts'
import { suite } from '../harness/suite.ts'
import { commandBlocks, isShown } from './command-blocks.ts'
import { MovedPorts } from './moved-ports.ts'
import { readingPause } from './reading-pause.ts'
import { noTerminal, TextShell } from './text-shell.ts'

interface Settings {
  /** Ports of this machine that the text takes for its own. Another program may have them, so others stand in for them here. */
  readonly ports?: readonly number[]
}

/**
 * Declares and runs the suite of a lesson's text: each command block in order, as a learner types it, its output compared; at the end
 * nothing runs that the text started. With WORKBOOK_KUBECTL=own in the environment kubectl is the workbook's own, as on a machine
 * without one.
 */
export async function suiteOfText(slug: string, { ports = [] }: Settings = {}): Promise<void> {
  const untried = noTerminal()
  const moved = await MovedPorts.of(ports)
  const test = suite(`the text of ${slug}${moved.note}${untried ? ` (not tried: ${untried})` : ''}`, {
    deadline: 120_000,
  })
  const lesson = lessons.find((entry) => entry.slug === slug)
  if (!lesson) throw new RangeError(`no lesson ${slug}`)
  // below the workbook, so that `npm run` and `npx` find it from there, as from a learner's folder
  const workspace = path.join(workbook, 'workspace', `.texts-${process.pid}`)
  const place = placeOf(lesson, undefined, workspace)
  const exercise = await lesson.load()
  let started: TestCluster | undefined
  let shell: TextShell | undefined

  test.before(async () => {
    if (untried) return
    started = await startPracticeCluster()
    handOut(place, exercise, new ProgressFile(workspace))
    moved.inFiles(place.folder, Object.keys(exercise.files))
    const { objects } = started.cluster
    await objects.create(resourceOf('v1 Namespace'), undefined, { metadata: { name: place.namespace } })
    const kubeconfig = withNamespace(started.kubeconfig, place.namespace, workspace)
    const { installed } =
      process.env.WORKBOOK_KUBECTL === 'own'
        ? { installed: undefined }
        : await chooseKubectl(process.env, path.join(workspace, '.access'))
    const program = installed
      ? { file: installed.file, args: [] }
      : { file: process.execPath, args: [path.join(workbook, 'checker', 'launch.mjs'), 'kubectl'] }
    const bin = writeShims(workspace, program, kubeconfig)
    shell = new TextShell(place.folder, {
      PATH: `${bin}${path.delimiter}${process.env.PATH}`,
      HOME: process.env.HOME,
      KUBECONFIG: kubeconfig,
      WORKBOOK_WORKSPACE: workspace,
      WORKBOOK_CLUSTER_DIR: started.state.root,
      // what this machine's npm has to say of its settings is none of the text's
      npm_config_userconfig: path.join(workspace, '.npmrc'),
    })
  })
  test.after(async () => {
    await shell?.close()
    await started?.stop()
    rmSync(workspace, { recursive: true, force: true })
  })

  const markdown = readFileSync(path.join(place.starter, 'README.md'), 'utf8')
  const tried = untried ? test.skip : test
  for (const { commands, output, afterSolution, untilCtrlC, line } of commandBlocks(markdown)) {
    const [first = ''] = commands.trim().split('\n')
    tried(`line ${line}: ${first}`, async () => {
      if (!shell || !started) throw new Error('there is no shell')
      await readingPause(started.cluster.objects, place.namespace)
      if (afterSolution) {
        for (const name of Object.keys(exercise.files))
          cpSync(path.join(place.solution, name), path.join(place.folder, name))
        moved.inFiles(place.folder, Object.keys(exercise.files))
      }
      const shown = output === undefined ? undefined : moved.inText(output)
      const printed = await shell.run(moved.inText(commands), {
        ...(shown !== undefined && { isShown: (text: string) => isShown(shown, text) }),
        untilCtrlC,
      })
      if (shown === undefined || isShown(shown, printed)) return
      throw new Error(`the text shows:\n${shown}\nand this is printed:\n${printed}`)
    })
  }
  tried('nothing goes on that the text started', async () => {
    assert.is(await shell?.run('jobs'), '')
  })
  test.run()
}

/** A copy of the cluster's kubeconfig whose context has the lesson's namespace, as `npm run shell` gives one. */
function withNamespace(kubeconfig: string, namespace: string, folder: string): string {
  const config = JSON.parse(readFileSync(kubeconfig, 'utf8')) as { contexts: { context: { namespace?: string } }[] }
  for (const { context } of config.contexts) context.namespace = namespace
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, 'kubeconfig')
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 })
  return file
}

import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { isHeld } from '../../cluster/daemon/lifeline.ts'
import { defaultStateFolder, type StateFolder } from '../../cluster/daemon/state-folder.ts'
import { ensureBundle } from '../launch/bundle.mjs'
import { PracticeCluster, PracticeClusterError } from './practice-cluster.ts'
import { lockState } from './state-lock.ts'
import { workbook } from './workbook.ts'

/** A cluster that does not answer for this long hangs. Milliseconds. */
const HANGING_MS = 10_000
/** A start that takes longer has failed: a slow machine may need several seconds for a large store. Milliseconds. */
const START_MS = 30_000
/** A longer log begins anew at the next start. Bytes. */
const LONGEST_LOG = 5_000_000
/** The last lines of the log that are shown when a start fails. */
const LAST_WORDS = 15
/**
 * Small young generation, as little garbage is made when nobody asks; it keeps the process at a fraction of the memory, and
 * costs nothing that could be measured under load.
 */
const NODE_FLAGS = ['--max-semi-space-size=2']

export interface Starting {
  /** Where the cluster keeps its state; the workbook's own unless told. */
  readonly state?: StateFolder
  /** Hears what the learner should know: that the cluster was started, or restarted and why. */
  say?(line: string): void
  /** More of the environment for the process, as tests need. */
  readonly environment?: Readonly<Record<string, string>>
  /** Milliseconds without an answer after which a running cluster counts as hanging. */
  readonly hangingMs?: number
}

/**
 * Gives the practice cluster, and starts it if need be: not running, crashed, hanging, or of an older version of the workbook.
 * Two at once: the second waits and uses what the first started. Throws PracticeClusterError when it cannot be started.
 */
export async function ensureRunning(starting: Starting = {}): Promise<PracticeCluster> {
  const { state = defaultStateFolder(workbook), say = () => {}, hangingMs = HANGING_MS } = starting
  const bundle = await ensureBundle(workbook, 'cluster')
  const usable = await findRunning(state, 1_000)
  if (usable?.version === bundle.version) return usable

  state.create()
  const unlock = await lockState(state)
  try {
    const why = await clearTheWay(state, bundle.version, hangingMs, say)
    if (why instanceof PracticeCluster) return why
    const started = performance.now()
    await launch(state, bundle, starting.environment)
    const cluster = new PracticeCluster(state)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    say(`${why} in ${seconds} s: Kubernetes 1.34 API at ${cluster.url}, 3 nodes; pods are local processes`)
    return cluster
  } finally {
    await unlock()
  }
}

/** The running cluster, if there is one that answers within `ms`. Starts nothing. */
export async function findRunning(
  state: StateFolder = defaultStateFolder(workbook),
  ms = HANGING_MS,
): Promise<PracticeCluster | undefined> {
  if (!state.readProcess() || !(await isHeld(state.lifeline))) return undefined
  const cluster = new PracticeCluster(state)
  return (await cluster.ready(ms)) ? cluster : undefined
}

/** Ends what may not go on running. Gives the cluster if it is all right after all, else the beginning of what to say. */
async function clearTheWay(
  state: StateFolder,
  version: string,
  hangingMs: number,
  say: (line: string) => void,
): Promise<PracticeCluster | string> {
  const file = state.readProcess()
  if (!(await isHeld(state.lifeline))) {
    return file ? 'The practice cluster had died; restarted with its state' : 'Practice cluster started'
  }
  if (!file) {
    // Starting or ending right now: it says so soon.
    await waitFor(async () => state.readProcess() !== undefined || !(await isHeld(state.lifeline)), hangingMs)
    if (!state.readProcess()) return 'Practice cluster started'
  }
  const cluster = new PracticeCluster(state)
  if (!(await cluster.ready(hangingMs))) {
    say(`The practice cluster (process ${cluster.pid}) has not answered for ${hangingMs / 1000} s; it is restarted.`)
    await kill(cluster.pid, state)
    return 'The practice cluster was hanging; restarted with its state'
  }
  if (cluster.version === version) return cluster
  await stopRunning(cluster, state)
  return 'The workbook is newer than the practice cluster was; restarted with its state'
}

/** Stops a cluster the gentle way, or the hard one when that takes too long. */
export async function stopRunning(cluster: PracticeCluster, state = defaultStateFolder(workbook)): Promise<void> {
  await cluster.shutdown().catch(() => {})
  // Longer than the grace period that the cluster gives its pods.
  const ended = await waitFor(async () => !(await isHeld(state.lifeline)), 15_000)
  if (!ended) await kill(cluster.pid, state)
}

/** Ends a cluster that does not answer. */
export async function killRunning(state: StateFolder): Promise<void> {
  const running = state.readProcess()
  if (running) await kill(running.pid, state)
  state.removeProcess()
}

async function kill(pid: number, state: StateFolder): Promise<void> {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
  await waitFor(async () => !(await isHeld(state.lifeline)), 5_000)
}

async function launch(
  state: StateFolder,
  bundle: { readonly folder: string; readonly version: string },
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const size = statSync(state.log, { throwIfNoEntry: false })?.size ?? 0
  const rotate = size > LONGEST_LOG
  const log = openSync(state.log, rotate ? 'w' : 'a', 0o600)
  state.removeProcess()
  const child = spawn(
    process.execPath,
    [...NODE_FLAGS, path.join(bundle.folder, 'main.js'), state.root, bundle.version],
    {
      cwd: state.root,
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...processEnvironment(), ...environment },
      windowsHide: true,
    },
  )
  closeSync(log)
  let ended: string | undefined
  child.once('error', (error) => {
    ended = error.message
  })
  child.once('exit', (code, signal) => {
    ended = signal ? `ended by ${signal}` : `exit code ${code}`
  })
  const ready = await waitFor(() => ended !== undefined || state.readProcess()?.pid === child.pid, START_MS)
  child.unref()
  if (ended === undefined && ready) return
  child.kill('SIGKILL')
  const lines = readFileSync(state.log)
    .subarray(rotate ? 0 : size)
    .toString()
    .trimEnd()
    .split('\n')
    .slice(-LAST_WORDS)
  throw new PracticeClusterError(
    [
      `The practice cluster could not be started (${ended ?? `not ready after ${START_MS / 1000} s`}). The end of ${state.log}:`,
      ...lines.map((line) => `    ${line}`),
      'A fresh start, without its objects:  npm run cluster wipe',
    ].join('\n  '),
  )
}

/** What the process needs of the environment: none of npm's, none that would change Node. */
function processEnvironment(): Record<string, string> {
  const names = [
    'PATH',
    'HOME',
    'USERPROFILE',
    'TMPDIR',
    'TEMP',
    'TMP',
    'SystemRoot',
    'LANG',
    'TZ',
    'PATHEXT',
    'COMSPEC',
  ]
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  )
}

async function waitFor(condition: () => boolean | Promise<boolean>, ms: number): Promise<boolean> {
  const end = performance.now() + ms
  while (!(await condition())) {
    if (performance.now() > end) return false
    await new Promise((resolve) => setTimeout(resolve, 4))
  }
  return true
}

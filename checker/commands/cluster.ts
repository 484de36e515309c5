import { rmSync, statSync } from 'node:fs'
import { confirm, isCancel } from '@clack/prompts'
import { isHeld } from '../../cluster/daemon/lifeline.ts'
import { defaultStateFolder } from '../../cluster/daemon/state-folder.ts'
import { ensureRunning, findRunning, killRunning, stopRunning } from '../practice/ensure-running.ts'
import { type PracticeCluster, PracticeClusterError } from '../practice/practice-cluster.ts'
import { lockState } from '../practice/state-lock.ts'
import { statusScreen } from '../practice/status-screen.ts'
import { workbook } from '../practice/workbook.ts'

const USAGE = `
  npm run cluster                   how it is
  npm run cluster start             starts it; after it the API answers
  npm run cluster stop              stops it with all its pods; objects are kept
  npm run cluster restart
  npm run cluster stop NAME         stops one part: scheduler, controller-manager, kube-proxy, kubelet/node-2, node-2, …
  npm run cluster start NAME        starts it again
  npm run cluster speed 10          lets the control plane's clock go ten times as fast; 1 is real time
  npm run cluster wipe              removes it with all its objects and built images; asks before, unless --yes
`

const state = defaultStateFolder(workbook)

/** `npm run cluster`: the practice cluster's process, its parts, its clock. */
export async function run(args: readonly string[]): Promise<number> {
  const words = args.filter((word) => !word.startsWith('-'))
  const [verb = 'status', name] = words
  try {
    switch (`${verb}${name === undefined ? '' : ' NAME'}`) {
      case 'status':
        return await status(args.includes('--json'))
      case 'start':
        return await start()
      case 'stop':
        return await stop()
      case 'restart':
        await stop()
        return await start()
      case 'wipe':
        return await wipe(args.includes('--yes') || args.includes('-y'))
      case 'start NAME':
      case 'stop NAME':
        return await turn(verb as 'start' | 'stop', name as string)
      case 'speed':
      case 'speed NAME':
        return await speed(name)
      default:
        console.error(`  "${words.join(' ')}" is nothing that the cluster can do.\n${USAGE}`)
        return 2
    }
  } catch (error) {
    if (!(error instanceof PracticeClusterError)) throw error
    console.error(`  ${error.message}`)
    return 3
  }
}

function say(line: string): void {
  console.log(`  ${line}`)
}

async function start(): Promise<number> {
  let said = false
  const cluster = await ensureRunning({
    say: (line) => {
      said = true
      say(line)
    },
  })
  if (!said) say(`The practice cluster runs already: ${cluster.url}`)
  return 0
}

async function stop(): Promise<number> {
  if (!(await isHeld(state.lifeline))) {
    if (state.readProcess()) {
      say('The practice cluster had died; nothing of it runs. Its objects are kept.')
      state.removeProcess()
    } else say('The practice cluster does not run.')
    return 0
  }
  await end()
  say('Practice cluster stopped; its objects are kept. Start it:  npm run cluster start')
  return 0
}

/** Ends the process, gently if it still answers. */
async function end(): Promise<void> {
  const unlock = await lockState(state)
  try {
    const cluster = await findRunning(state)
    if (cluster) await stopRunning(cluster, state)
    else await killRunning(state)
  } finally {
    await unlock()
  }
}

async function status(json: boolean): Promise<number> {
  const cluster = await findRunning(state)
  if (cluster) {
    const found = await cluster.status()
    console.log(json ? JSON.stringify(found, null, 2) : await statusScreen(cluster, found))
    return 0
  }
  if (json) console.log('null')
  else if (await isHeld(state.lifeline))
    say('The practice cluster does not answer. Restart it:  npm run cluster restart')
  else if (state.readProcess())
    say('The practice cluster has died. Start it again, with its objects:  npm run cluster start')
  else say('The practice cluster does not run. Start it:  npm run cluster start')
  return 0
}

/** Stops or starts one part of a running cluster. */
async function turn(verb: 'start' | 'stop', name: string): Promise<number> {
  const cluster = await runningOrNone()
  if (!cluster) return 2
  try {
    await cluster[verb](name)
  } catch (error) {
    console.error(`  ${(error as Error).message}`)
    return 2
  }
  if (verb === 'start') say(`${name} runs.`)
  else say(`${name} is stopped, and stays so until:  npm run cluster start ${name}  (or the cluster is restarted)`)
  return 0
}

async function speed(word: string | undefined): Promise<number> {
  const cluster = await runningOrNone()
  if (!cluster) return 2
  if (word !== undefined) {
    try {
      await cluster.setSpeed(Number(word))
    } catch (error) {
      console.error(`  ${(error as Error).message}`)
      return 2
    }
  }
  const now = (await cluster.status()).speed
  say(
    now === 1 ? "The control plane's clock goes in real time." : `The control plane's clock goes ${now} times as fast.`,
  )
  if (now !== 1)
    say('Back-off, eviction and time-to-live follow it; your containers and their probes live in real time.')
  return 0
}

async function runningOrNone(): Promise<PracticeCluster | undefined> {
  const cluster = await findRunning(state)
  if (!cluster) console.error('  The practice cluster does not run. Start it:  npm run cluster start')
  return cluster
}

async function wipe(yes: boolean): Promise<number> {
  if (!statSync(state.root, { throwIfNoEntry: false })) {
    say('There is no practice cluster to wipe.')
    return 0
  }
  say(`This removes ${state.root}: all objects of the practice cluster, images that you built for it, its kubeconfig.`)
  say('Your files in workspace/ stay as they are.')
  if (!yes) {
    if (!process.stdin.isTTY) {
      console.error('  Nobody is here to be asked. To wipe it all the same:  npm run cluster wipe -- --yes')
      return 2
    }
    const sure = await confirm({ message: 'Wipe it?', initialValue: false })
    if (isCancel(sure) || !sure) {
      say('Nothing was removed.')
      return 0
    }
  }
  if (await isHeld(state.lifeline)) await end()
  rmSync(state.root, { recursive: true, force: true })
  say('Wiped. A fresh one:  npm run cluster start')
  return 0
}

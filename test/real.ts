/**
 * `npm run test:real`: real Kubernetes is the judge. On the cluster of KUBECONFIG's current context, all solutions pass and all
 * starters fail; our kubectl and our API client do what theirs do. Where ../shared/real-cluster is there, our controllers also run
 * against a kube-apiserver whose own are stopped. Ends with `N passed, N failed`.
 *
 * WORKBOOK_IMAGE_LOADER names a command that builds and loads an image (it gets NAME FOLDER); without it, the one of
 * ../shared/real-cluster is used, and IMAGE_NODE must name a node binary of 22.18 or newer.
 */
import { execFileSync, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { startBareControlPlane } from './real/control-plane.ts'
import { hasRealCluster, realClusterScript } from './real/real-cluster.ts'

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const tsx = ['--import', import.meta.resolve('tsx')]

if (!process.env.KUBECONFIG && hasRealCluster) {
  const words = execFileSync(realClusterScript, ['env'], { encoding: 'utf8' })
  process.env.KUBECONFIG = /KUBECONFIG=(\S+)/.exec(words)?.[1] ?? ''
}
try {
  execFileSync('kubectl', ['get', '--raw', '/readyz', '--request-timeout=10s'], { stdio: 'ignore' })
} catch {
  console.log(
    '✗ no cluster answers at the current context of KUBECONFIG; start one, or name another\n\n0 passed, 1 failed',
  )
  process.exit(1)
}

const environment: NodeJS.ProcessEnv = { ...process.env, REAL_KUBECONFIG: process.env.KUBECONFIG }
if (hasRealCluster && !process.env.WORKBOOK_IMAGE_LOADER) {
  environment.WORKBOOK_IMAGE_LOADER = [process.execPath, ...tsx, file('real/load-image.ts')].join(' ')
  environment.REAL_BUSYBOX_LOADER = `${realClusterScript} busybox-image`
}

let passed = 0
let failed = 0
/** Whether the parts that began before have said all. */
let printed = Promise.resolve()
await part('solutions and starters', [file('real/lessons.real.ts'), ...process.argv.slice(2)], environment)
// two clusters, and much waiting: at the same time
await Promise.all([besideTheRealOnes(), hasRealCluster && controllersOnRealServer()])
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed > 0 ? 1 : 0)

function besideTheRealOnes(): Promise<void> {
  const tests = ['real-kubectl', 'real-protobuf', 'imperative', 'api-client']
  return part('kubectl and the API client beside the real ones', [file('run.ts'), ...tests], environment)
}

async function controllersOnRealServer(): Promise<void> {
  const plane = await startBareControlPlane()
  try {
    const words = [file('real/controllers.real.ts')]
    await part('our controllers on a real API server', words, { ...environment, ...plane.environment })
  } finally {
    plane.stop()
  }
}

/** Runs one program that ends with `N passed, N failed`; no such line is a failure. */
async function part(title: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(process.execPath, [...tsx, ...words], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  // those that run at the same time do not mix their words
  const before = printed
  let heard = () => {}
  printed = new Promise((resolve) => {
    heard = resolve
  })
  let output = ''
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  await before
  console.log(`\n── ${title}`)
  process.stdout.write(output)
  child.stdout.pipe(process.stdout, { end: false })
  const code = await ended
  heard()
  const [, good, bad] = [...output.matchAll(/(\d+) passed, (\d+) failed/g)].at(-1) ?? []
  passed += Number(good ?? 0)
  failed += Number(bad ?? 0)
  if (bad === undefined || (code !== 0 && bad === '0')) failed += 1
}

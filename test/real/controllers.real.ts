/**
 * Plays the control plane's scenarios on a real kube-apiserver, with its own kube-controller-manager and kube-scheduler
 * stopped:
 *
 *     REAL_API_SERVER=https://127.0.0.1:6443 REAL_API_TOKEN=… npx tsx test/real/controllers.real.ts [PART_OF_TITLE …]
 *
 * Ends with `N passed, N failed`; skips, visibly, without those variables.
 */
import { httpsClient } from '../../cluster/client/https-client.ts'
import { startRealWorld } from '../harness/real-world.ts'
import { scenarios } from '../scenarios/index.ts'

const { REAL_API_SERVER: server, REAL_API_TOKEN: token } = process.env
if (!server || !token) {
  console.log('skipped: REAL_API_SERVER and REAL_API_TOKEN name no API server')
  process.exit(0)
}

const wanted = process.argv.slice(2)
const chosen = scenarios.filter(({ title }) => wanted.length === 0 || wanted.some((part) => title.includes(part)))
let passed = 0
let failed = 0

const begun = performance.now()
const real = await startRealWorld((manager) => httpsClient({ server, token, insecure: true, manager }))

for (const [index, { title, play }] of chosen.entries()) {
  const started = performance.now()
  try {
    const world = await real.enter(`scenario-${process.pid}-${index}`)
    try {
      await play(world)
    } finally {
      await world.stop()
    }
    passed += 1
    console.log(`✓ ${title} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
  } catch (error) {
    failed += 1
    console.log(`✗ ${title}\n${error instanceof Error ? error.stack : error}`)
  }
}

await real.stop()
console.log(`in ${((performance.now() - begun) / 1000).toFixed(0)} s`)
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed > 0 ? 1 : 0)

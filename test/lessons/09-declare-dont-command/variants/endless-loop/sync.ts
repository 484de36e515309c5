import { spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

const place = process.argv[2] ?? '.'
const shell = process.platform === 'win32'

while (true) {
  spawnSync('kubectl', ['apply', '-f', place], { stdio: 'inherit', shell })
  await sleep(1000)
}

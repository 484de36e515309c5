import { spawnSync } from 'node:child_process'
import { watch } from 'node:fs'

const place = process.argv[2] ?? '.'
const shell = process.platform === 'win32'

const sync = () => spawnSync('kubectl', ['apply', '-f', place], { stdio: 'inherit', shell })
sync()
watch(place, sync)
setInterval(sync, 3000)

import { spawnSync } from 'node:child_process'

const place = process.argv[2] ?? '.'
const shell = process.platform === 'win32'

setInterval(() => spawnSync('kubectl', ['create', '-f', place], { stdio: 'inherit', shell }), 2000)

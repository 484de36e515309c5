import { spawnSync } from 'node:child_process'

const place = process.argv[2] ?? '.'
const shell = process.platform === 'win32'

setInterval(() => spawnSync('kubectl', ['apply', '--dry-run=server', '-f', place], { stdio: 'inherit', shell }), 2000)

import { execFileSync } from 'node:child_process'

const place = process.argv[2] ?? '.'
const shell = process.platform === 'win32'

setInterval(() => execFileSync('kubectl', ['apply', '-f', place], { stdio: 'inherit', shell }), 2000)

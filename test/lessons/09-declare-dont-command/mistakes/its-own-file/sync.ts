import { spawnSync } from 'node:child_process'

const place = process.argv[2] ?? '.'
const shell = process.platform === 'win32'

setInterval(() => spawnSync('kubectl', ['apply', '-f', 'k8s.yaml'], { stdio: 'inherit', shell }), 2000)

import { execFileSync } from 'node:child_process'

const place = process.argv[2] ?? '.'
const shell = process.platform === 'win32'

setInterval(() => {
  try {
    execFileSync('kubectl', ['apply', '-f', place], { stdio: 'inherit', shell })
  } catch {
    console.error('kubectl failed; the next turn tries again')
  }
}, 2000)

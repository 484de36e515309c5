// How a new version went live before there was a Deployment: stop the old servers, start the new ones.
//   npx tsx by-hand.ts 1.1
import { spawnSync } from 'node:child_process'
import path from 'node:path'

const version = process.argv[2]
const servers = ['by-hand-1', 'by-hand-2', 'by-hand-3']

if (!version) {
  console.error('Which version? For example: npx tsx by-hand.ts 1.1')
  process.exit(2)
}
// their door, and a customer
kubectl('apply', '-f', path.join(path.dirname(process.argv[1] ?? ''), 'by-hand.yaml'))
kubectl('delete', 'pods', ...servers, '--ignore-not-found')
for (const name of servers) kubectl('run', name, `--image=starter-app:${version}`, '--labels=app=by-hand')

function kubectl(...words: string[]): void {
  // on Windows it may be a batch file, which only a shell can start
  const { status } = spawnSync('kubectl', words, { stdio: 'inherit', shell: process.platform === 'win32' })
  if (status !== 0) process.exit(1)
}

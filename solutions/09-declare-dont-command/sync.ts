// Makes the cluster as the manifests of a folder (or a file) say, again and again.
//   npx tsx sync.ts k8s.yaml
import { spawnSync } from 'node:child_process'

const place = process.argv[2] ?? '.'

function sync(): void {
  // on Windows kubectl may be a batch file, which only a shell can start
  spawnSync('kubectl', ['apply', '-f', place], { stdio: 'inherit', shell: process.platform === 'win32' })
}

sync()
// Not when a file has changed: the files are not the only thing that changes. Whether apply has failed makes no difference either, as the
// next turn tries again.
setInterval(sync, 2_000)

// Makes the cluster as the manifests of a folder (or a file) say.
//   npx tsx sync.ts k8s.yaml
import { spawnSync } from 'node:child_process'
import { watch } from 'node:fs'

const place = process.argv[2] ?? '.'

function sync(): void {
  // on Windows kubectl may be a batch file, which only a shell can start
  spawnSync('kubectl', ['apply', '-f', place], { stdio: 'inherit', shell: process.platform === 'win32' })
}

sync()
// again whenever a file has changed
watch(place, sync)

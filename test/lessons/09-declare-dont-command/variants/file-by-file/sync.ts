import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'

const place = process.argv[2] ?? '.'
const shell = process.platform === 'win32'
setInterval(() => {
  const files = statSync(place).isDirectory() ? readdirSync(place).filter((name) => /\.(ya?ml|json)$/.test(name)) : ['']
  for (const name of files)
    spawnSync('kubectl', ['apply', '-f', path.join(place, name)], { stdio: 'inherit', shell })
}, 2000)

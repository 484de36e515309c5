// biome-ignore-all lint/style/useNodejsImportProtocol: an old Node does not know node:, and must come as far as the message
/**
 * What `npm run NAME` starts: `node checker/launch.mjs NAME [words]`. Plain JavaScript in old words, because it is there to tell
 * an old Node that it is too old. Order matters: the version, the packages, the bundle, then the command.
 * Exit codes: 0 passed, 1 not passed, 2 used wrongly, 3 no verdict.
 */
import { readFileSync } from 'fs'
import { dirname, join } from 'path'
import { fileURLToPath } from 'url'

var root = dirname(dirname(fileURLToPath(import.meta.url)))
var engines = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines
var needed = /(\d+)\.(\d+)/.exec(engines.node)
var found = /(\d+)\.(\d+)/.exec(process.versions.node)

if (+found[1] < +needed[1] || (+found[1] === +needed[1] && +found[2] < +needed[2])) {
  console.error(
    [
      '',
      '  This workbook needs Node ' +
        needed[0] +
        ' or newer; this is Node ' +
        process.versions.node +
        ' (' +
        process.execPath +
        ').',
      '',
      '  To get one, any of these:',
      '    an installer        https://nodejs.org/en/download  (take the LTS version)',
      '    nvm                 nvm install --lts',
      '    fnm                 fnm install --lts',
      '    Homebrew            brew install node',
      '    Windows             winget install OpenJS.NodeJS.LTS',
      '',
      '  Then type the same command again.',
      '',
    ].join('\n'),
  )
  process.exit(2)
} else {
  import('./launch/start.mjs')
    .then((launcher) => launcher.start(root, process.argv.slice(2)))
    .then(
      (code) => {
        end(code)
      },
      (error) => {
        console.error(error)
        end(3)
      },
    )
}

/** Exits when what was printed has left the process: a pipe would lose its last lines otherwise. */
function end(code) {
  process.exitCode = code
  process.stdout.write('', () => {
    process.stderr.write('', () => {
      process.exit(code)
    })
  })
}

/** The workbook's packages: there, and as the lockfile says, before anything needs them. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** An installation that has not said that it lives for this long is dead. Milliseconds. */
const STALE_MS = 30_000
/** npm's last words that are shown when it fails. Lines. */
const LAST_WORDS = 12

/**
 * Runs `npm ci` when packages are missing or older than the lockfile. `development`: also what only tests and checks of the
 * source need. Returns undefined when all is there, or the exit code of a failed installation, which it has explained.
 */
export async function ensureInstalled(root, { development }) {
  const state = installed(root, development)
  if (state === 'complete') return undefined
  const release = await lock(root)
  try {
    // Somebody else may have installed while we waited.
    if (installed(root, development) === 'complete') return undefined
    return await install(root, state, development)
  } finally {
    release()
  }
}

/** What is there: `nothing`, packages of an `older` lockfile, all but those for `development`, or all. */
function installed(root, development) {
  const list = modified(path.join(root, 'node_modules', '.package-lock.json'))
  if (list === undefined) return 'nothing'
  if (list < modified(path.join(root, 'package-lock.json'))) return 'older'
  if (development && !existsSync(path.join(root, 'node_modules', 'typescript', 'package.json'))) return 'development'
  return 'complete'
}

function modified(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs
}

async function install(root, state, development) {
  const what = {
    nothing: "First run: installing the workbook's packages",
    older: 'The workbook is newer than its packages: installing them',
    development: 'Installing the packages that tests need',
  }[state]
  const started = Date.now()
  const seconds = () => Math.round((Date.now() - started) / 1000)
  process.stderr.write(`  ${what} … `)
  const ticking = setInterval(() => {
    if (process.stderr.isTTY) process.stderr.write(`\r  ${what} … ${seconds()} s `)
  }, 1_000)
  // A tree that has the packages for tests keeps them.
  const full = development || existsSync(path.join(root, 'node_modules', 'typescript', 'package.json'))
  const { code, output } = await npm(root, [
    'ci',
    '--no-fund',
    '--no-audit',
    '--loglevel=error',
    ...(full ? [] : ['--omit=dev']),
  ])
  clearInterval(ticking)
  if (code === 0) {
    // An old modification time in the archive of a registry must not make us install again and again.
    const now = new Date()
    utimesSync(path.join(root, 'node_modules', '.package-lock.json'), now, now)
    process.stderr.write(process.stderr.isTTY ? `\r  ${what} … done in ${seconds()} s\n` : `done in ${seconds()} s\n`)
    return undefined
  }
  process.stderr.write('failed\n\n')
  for (const line of output.trimEnd().split('\n').slice(-LAST_WORDS)) process.stderr.write(`    ${line}\n`)
  process.stderr.write(
    [
      '',
      `  npm ci ended with ${code === undefined ? 'no exit code' : `exit code ${code}`}; above are its last lines.`,
      '  The usual reasons: no network, a proxy that npm does not know (npm config get proxy), a full disk.',
      '  Try it by itself:  npm ci        then the same command again.',
      '',
    ].join('\n'),
  )
  return 3
}

/** Runs npm as the one that started us, or else the one on the PATH. */
function npm(root, args) {
  const script = process.env.npm_execpath
  const own = script && /npm-cli\.[cm]?js$/.test(script) && existsSync(script)
  const environment = { ...process.env }
  // What was meant for our command is no business of this one.
  for (const name of Object.keys(environment)) {
    if (/^npm_config_(all|json|yes|watch|list|text|context|junit)$/.test(name)) delete environment[name]
  }
  const options = { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true }
  const child = own
    ? spawn(process.execPath, [script, ...args], options)
    : spawn(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { ...options, shell: process.platform === 'win32' })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (output += text))
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: undefined, output: `${output}${error.message}` }))
    child.on('close', (code) => resolve({ code: code ?? undefined, output }))
  })
}

/** Two commands at once on the first day: the second waits for the first. A folder, as making one is atomic everywhere. */
async function lock(root) {
  const folder = path.join(tmpdir(), `kbh-install-${createHash('sha256').update(root).digest('hex').slice(0, 10)}`)
  for (let said = false; ; said = true) {
    try {
      mkdirSync(folder)
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (Date.now() - (modified(folder) ?? Date.now()) > STALE_MS) rmSync(folder, { recursive: true, force: true })
    else {
      if (!said) process.stderr.write('  Another command is installing the packages; waiting for it.\n')
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
  const alive = setInterval(() => utimesSync(folder, new Date(), new Date()), STALE_MS / 3)
  return () => {
    clearInterval(alive)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** After the version check: packages, bundle, command. No package of the workbook may be imported here statically. */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { keptFromKubectl, meantArguments } from './flags.mjs'
import { ensureInstalled } from './install.mjs'

/** Commands that are programs over the TypeScript source, run as they are by tsx. */
const SCRIPTS = {
  test: 'test/run.ts',
  'test:grading': 'test/grading.ts',
  'test:real': 'test/real.ts',
  bench: 'test/bench/bench.ts',
}
/** Programs of packages: what checks the source. */
const PROGRAMS = {
  typecheck: ['typescript/bin/tsc', '--noEmit'],
  lint: ['@biomejs/biome/bin/biome', 'lint', '--write'],
  'lint:check': ['@biomejs/biome/bin/biome', 'lint'],
  format: ['@biomejs/biome/bin/biome', 'check', '--write', '--linter-enabled=false'],
  'format:check': ['@biomejs/biome/bin/biome', 'check', '--linter-enabled=false'],
}

/** Runs one command of the workbook; the promise gives its exit code. */
export async function start(root, [name, ...given]) {
  const commands = path.join(root, 'checker', 'commands')
  const known = readdirSync(commands).flatMap((file) =>
    file.endsWith('.ts') && !file.endsWith('.test.ts') ? [file.slice(0, -3)] : [],
  )
  const development = name in SCRIPTS || name in PROGRAMS
  if (!development && !known.includes(name)) {
    const valid = [...known, ...Object.keys(SCRIPTS), ...Object.keys(PROGRAMS)].sort()
    console.error(`  There is no command ${JSON.stringify(name ?? '')}. The commands are: ${valid.join(', ')}`)
    return 2
  }
  if (name === 'kubectl') {
    const kept = keptFromKubectl(process.env)
    if (kept.length > 0) {
      console.error(
        `  npm kept for itself: ${kept.join(' ')}\n  Put two dashes before what kubectl should get:  npm run kubectl -- ${given.join(' ')} ${kept.join(' ')}`,
      )
      return 2
    }
  }
  const failed = await ensureInstalled(root, { development })
  if (failed !== undefined) return failed

  const args = meantArguments(name, given, process.env)
  if (name in SCRIPTS) return child(['--import', 'tsx', path.join(root, SCRIPTS[name]), ...args], root)
  if (name in PROGRAMS) {
    const [program, ...options] = PROGRAMS[name]
    return child([path.join(root, 'node_modules', ...program.split('/')), ...options, ...args], root)
  }
  return await command(root, name, args)
}

/** Loads a command from the bundle and runs it. */
async function command(root, name, args) {
  const { ensureBundle } = await import('./bundle.mjs')
  const bundle = await ensureBundle(root, 'checker')
  process.env.WORKBOOK_ROOT = root
  try {
    const { run } = await import(pathToFileURL(path.join(bundle.folder, 'commands', `${name}.js`)).href)
    return await run(args)
  } catch (error) {
    const { sourceStack } = await import('./source-stack.mjs')
    console.error(sourceStack(error, root))
    console.error(`\n  This is a defect of the workbook, not of your files. Please report it with the lines above.`)
    return 3
  }
}

function child(args, root) {
  return new Promise((resolve, reject) => {
    const running = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env: process.env })
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => running.kill(signal))
    running.on('error', reject)
    running.on('exit', (code) => resolve(code ?? 1))
  })
}

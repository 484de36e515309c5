/**
 * `npm run check --all` never reaches a command: npm takes flags it was not told to pass on with ` -- ` for its own and leaves
 * them in the environment, as `npm_config_all=true`. Here they come back, and plain words do the same as flags.
 */

/** By command: flags that say yes, flags that have a value, and the words that may stand for a flag. */
const FLAGS = {
  lesson: { yes: ['list'], no: ['text'], value: ['context'], words: ['list'] },
  check: { yes: ['all', 'watch', 'json'], value: ['context', 'junit'], words: ['all', 'watch', 'json'] },
  hint: { yes: ['all'], value: ['context'], words: [] },
  diff: { yes: ['yes'], value: ['context'], words: [] },
  reset: { yes: ['yes', 'all'], value: ['context'], words: [] },
  shell: { value: ['context'], words: [] },
  cluster: { yes: ['yes', 'json'], value: [], words: ['yes'] },
  image: { value: ['context'], words: [] },
  use: { value: [], words: [] },
  bench: { yes: ['json'], value: ['kubeconfig', 'runs'], words: [] },
}

/** The arguments as they were meant: those that npm passed on, and those that it kept. */
export function meantArguments(command, given, environment) {
  const known = FLAGS[command]
  if (!known) return given
  const args = given.map((word) => (known.words.includes(word) ? `--${word}` : word))
  const has = (flag) => args.some((word) => word === `--${flag}` || word.startsWith(`--${flag}=`))
  for (const flag of known.yes ?? []) {
    const kept = environment[`npm_config_${flag}`]
    if (kept === undefined || kept === 'false' || kept === '' || has(flag)) continue
    // `--watch 3`: npm believes that 3 is the flag's value.
    if (kept !== 'true') args.unshift(kept)
    args.push(`--${flag}`)
  }
  for (const flag of known.no ?? []) {
    const kept = environment[`npm_config_${flag}`]
    if ((kept === '' || kept === 'false') && !has(`no-${flag}`)) args.push(`--no-${flag}`)
  }
  for (const flag of known.value) {
    const kept = environment[`npm_config_${flag}`]
    if (kept && kept !== 'true' && !has(flag)) args.push(`--${flag}`, kept)
  }
  return args
}

/** Flags of kubectl that npm kept for itself, as one would type them. Their order is lost, so they are not put back. */
export function keptFromKubectl(environment) {
  const kept = []
  for (const flag of [
    'n',
    'o',
    'a',
    'l',
    'w',
    'f',
    'output',
    'namespace',
    'selector',
    'watch',
    'follow',
    'previous',
    'tail',
  ]) {
    const value = environment[`npm_config_${flag}`]
    if (value === undefined) continue
    const name = flag.length > 1 ? `--${flag}` : flag === 'a' ? '-A' : `-${flag}`
    kept.push(value === 'true' ? name : `${name} ${value}`)
  }
  return kept
}

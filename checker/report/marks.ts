import chalk, { type ChalkInstance } from 'chalk'

/** Signs that carry their meaning without colour; words always stand beside them. */
export const PASSED = '✓'
export const MISSED = '✗'
export const UNTRIED = '–'
export const NOTE = '·'

export const colours: Record<'good' | 'bad' | 'quiet' | 'strong' | 'wait', ChalkInstance> = {
  good: chalk.green,
  bad: chalk.red,
  quiet: chalk.dim,
  strong: chalk.bold,
  wait: chalk.yellow,
}

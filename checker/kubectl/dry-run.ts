import { CommandError } from './errors.ts'
import type { Session } from './session.ts'

/** What --dry-run asks for; `query` goes with each write, `suffix` stands after each line. */
export interface DryRun {
  readonly client: boolean
  readonly query: { readonly dryRun?: 'All' }
  readonly suffix: '' | ' (dry run)' | ' (server dry run)'
}

export function dryRunOf({ flags }: Session): DryRun {
  const text = flags.text('dry-run')
  if (text === undefined || text === 'none') return { client: false, query: {}, suffix: '' }
  if (text === 'client') return { client: true, query: {}, suffix: ' (dry run)' }
  if (text === 'server') return { client: false, query: { dryRun: 'All' }, suffix: ' (server dry run)' }
  if (text === 'unchanged')
    throw new CommandError(
      '--dry-run flag without a value was specified. A value must be set: "none", "server", or "client".',
    )
  throw new CommandError(`Invalid dry-run value (${text}). Must be "none", "server", or "client".`)
}

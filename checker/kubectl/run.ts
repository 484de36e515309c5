import { type Command, globalFlags } from './command.ts'
import { commands } from './commands/index.ts'
import { CommandError, errorText } from './errors.ts'
import { type Arguments, parseArguments } from './flags.ts'
import { generalHelp, helpFor, notCovered } from './help.ts'
import { type Io, processIo } from './io.ts'
import { Session } from './session.ts'

/**
 * Runs the workbook's own kubectl: a thin client of the API for machines where none is installed. `argv` is what follows
 * `kubectl`. Gives the exit code; never throws.
 */
export async function run(argv: readonly string[], io?: Io): Promise<number> {
  const interrupt = new AbortController()
  const streams = io ?? processIo(interrupt.signal)
  if (!io) process.once('SIGINT', () => interrupt.abort())
  let session: Session | undefined
  try {
    const args = parseArguments(argv, flagsFor)
    const command = find(args)
    if (!command || args.on('help')) {
      streams.stdout(command ? helpFor(command) : generalHelp(commands))
      return 0
    }
    session = new Session(streams, args)
    await command.run(session)
    return 0
  } catch (error) {
    if (streams.signal.aborted) return 130
    streams.stderr(errorText(error))
    return error instanceof CommandError ? error.exitCode : 1
  } finally {
    session?.close()
  }
}

function find(args: Arguments): Command | undefined {
  const [name] = args.words
  if (name === undefined || name === 'help') return undefined
  const command = commands.find((candidate) => candidate.name === name)
  if (!command) throw notCovered(name)
  return command
}

/** Before the command is known, every flag of any command might be meant; a command's own flags win. */
function flagsFor(words: readonly string[]) {
  const command = commands.find(({ name }) => name === words[0])
  return command ? [...command.flags, ...globalFlags] : globalFlags
}

import { isAllowedFlag } from '../processes/node-flags.ts'
import { StartError } from '../runtime.ts'

/** What a container's command comes down to: nothing else is ever started. */
export type Program =
  | {
      readonly kind: 'node'
      readonly flags: readonly string[]
      readonly file: string
      readonly args: readonly string[]
    }
  | { readonly kind: 'shell'; readonly argv: readonly string[] }

const NODE = /^(?:(?:\/usr)?(?:\/local)?\/bin\/)?node(?:js)?$/

/** Reads an argument vector. Throws StartError for what the practice cluster does not start. */
export function programOf(argv: readonly string[]): Program {
  const [command, ...rest] = argv
  if (command === undefined || command === '') {
    throw new StartError('CreateContainerError', 'no command specified')
  }
  if (NODE.test(command)) return nodeProgram(rest)
  return { kind: 'shell', argv }
}

function nodeProgram(words: readonly string[]): Program {
  const first = words.findIndex((word) => !word.startsWith('-') || word === '--')
  const flags = first === -1 ? words : words.slice(0, first)
  const refused = flags.find((flag) => !isAllowedFlag(flag))
  if (refused !== undefined) {
    throw new StartError(
      'RunContainerError',
      `node ${refused}: the practice cluster starts node on a file of the image, and of Node's own flags only harmless ones ` +
        '(--max-old-space-size=, --enable-source-maps, --no-warnings, --trace-…)',
    )
  }
  const rest = first === -1 ? [] : words.slice(words[first] === '--' ? first + 1 : first)
  const [file, ...args] = rest
  if (file === undefined) {
    throw new StartError(
      'RunContainerError',
      'node without a file: say which one of the image it is to run, as in `node server.js`',
    )
  }
  return { kind: 'node', flags, file, args }
}

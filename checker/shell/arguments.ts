/** The words of a command line, and what --context says. */
export function commandArguments(args: readonly string[]): {
  readonly words: readonly string[]
  readonly context?: string
} {
  const words: string[] = []
  let context: string | undefined
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as string
    if (word === '--context') context = args[++at]
    else if (word.startsWith('--context=')) context = word.slice('--context='.length)
    else words.push(word)
  }
  return { words, ...(context !== undefined && { context }) }
}

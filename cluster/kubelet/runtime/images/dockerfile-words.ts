export type Variables = Readonly<Record<string, string>>

/** Removes quotes and replaces `$NAME`, `${NAME}`, `${NAME:-other}` and `${NAME:+other}` as Docker does. */
export function expand(text: string, variables: Variables): string {
  let result = ''
  let quote = ''
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index] as string
    if (quote === "'") {
      if (char === "'") quote = ''
      else result += char
    } else if (char === '\\') {
      index += 1
      const next = text[index] ?? ''
      // Within double quotes a backslash protects only what would mean something there.
      result += quote === '"' && !['"', '$', '\\'].includes(next) ? `\\${next}` : next
    } else if (char === '"' || char === "'") {
      if (quote === '') quote = char
      else if (quote === char) quote = ''
      else result += char
    } else if (char === '$') {
      const { value, length } = variable(text.slice(index), variables)
      result += value
      index += length - 1
    } else {
      result += char
    }
  }
  return result
}

function variable(text: string, variables: Variables): { value: string; length: number } {
  const braced = /^\$\{([A-Za-z_]\w*)(?:(:?[-+])((?:[^{}]|\$\{[^{}]*\})*))?\}/.exec(text)
  if (braced) {
    const [all, name = '', operator = '', other = ''] = braced
    const value = variables[name]
    const given = value !== undefined && (value !== '' || !operator.startsWith(':'))
    if (operator.endsWith('-')) return { value: given ? value : expand(other, variables), length: all.length }
    if (operator.endsWith('+')) return { value: given ? expand(other, variables) : '', length: all.length }
    return { value: value ?? '', length: all.length }
  }
  const plain = /^\$([A-Za-z_]\w*)/.exec(text)
  if (plain) return { value: variables[plain[1] as string] ?? '', length: plain[0].length }
  return { value: '$', length: 1 }
}

/** A pattern of COPY or of .dockerignore, as Go's filepath.Match reads it, with `**` for any number of folders. */
export function pathPattern(pattern: string): RegExp {
  let source = ''
  for (let index = 0; index < pattern.length; index += 1) {
    const char = pattern[index] as string
    if (char === '*' && pattern[index + 1] === '*') {
      index += 1
      if (pattern[index + 1] === '/') {
        index += 1
        source += '(?:.*/)?'
      } else {
        source += '.*'
      }
    } else if (char === '*') {
      source += '[^/]*'
    } else if (char === '?') {
      source += '[^/]'
    } else if (char === '[' && pattern.includes(']', index + 2)) {
      const end = pattern.indexOf(']', index + 2)
      source += `[${pattern.slice(index + 1, end).replaceAll('\\', '\\\\')}]`
      index = end
    } else {
      if (char === '\\' && index + 1 < pattern.length) index += 1
      source += (pattern[index] as string).replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
    }
  }
  return new RegExp(`^${source}$`)
}

export function hasWildcard(text: string): boolean {
  return /[*?[]/.test(text)
}

/** JSON as Go writes it: keys in order, and `<`, `>`, `&` escaped. `indent` is a number of blanks. */
export function goJson(value: unknown, indent?: number): string {
  const escaped = (sign: string) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(sorted(value), null, indent).replace(/[<>&\u2028\u2029]/g, escaped)
}

/** The same value, its maps' keys in order. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  )
}

/**
 * `$(NAME)` becomes the value of NAME, `$$` a dollar; what is not known stays as it is. Follows third_party/forked/golang/expansion.
 */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (all, name: string | undefined) => {
    if (name === undefined) return '$'
    return lookup(name) ?? all
  })
}

/** A lookup in several maps, the first that has the name. */
export function lookupIn(...maps: readonly Readonly<Record<string, string>>[]): (name: string) => string | undefined {
  return (name) => maps.find((map) => Object.hasOwn(map, name))?.[name]
}

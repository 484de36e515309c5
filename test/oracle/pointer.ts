/** JSON pointers (RFC 6901), as far as recordings use them. */
type Container = Record<string, unknown> | unknown[]

const keysOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))

export function valueAt(root: unknown, pointer: string): unknown {
  let place = root
  for (const key of keysOf(pointer)) {
    if (typeof place !== 'object' || place === null) return undefined
    place = (place as Record<string, unknown>)[key]
  }
  return place
}

export function removeAt(root: unknown, pointer: string): void {
  const keys = keysOf(pointer)
  const last = keys.pop() ?? ''
  let place = root as Container | undefined
  for (const key of keys) place = (place as Record<string, Container> | undefined)?.[key]
  if (Array.isArray(place)) place.splice(Number(last), 1)
  else if (place && typeof place === 'object') Reflect.deleteProperty(place, last)
}

/** Missing parents are made; a last part `-` appends to a list. */
export function setAt(root: unknown, pointer: string, value: unknown): void {
  const keys = keysOf(pointer)
  let place = root as Record<string, unknown>
  keys.forEach((key, index) => {
    if (index === keys.length - 1) {
      if (Array.isArray(place) && key === '-') place.push(value)
      else place[key] = value
      return
    }
    if (typeof place[key] !== 'object' || place[key] === null) place[key] = keys[index + 1] === '-' ? [] : {}
    place = place[key] as Record<string, unknown>
  })
}

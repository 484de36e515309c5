import type { JsonObject } from './normalise.ts'

/** Fields that say the same thing once and as a list; the single one decides. Follows pkg/apis/core/v1/conversion.go. */
const PAIRS: Readonly<Record<string, (object: JsonObject) => void>> = {
  'v1 Pod': ({ status }) => settle(status as JsonObject, 'podIP', 'podIPs', (ip) => ({ ip })),
  'v1 Node': ({ spec }) => settle(spec as JsonObject, 'podCIDR', 'podCIDRs', (range) => range),
}

/** What decoding changes beyond defaults: in place, after normalising. */
export function convert(kind: string, object: JsonObject): void {
  PAIRS[kind]?.(object)
}

function settle(part: JsonObject | undefined, one: string, list: string, item: (value: unknown) => unknown): void {
  const value = part?.[one]
  if (!part || value === undefined) return
  const first = JSON.stringify((part[list] as unknown[] | undefined)?.[0])
  if (first !== JSON.stringify(item(value))) part[list] = [item(value)]
}

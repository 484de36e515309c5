import { isDeepStrictEqual } from 'node:util'
import { type Masks, mask, maskEvents } from './mask.ts'
import type { RecordedResponse } from './recording.ts'
import type { Answer } from './transport.ts'

/** The differences between what was recorded and what was answered; none when they are the same. */
export function differences(recorded: RecordedResponse, answer: Answer, masks: Masks): string[] {
  const found: string[] = []
  if (answer.status !== recorded.status) found.push(`status ${answer.status}, not ${recorded.status}`)
  const headers = mask(answer.headers, masks) as Record<string, unknown>
  const names = new Set([...Object.keys(recorded.headers ?? {}), ...Object.keys(headers)])
  for (const name of names) {
    if (!isDeepStrictEqual(headers[name], recorded.headers?.[name])) {
      found.push(`header ${name}: ${show(headers[name])}, not ${show(recorded.headers?.[name])}`)
    }
  }
  if (recorded.events) {
    const answered = maskEvents(withoutBookmarks(events(answer.text)), masks)
    found.push(...compared(answered, maskEvents(recorded.events, masks), 'events'))
  } else found.push(...difference(body(answer.text), recorded.body ?? '', masks, ''))
  return found
}

function difference(answered: unknown, recorded: unknown, masks: Masks, path: string): string[] {
  return compared(inOrder(mask(answered, masks)), inOrder(mask(recorded, masks)), path)
}

function compared(answered: unknown, recorded: unknown, path: string): string[] {
  if (isDeepStrictEqual(answered, recorded)) return []
  if (Array.isArray(answered) && Array.isArray(recorded) && answered.length === recorded.length) {
    return answered.flatMap((item, index) => compared(item, recorded[index], `${path}/${index}`))
  }
  if (isObject(answered) && isObject(recorded)) {
    const keys = new Set([...Object.keys(answered), ...Object.keys(recorded)])
    return [...keys].flatMap((key) => compared(answered[key], recorded[key], `${path}/${key}`))
  }
  return [`${path || 'body'}: ${show(answered)}, not ${show(recorded)}`]
}

/** The causes of a Status are a set; so are the keys of an object that its message quotes. */
function inOrder(given: unknown): unknown {
  const value = isObject(given) && given.kind === 'Status' ? withSortedQuotations(given) : given
  if (!isObject(value) || value.kind !== 'Status' || !isObject(value.details) || !Array.isArray(value.details.causes)) {
    return value
  }
  const causes = [...new Set(value.details.causes.map((cause) => JSON.stringify(sorted(cause))))].sort()
  return { ...value, details: { ...value.details, causes } }
}

/** `patch: Invalid value: "{…}"` holds the whole object as JSON, whose fields Go orders in its own way. */
function withSortedQuotations(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedQuotations)
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withSortedQuotations(part)]))
  if (typeof value !== 'string') return value
  return value.replace(/(?<=Invalid value: )"(?:[^"\\]|\\.)*"/g, (quoted) => {
    try {
      const object = JSON.parse(JSON.parse(quoted) as string) as unknown
      return isObject(object) ? JSON.stringify(deeplySorted(object)) : quoted
    } catch {
      return quoted
    }
  })
}

function deeplySorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deeplySorted)
  if (!isObject(value)) return value
  return sorted(Object.fromEntries(Object.entries(value).map(([key, part]) => [key, deeplySorted(part)])))
}

function sorted(value: unknown): unknown {
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
}

function body(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function events(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(body)
}

function withoutBookmarks(all: readonly unknown[]): unknown[] {
  return all.filter((event) => {
    const { type, object } = event as {
      type?: string
      object?: { metadata?: { annotations?: Record<string, string> } }
    }
    return type !== 'BOOKMARK' || object?.metadata?.annotations?.['k8s.io/initial-events-end'] !== undefined
  })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 1200 ? `${text.slice(0, 1200)}…` : text
}

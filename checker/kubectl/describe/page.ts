import { age } from '../durations.ts'
import type { KubeObject } from '../objects.ts'
import { alignTabs } from '../output/tab-writer.ts'

/** An annotation of more characters is shown below its name, and cut. */
const LONGEST = 140

/** The text of a description as it grows: lines by level, cells parted by tabs, aligned at the end. */
export class Page {
  #text = ''

  /** A line, two spaces deeper for each level. */
  line(level: number, text: string): this {
    this.#text += `${'  '.repeat(level)}${text}\n`
    return this
  }

  field(level: number, name: string, value: unknown): this {
    return this.line(level, `${name}:\t${value}`)
  }

  /** `Labels:  a=b`, one a line; `<none>` when there are none. */
  labels(name: string, labels: Readonly<Record<string, string>> | undefined, indent = ''): this {
    const pairs = Object.keys(labels ?? {})
      .sort()
      .map((key) => (labels?.[key] === '' && name.includes('Selector') ? `${key}=` : `${key}=${labels?.[key]}`))
    return this.column(`${indent}${name}`, pairs)
  }

  /** Values below one another beside a name; `<none>` when there are none. */
  column(name: string, values: readonly string[]): this {
    if (values.length === 0) return this.line(0, `${name}:\t<none>`)
    for (const [index, value] of values.entries()) this.line(0, `${index === 0 ? `${name}:` : ''}\t${value}`)
    return this
  }

  annotations(annotations: Readonly<Record<string, string>> | undefined, indent = ''): this {
    const name = `${indent}Annotations`
    const keys = Object.keys(annotations ?? {})
      .filter((key) => key !== 'kubectl.kubernetes.io/last-applied-configuration')
      .sort()
    const values = keys.flatMap((key) => {
      const value = (annotations?.[key] ?? '').replace(/\n$/, '')
      if (key.length + value.length + 2 <= LONGEST && !value.includes('\n')) return [`${key}: ${value}`]
      const cut = (line: string) => (line.length > LONGEST - 2 ? `${line.slice(0, LONGEST - 2)}...` : line)
      return [`${key}:`, ...value.split('\n').map((line) => `  ${cut(line)}`)]
    })
    return this.column(name, values)
  }

  /** What every description begins with. */
  heading({ metadata }: KubeObject): this {
    return this.field(0, 'Name', metadata.name)
  }

  events(events: readonly KubeObject[] | undefined): this {
    if (!events) return this
    if (events.length === 0) return this.field(0, 'Events', '<none>')
    this.line(0, 'Events:').line(1, 'Type\tReason\tAge\tFrom\tMessage').line(1, '----\t------\t----\t----\t-------')
    for (const event of events) {
      const { type, reason, message, source, reportingComponent } = event as KubeObject & EventFields
      const from = source?.component || reportingComponent || ''
      this.line(1, `${type}\t${reason}\t${eventAge(event)}\t${from}\t${(message ?? '').trim()}`)
    }
    return this
  }

  /** As it was written, tabs and all: how `rollout history --revision` shows a template. */
  get unaligned(): string {
    return this.#text
  }

  toString(): string {
    return alignTabs(this.#text)
  }
}

interface EventFields {
  readonly type?: string
  readonly reason?: string
  readonly message?: string
  readonly count?: number
  readonly firstTimestamp?: string
  readonly lastTimestamp?: string
  readonly eventTime?: string
  readonly reportingComponent?: string
  readonly source?: { readonly component?: string }
  readonly series?: { readonly count: number; readonly lastObservedTime: string }
}

/** `2m` or `45s (x5 over 2m35s)`. */
export function eventAge(event: KubeObject): string {
  const { count = 1, firstTimestamp, lastTimestamp, eventTime, series } = event as KubeObject & EventFields
  const first = age(firstTimestamp ?? eventTime)
  if (series) return `${age(series.lastObservedTime)} (x${series.count} over ${first})`
  return count > 1 ? `${age(lastTimestamp)} (x${count} over ${first})` : first
}

/** `Sun, 22 Nov 2026 20:03:35 +0000`, in the machine's own zone. */
export function dateText(timestamp: string | undefined | null): string {
  if (!timestamp) return '<unset>'
  const date = new Date(timestamp)
  const two = (count: number) => String(Math.trunc(Math.abs(count))).padStart(2, '0')
  const [day, month] = [date.toLocaleString('en', { weekday: 'short' }), date.toLocaleString('en', { month: 'short' })]
  const zone = -date.getTimezoneOffset()
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  return `${day}, ${two(date.getDate())} ${month} ${date.getFullYear()} ${clock} ${zone < 0 ? '-' : '+'}${two(zone / 60)}${two(zone % 60)}`
}

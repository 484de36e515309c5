import { humanDuration } from '../../cluster/apimachinery/duration.ts'

/** How long ago an RFC 3339 moment was; `<unknown>` when there is none. */
export function age(timestamp: string | undefined | null, now = Date.now()): string {
  return timestamp ? humanDuration(now - Date.parse(timestamp)) : '<unknown>'
}

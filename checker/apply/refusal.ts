import type { Refusal } from '../cluster/objects.ts'
import type { Finding } from '../files/finding.ts'
import { type Located, parsePath } from '../files/located.ts'
import { finding } from '../messages/catalogue.ts'

/** What the server refused, each cause at the line of its field. */
export function refusalFindings(refusal: Refusal, manifest: Located): Finding[] {
  const named = refusal.causes.filter(({ field }) => field)
  if (named.length === 0)
    return [
      finding(
        'refused',
        { detail: refusal.message },
        { place: manifest.place(['kind']), more: moreFor(refusal, manifest) },
      ),
    ]
  return named.map(({ field = '', message = '' }) =>
    finding(
      'refused-field',
      { field, detail: message },
      { place: manifest.place(parsePath(field)), more: moreFor(refusal, manifest) },
    ),
  )
}

function moreFor(refusal: Refusal, { kind, name }: Located): string[] {
  if (!/field is immutable/.test(refusal.message)) return []
  return [
    'This field cannot be changed once the object exists. A new object may have another value:',
    `kubectl delete ${kind.toLowerCase()} ${name}   and check again`,
  ]
}

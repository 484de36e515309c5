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
      // below a refused pod the server prints its own structures side by side: nobody's file looks like that
      { field, detail: message.replace(/\n\s*(@@|core\.PodSpec\{).*$/s, '') },
      { place: manifest.place(parsePath(field)), more: moreFor(refusal, manifest) },
    ),
  )
}

function moreFor(refusal: Refusal, { kind, name }: Located): string[] {
  const pod = /pod updates may not change fields/.test(refusal.message)
  if (!pod && !/field is immutable/.test(refusal.message)) return []
  return [
    pod
      ? 'Hardly anything of a pod can be changed once it exists. A new pod may be another one:'
      : 'This field cannot be changed once the object exists. A new object may have another value:',
    `kubectl delete ${kind.toLowerCase()} ${name}   and check again`,
  ]
}

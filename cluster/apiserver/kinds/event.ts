import type { Event } from '../../apimachinery/objects.ts'
import { validateEvent } from '../validation/event.ts'
import { pathSegment } from '../validation/names.ts'
import { age } from './cells.ts'
import { kind } from './kind.ts'

export const event = kind({
  kind: 'v1 Event',
  checkName: pathSegment,
  validate: validateEvent,
  selectableFields({ involvedObject, reason, source, type, reportingComponent }) {
    const { kind: object, namespace, name, uid, apiVersion, resourceVersion, fieldPath } = involvedObject
    return {
      'involvedObject.kind': object ?? '',
      'involvedObject.namespace': namespace ?? '',
      'involvedObject.name': name ?? '',
      'involvedObject.uid': uid ?? '',
      'involvedObject.apiVersion': apiVersion ?? '',
      'involvedObject.resourceVersion': resourceVersion ?? '',
      'involvedObject.fieldPath': fieldPath ?? '',
      reason: reason ?? '',
      reportingComponent: reportingComponent ?? '',
      source: source?.component || reportingComponent || '',
      type: type ?? '',
    }
  },
  cells(object, now) {
    const { metadata, type, reason, message, involvedObject, series, eventTime } = object
    const first = object.firstTimestamp ?? eventTime
    const last = series ? series.lastObservedTime : (object.lastTimestamp ?? first)
    const count = series ? series.count : object.count || 1
    const { kind: target = '', name, fieldPath } = involvedObject
    return [
      seen(last, now),
      type ?? '',
      reason ?? '',
      name ? `${target.toLowerCase()}/${name}` : target.toLowerCase(),
      fieldPath ?? '',
      sourceOf(object),
      (message ?? '').trim(),
      seen(first, now),
      count ?? 1,
      metadata.name,
    ]
  },
})

function seen(at: string | null | undefined, now: number): string {
  return at ? age(at, now) : '<unknown>'
}

function sourceOf({ source, reportingComponent, reportingInstance }: Event): string {
  const component = source?.component || reportingComponent || ''
  const host = source?.host || reportingInstance || ''
  return host === '' ? component : `${component}, ${host}`
}

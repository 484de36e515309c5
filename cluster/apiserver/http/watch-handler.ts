import type { AnyObject } from '../../apimachinery/objects.ts'
import type { Entry } from '../../etcd/entry.ts'
import type { Call } from '../registry/call.ts'
import { get } from '../registry/read.ts'
import { selectionOf } from '../registry/selectors.ts'
import { type ChangeSeen, watch } from '../registry/watch.ts'
import type { Resource } from '../resource.ts'
import type { Accepted } from './accept.ts'
import { answerJson, type Exchange, statusOf } from './exchange.ts'
import { watchParameters } from './list-query.ts'
import type { Served } from './resource-answers.ts'
import { tableForm } from './resource-answers.ts'
import { partialOf, type TableForm, tableOf } from './table.ts'

/** As kube-apiserver, which sends bookmarks about once a minute. */
const BOOKMARK_EVERY_MS = 60_000
/** A client that lets this much pile up is cut off; it may watch again from where it was. */
const MOST_BUFFERED_BYTES = 16 * 1024 * 1024

/** Streams changes, one JSON line each, until the client goes, the timeout passes or the server stops. */
export function serveWatch(served: Served, exchange: Exchange, resource: Resource, accepted: Accepted): void {
  const { registry } = served
  const { query, response, info } = exchange
  const call: Call = {
    resource,
    ...(info.namespace !== undefined && { namespace: info.namespace }),
    manager: '',
    dryRun: false,
    warn() {},
  }
  // A watch of one object by its path is a plain get in today's API, but for the old /watch/ paths.
  if (info.name && !info.watch) {
    answerJson(exchange, 200, get(registry, { ...call, name: info.name }).json)
    return
  }
  const { from, markInitialEnd, bookmarks, timeout } = watchParameters(query)
  const fields = [query.get('fieldSelector'), info.name && `metadata.name=${info.name}`].filter(Boolean).join(',')
  const selection = selectionOf(resource, query.get('labelSelector') ?? '', fields)

  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' })
  const form = accepted.as && tableForm(served, exchange, resource, accepted.version ?? 'v1')
  let columnsSent = false
  const bodyOf = ({ value }: Entry<AnyObject>, asked: TableForm): string => {
    if (accepted.as !== 'Table') return JSON.stringify(partialOf(value, asked.version))
    const table = tableOf(resource, [value], { resourceVersion: value.metadata.resourceVersion }, asked, !columnsSent)
    columnsSent = true
    return JSON.stringify(table)
  }
  let lines: Buffer[] = []
  const flush = () => {
    if (lines.length === 0) return
    const bytes = lines.length === 1 ? (lines[0] as Buffer) : Buffer.concat(lines)
    lines = []
    if (response.writableLength > MOST_BUFFERED_BYTES) response.destroy()
    else response.write(bytes)
  }
  const send = (line: Buffer) => {
    // Changes of one turn of the event loop go out together: one TLS record for all of them.
    if (lines.push(line) === 1) setImmediate(flush)
  }
  let bookmarkDue = true
  const tell = ({ type, entry }: ChangeSeen) => {
    bookmarkDue = true
    send(form ? lineOf(type, bodyOf(entry, form)) : sharedLine(type, entry))
  }
  const bookmark = (annotations?: object) => {
    bookmarkDue = false
    const { kind, apiVersion } = resource
    const metadata = { resourceVersion: String(registry.store.revision), ...annotations }
    send(lineOf('BOOKMARK', JSON.stringify({ kind, apiVersion, metadata })))
  }

  let stop = () => {}
  const timers: NodeJS.Timeout[] = []
  const end = () => {
    stop()
    for (const timer of timers) clearTimeout(timer)
    flush()
    response.end()
  }
  try {
    stop = watch(registry, call, { selection, ...(from !== undefined && { resourceVersion: from }) }, tell)
  } catch (error) {
    // The status line is 200 already for kube-apiserver too: the error is the first and last event.
    send(lineOf('ERROR', JSON.stringify(statusOf(error))))
    end()
    return
  }
  if (markInitialEnd && bookmarks) bookmark({ annotations: { 'k8s.io/initial-events-end': 'true' } })
  response.flushHeaders()
  if (timeout !== undefined) timers.push(setTimeout(end, timeout))
  if (bookmarks) timers.push(setInterval(() => bookmarkDue && bookmark(), BOOKMARK_EVERY_MS).unref())
  response.on('close', () => {
    stop()
    for (const timer of timers) clearTimeout(timer)
  })
}

function lineOf(type: string, json: string): Buffer {
  return Buffer.from(`{"type":"${type}","object":${json}}\n`)
}

/** Lines that several watchers may want, for as long as the state is remembered. */
const shared = new WeakMap<Entry<AnyObject>, { readonly type: string; readonly line: Buffer }>()

function sharedLine(type: string, entry: Entry<AnyObject>): Buffer {
  const known = shared.get(entry)
  if (known?.type === type) return known.line
  const line = lineOf(type, entry.json)
  shared.set(entry, { type, line })
  return line
}

type Whole = { metadata: object; status?: unknown }

/** What most `/status` endpoints do: everything but the status and the metadata stays as it was. */
export function keepAllButStatus(next: Whole, last: object): void {
  const { metadata, status } = next
  Object.assign(next, last)
  next.metadata = metadata
  if (status === undefined) Reflect.deleteProperty(next, 'status')
  else next.status = status
}

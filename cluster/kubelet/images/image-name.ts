const DOMAIN = /^(?:localhost|[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*)(?::\d+)?$/
const PATH = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/
const TAG = /^\w[\w.-]{0,127}$/
const DIGEST = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/

/** Throws an Error with the words of distribution/reference when the text names no image. */
export function checkImageName(name: string): void {
  const at = name.indexOf('@')
  const digest = at < 0 ? undefined : name.slice(at + 1)
  const tagged = at < 0 ? name : name.slice(0, at)
  const slash = tagged.indexOf('/')
  const first = slash < 0 ? '' : tagged.slice(0, slash)
  const hasDomain = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase()
  const rest = hasDomain ? tagged.slice(slash + 1) : slash < 0 ? `library/${tagged}` : tagged
  const colon = rest.indexOf(':')
  const path = colon < 0 ? rest : rest.slice(0, colon)
  const tag = colon < 0 ? undefined : rest.slice(colon + 1)
  if (path !== path.toLowerCase())
    throw new Error(`invalid reference format: repository name (${path}) must be lowercase`)
  const valid =
    (!hasDomain || DOMAIN.test(first)) &&
    PATH.test(path) &&
    (tag === undefined || TAG.test(tag)) &&
    (digest === undefined || DIGEST.test(digest))
  if (!valid) throw new Error('invalid reference format')
}

/** The whole name, as a container's status has it: `docker.io/library/busybox:1.36`. */
export function wholeName(name: string): string {
  const first = name.split('/', 1)[0] ?? ''
  const hasDomain = name.includes('/') && (/[.:]/.test(first) || first === 'localhost')
  const path = hasDomain ? name : `docker.io/${name.includes('/') ? name : `library/${name}`}`
  const last = path.slice(path.lastIndexOf('/'))
  return last.includes(':') || last.includes('@') ? path : `${path}:latest`
}

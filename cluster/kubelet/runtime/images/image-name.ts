/** A name of an image, taken apart as Docker does. */
export interface ImageName {
  /** `docker.io/library/starter-app` */
  readonly repository: string
  readonly tag: string
  /** As people write it: `starter-app:1.0`. */
  readonly familiar: string
  /** In full: `docker.io/library/starter-app:1.0`. */
  readonly full: string
}

const DOMAIN =
  '(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::\\d+)?)'
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const NAME = new RegExp(
  `^(?:(${DOMAIN})/)?(${COMPONENT}(?:/${COMPONENT})*)(?::([\\w][\\w.-]{0,127}))?(?:@(sha256:[a-f0-9]{64}))?$`,
)
const MAX_NAME_LENGTH = 255

/** Follows distribution/reference. Undefined: not a name of an image (`invalid reference format`). */
export function parseImageName(text: string): ImageName | undefined {
  const match = NAME.exec(text)
  if (!match) return undefined
  let [, domain, repository, tag, digest] = match
  // What looks like a host has a dot, a port, or is localhost; anything else is the first part of a path on Docker Hub.
  if (domain !== undefined && !/[.:]/.test(domain) && domain !== 'localhost') {
    if (domain !== domain.toLowerCase()) return undefined
    repository = `${domain}/${repository}`
    domain = undefined
  }
  domain = domain === undefined || domain === 'index.docker.io' ? 'docker.io' : domain
  let path = repository as string
  if (domain === 'docker.io' && !path.includes('/')) path = `library/${path}`
  const full = `${domain}/${path}`
  if (full.length > MAX_NAME_LENGTH) return undefined
  tag ??= 'latest'
  const suffix = digest === undefined ? `:${tag}` : `@${digest}`
  const short = full.replace(/^docker\.io\/(library\/)?/, '')
  return { repository: full, tag, familiar: `${short}${suffix}`, full: `${full}${suffix}` }
}

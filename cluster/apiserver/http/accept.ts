import { failure } from '../../apimachinery/errors.ts'

/** How a client wants an answer: as it is, as a Table, or metadata only. */
export interface Accepted {
  readonly as?: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList' | 'APIGroupDiscoveryList'
  /** `v1`, `v2`, `v2beta1`, … of the transformed kind. */
  readonly version?: string
  readonly yaml: boolean
}

const PLAIN: Accepted = { yaml: false }
const OFFERED = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']
const STREAMS = ['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch']
const TRANSFORMS: Readonly<Record<string, string>> = {
  Table: 'meta.k8s.io',
  PartialObjectMetadata: 'meta.k8s.io',
  PartialObjectMetadataList: 'meta.k8s.io',
  APIGroupDiscoveryList: 'apidiscovery.k8s.io',
}
const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  'meta.k8s.io': ['v1', 'v1beta1'],
  'apidiscovery.k8s.io': ['v2', 'v2beta1'],
}

/**
 * The first alternative of an Accept header that this server can answer. `transforms` are those that make sense for the answer.
 * Protobuf is not spoken: a client that lists JSON after it gets JSON. Throws NotAcceptable.
 */
export function negotiate(header: string | undefined, transforms: readonly string[], verb = 'get'): Accepted {
  if (!header || header === '*/*') return PLAIN
  let known = false
  for (const alternative of byQuality(header)) {
    const [type = '', ...parameters] = alternative.split(';').map((part) => part.trim())
    const yaml = type === 'application/yaml'
    if (!yaml && type !== 'application/json' && type !== '*/*') continue
    known = true
    const { as, g, v } = Object.fromEntries(parameters.map((parameter) => parameter.split('='))) as Record<
      string,
      string
    >
    if (!as) return { yaml }
    if (!transforms.includes(as) || TRANSFORMS[as] !== g || !VERSIONS[g as string]?.includes(v ?? '')) continue
    return { as: as as NonNullable<Accepted['as']>, version: v as string, yaml }
  }
  if (!known) {
    // No media type at all that is spoken here, as opposed to one with a transformation that is not.
    const streams = verb === 'list' || verb === 'watch' ? STREAMS : []
    const message = `406: Not Acceptable\n\nAvailable representations: ${[...OFFERED, ...streams].join(', ')}`
    throw failure(406, 'NotAcceptable', message, {})
  }
  const message = `only the following media types are accepted: ${OFFERED.join(', ')}`
  throw failure(406, 'NotAcceptable', message)
}

function byQuality(header: string): string[] {
  const alternatives = header.split(',').map((text) => {
    const quality = /;\s*q=([\d.]+)/.exec(text)?.[1]
    return { text: text.replace(/;\s*q=[\d.]+/, '').trim(), quality: quality === undefined ? 1 : Number(quality) }
  })
  return alternatives.sort((a, b) => b.quality - a.quality).map(({ text }) => text)
}

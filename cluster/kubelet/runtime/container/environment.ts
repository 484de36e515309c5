import { StartError } from '../runtime.ts'

/** Variables that make Node, the dynamic linker or OpenSSL load code or open a door. */
const REFUSED = /^(NODE_|LD_|DYLD_|OPENSSL_|KUBERNETES_BY_HAND_)/

/** Names that begin like that and that Node does not read: what manifests call a node's own facts, and a Service's variables. */
const HARMLESS =
  /^NODE_(ENV|NAME|IP|HOST|HOSTNAME|HOST_IP|ID|ROLE|ZONE|REGION|PORT(_\d.*)?|(.*_)?SERVICE_(HOST|PORT)(_.*)?|.*_PORT(_\d.*)?)$/

/** As the node images and busybox have it. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * A container's whole environment: the image's, over it the manifest's, and what every container has. Nothing of the learner's.
 * Throws StartError for a variable that would bring code into the process.
 */
export function containerEnvironment(
  image: Readonly<Record<string, string>>,
  manifest: Readonly<Record<string, string>>,
  { hostname, home }: { readonly hostname: string; readonly home: string },
): Record<string, string> {
  const refused = Object.keys(manifest).find(isRefused)
  if (refused !== undefined) {
    throw new StartError(
      'CreateContainerConfigError',
      `environment variable ${refused} is refused: on the practice cluster a manifest may not set NODE_* (but NODE_ENV), LD_*, ` +
        'DYLD_* or OPENSSL_*, which make a process load code',
    )
  }
  const kept = Object.fromEntries(Object.entries(image).filter(([name]) => !isRefused(name)))
  return { PATH, HOSTNAME: hostname, HOME: home, ...kept, ...manifest }
}

function isRefused(name: string): boolean {
  const upper = name.toUpperCase()
  return REFUSED.test(upper) && !HARMLESS.test(upper)
}

/** About the cluster: never about what the learner wrote. */
export const clusterMessages = {
  'cluster-unreachable': ({ server, reason }: { server: string; reason: string }) =>
    `the cluster at ${server} cannot be reached: ${reason}`,
  'cluster-silent': ({ server, seconds }: { server: string; seconds: number }) =>
    `the cluster at ${server} took the request and has not answered for ${seconds} s`,
  'cluster-error': ({ status, detail }: { status: number; detail: string }) =>
    `the cluster answered with an error of its own (${status}): ${detail}`,
  'cluster-unauthorized': ({ detail }: { detail: string }) => `the cluster does not know you: ${detail}`,
  'cluster-context-unknown': ({ context, contexts }: { context: string; contexts: string }) =>
    `your kubeconfig has no context "${context}"; it has ${contexts}`,
  'cluster-not-started': ({ reason }: { reason: string }) => `the practice cluster does not start: ${reason}`,
  'image-not-loaded': ({ image, detail }: { image: string; detail: string }) =>
    `the lesson needs the image ${image}, and the cluster cannot get it: ${detail}`,
  'part-stopped': ({ parts }: { parts: string }) =>
    `stopped by a command, and not started since: ${parts}. What depends on it would not happen, whatever the files say`,
  'no-ready-node': ({ detail }: { detail: string }) => `no node of the cluster is ready: ${detail}`,
  'foreign-object': ({ what, namespace }: { what: string; namespace: string }) =>
    `${what} exists already in namespace ${namespace}, and not from you or the workbook; nothing was touched`,
  'hosts-cordoned': ({ hosts }: { hosts: string }) =>
    `there are hosts that take no pods, as somebody cordoned them: ${hosts}`,
  'being-deleted': ({ what }: { what: string }) => `${what} of an earlier time is being deleted, and does not go`,
}

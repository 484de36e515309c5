import type { Credentials } from './credentials.ts'

/** The kubeconfig of the practice cluster; JSON is YAML too. `namespace` is that of the context. */
export function kubeconfig(server: string, { certificate, token }: Credentials, namespace?: string): string {
  const name = 'practice'
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [
      { name, cluster: { server, 'certificate-authority-data': Buffer.from(certificate).toString('base64') } },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, ...(namespace && { namespace }) } }],
  }
  return `${JSON.stringify(config, null, 2)}\n`
}

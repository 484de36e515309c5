import { configMap } from './configmap.ts'
import { deployment } from './deployment.ts'
import type { Generator } from './generator.ts'
import { dockerSecret, genericSecret, tlsSecret } from './secret.ts'
import { clusterIpService, externalNameService, loadBalancerService, nodePortService } from './service.ts'

const namespace: Generator = {
  name: 'namespace',
  make: (_, name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: {}, status: {} }),
}

const serviceAccount: Generator = {
  name: 'serviceaccount',
  failed: 'failed to create serviceaccount: ',
  make: (_, name) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } }),
}

/** Every object that `kubectl create` makes without a file. */
export const generators: readonly Generator[] = [
  deployment,
  namespace,
  configMap,
  genericSecret,
  tlsSecret,
  dockerSecret,
  clusterIpService,
  nodePortService,
  loadBalancerService,
  externalNameService,
  serviceAccount,
]

const SHORT: Readonly<Record<string, string>> = {
  deploy: 'deployment',
  ns: 'namespace',
  cm: 'configmap',
  svc: 'service',
  sa: 'serviceaccount',
}

/** The generator that words begin with, and the words after it; undefined where none is meant. */
export function findGenerator(words: readonly string[]): { generator: Generator; rest: readonly string[] } | undefined {
  const [first = '', second = ''] = words
  const kind = SHORT[first] ?? first
  const single = generators.find(({ name }) => name === kind)
  if (single) return { generator: single, rest: words.slice(1) }
  const double = generators.find(({ name }) => name === `${kind} ${second}`)
  return double && { generator: double, rest: words.slice(2) }
}

/** The second words that a first one may have: `generic`, `tls`, … for `secret`. */
export function sortsOf(word: string): readonly string[] {
  const kind = SHORT[word] ?? word
  return generators.filter(({ name }) => name.startsWith(`${kind} `)).map(({ name }) => name.slice(kind.length + 1))
}

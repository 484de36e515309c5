/** About an object by itself: is it one, and does every field exist and fit? */
export const manifestMessages = {
  'no-object': ({ found }: { found: string }) =>
    `${found} is no Kubernetes object; an object is a map with apiVersion, kind and metadata`,
  'api-version-missing': ({ known }: { known: string | undefined }) =>
    `the object has no apiVersion${known ? `; a cluster serves this kind under one that \`kubectl api-resources\` shows` : ''}`,
  'kind-missing': () => 'the object has no kind: what is it, a Pod, a Service, a Deployment?',
  'name-missing': ({ kind }: { kind: string }) => `this ${kind} has no name: metadata.name is missing`,
  'unknown-kind': ({ kind, apiVersion, suggestions }: { kind: string; apiVersion: string; suggestions: string }) =>
    `no kind "${kind}" in ${apiVersion || 'any version'}${suggestions && `; did you mean ${suggestions}?`}`,
  'wrong-api-version': ({ kind, apiVersion, served }: { kind: string; apiVersion: string; served: string }) =>
    `${kind} is not in "${apiVersion}"; a cluster serves it as ${served}`,
  'unknown-field': ({ field, suggestions }: { field: string; suggestions: string }) =>
    `unknown field "${field}"${suggestions && `; did you mean ${suggestions}?`}`,
  'field-elsewhere': ({ field, place }: { field: string; place: string }) =>
    `unknown field "${field}"; a field of this name belongs under "${place}"`,
  'wrong-type': ({ field, wanted, found }: { field: string; wanted: string; found: string }) =>
    `"${field}" wants ${wanted}, not ${found}`,
  'missing-field': ({ field, parent }: { field: string; parent: string }) => `"${parent}" has no "${field}"`,
  'not-allowed': ({ field, found, allowed }: { field: string; found: string; allowed: string }) =>
    `"${field}" cannot be ${found}; it can be ${allowed}`,
  'invalid-value': ({ field, detail }: { field: string; detail: string }) => `"${field}": ${detail}`,
  refused: ({ detail }: { detail: string }) => `the API server refuses it: ${detail}`,
  'refused-field': ({ field, detail }: { field: string; detail: string }) =>
    `the API server refuses "${field}": ${detail}`,
  'by-hand': ({ what, fields }: { what: string; fields: string }) =>
    `${what} had something in the cluster that no file says: ${fields}. It was taken away, as the files are what is judged`,
  'kind-not-here': ({ kind }: { kind: string }) =>
    `Kubernetes has the kind ${kind}, and this cluster has not; it is left out here`,
}

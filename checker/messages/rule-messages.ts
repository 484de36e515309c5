/** About objects among each other. */
export const ruleMessages = {
  'selector-misses-template': ({ selector, labels, kind }: { selector: string; labels: string; kind: string }) =>
    `the selector looks for ${selector}; the pods of this ${kind} carry ${labels}`,
  'service-selects-nobody': ({ selector, owner, labels }: { selector: string; owner: string; labels: string }) =>
    `no pod carries ${selector}; the pods of ${owner} carry ${labels}`,
  'target-port-unnamed': ({ port, named }: { port: string; named: string }) =>
    `no container of the selected pods has a port named "${port}"${named && `; ${named}`}`,
  'target-port-elsewhere': ({ port, declared }: { port: string; declared: string }) =>
    `the Service sends to port ${port}; the selected pods declare ${declared}`,
  'probe-port-unnamed': ({ probe, port, named }: { probe: string; port: string; named: string }) =>
    `the ${probe} asks at a port named "${port}", and the container has none of that name${named && `; ${named}`}`,
  'probe-port-elsewhere': ({ probe, port, declared }: { probe: string; port: string; declared: string }) =>
    `the ${probe} asks at port ${port}; the container declares ${declared}`,
  'nobody-makes-it': ({ kind, name, where }: { kind: string; name: string; where: string }) =>
    `${where} refers to the ${kind} "${name}", which stands in none of your files`,
  'no-such-key': ({ kind, name, key, keys }: { kind: string; name: string; key: string; keys: string }) =>
    `the ${kind} "${name}" has no key "${key}"; it has ${keys}`,
  'object-twice': ({ what, where }: { what: string; where: string }) =>
    `${what} stands in your files twice (also in ${where})`,
  'other-namespace': ({ found, expected }: { found: string; expected: string }) =>
    `this object asks for the namespace "${found}"; the lesson works in "${expected}"`,
  'image-moves': ({ image }: { image: string }) =>
    `the image "${image}" names no version: what runs tomorrow may be another one`,
}

/** What was measured about settings and secrets, when a check did not pass. A secret's value is in none of them. */
export const configMessages = {
  'config-no-key': ({ what, key, found }: { what: string; key: string; found: string }) =>
    `${what} has no key ${key}; it has ${found}`,
  'config-other-value': ({ what, key, found, wanted }: { what: string; key: string; found: string; wanted: string }) =>
    `${what} has ${key} ${found}; asked for is ${wanted}`,
  'config-in-deployment': ({ what, names }: { what: string; names: string }) =>
    `${what} has a value of its own for ${names}`,
  'config-no-page': ({ pod, page, detail }: { pod: string; page: string; detail: string }) =>
    `${pod} does not show its settings at ${page}: ${detail}`,
  'config-not-shown': ({ pod, key, found, wanted }: { pod: string; key: string; found: string; wanted: string }) =>
    `${pod} says ${key} ${found}; the ConfigMap says ${wanted}`,
  'config-not-followed': ({ key, found, wanted }: { key: string; found: string; wanted: string }) =>
    `${key} is ${found} after the restart too; the ConfigMap said ${wanted}`,
  'config-early': ({ key, found }: { key: string; found: string }) => `${key} is ${found} before any restart`,
  'config-not-added': ({ key, found }: { key: string; found: string }) =>
    `${key} was added to the ConfigMap, and the restarted server says ${found}`,
  'config-frozen': ({ what, detail }: { what: string; detail: string }) => `${what} cannot be changed: ${detail}`,
  'secret-other-value': ({ what, key, difference }: { what: string; key: string; difference: string }) =>
    `${what} has another value under ${key}: ${difference}`,
  'secret-not-read': ({ pod, key, found }: { pod: string; key: string; found: string }) =>
    `${pod} says that ${key} is ${found}`,
  'secret-told': ({ where }: { where: string }) => `the value can be read in ${where}`,
  'file-not-there': ({ pod, found }: { pod: string; found: string }) =>
    `${pod} does not print the file's value: ${found}`,
  'file-not-followed': ({ pod, after }: { pod: string; after: string }) =>
    `the file in ${pod} still has the old value ${after} after the ConfigMap changed`,
  'environment-absent': ({ pod, found }: { pod: string; found: string }) =>
    `${pod} does not print the value of its environment: ${found}`,
}

/** About a file as a file, and as YAML or JSON. */
export const fileMessages = {
  'file-missing': () => 'this file is missing; `npm run reset` puts a fresh one there',
  'file-is-folder': () => 'this is a folder; a file of this name is expected',
  'file-too-large': ({ megabytes, limit }: { megabytes: number; limit: number }) =>
    `this file has ${megabytes} MB; a cluster takes no manifest of more than about ${limit} MB`,
  'file-binary': () => 'this is no text file: it has bytes that no YAML or JSON has',
  'file-utf16': () => 'this file is saved as UTF-16; save it as UTF-8',
  'file-unreadable': ({ reason }: { reason: string }) => `this file cannot be read: ${reason}`,
  'given-changed': () => 'this file was given, and is not as it was; `npm run reset` puts it back',
  'guess-unknown': ({ key, found, choices }: { key: string; found: string; choices: string }) =>
    `a guess for ${key} is ${choices}; ${found} is none of them, and does not count`,
  'file-empty': () => 'this file has no object in it',
  'yaml-tab': () => 'a tab stands where YAML indents; YAML is indented with spaces only',
  'yaml-indent': ({ detail }: { detail: string }) => `the indentation does not fit the lines around it (${detail})`,
  'yaml-colon': () =>
    'a second ": " in one line: YAML reads it as another key; quote the value, or put the key on its own line',
  'yaml-quote': () => 'a quote is opened here and never closed',
  'yaml-bracket': ({ detail }: { detail: string }) => `a bracket is not closed, or a comma is missing (${detail})`,
  'yaml-start': () => 'a value cannot start with this character; put it in quotes',
  'yaml-alias': ({ name }: { name: string }) =>
    `"*${name}" refers to an anchor "&${name}" that does not stand above it`,
  'yaml-alias-bomb': () => 'the anchors of this file unfold to more than a cluster would take',
  'yaml-depth': ({ limit }: { limit: number }) => `this is nested more than ${limit} levels deep`,
  'yaml-key': ({ found }: { found: string }) => `a key must be a text or a number, not ${found}`,
  'yaml-value': ({ found }: { found: string }) => `${found} is no value that JSON, and so Kubernetes, has`,
  'yaml-merge': () => '"<<" merges a map, or a list of maps, not this',
  'yaml-syntax': ({ detail }: { detail: string }) => `this is no YAML: ${detail}`,
  'yaml-in-braces': () =>
    'this file starts with a brace and is no JSON: some versions of kubectl refuse that; a first line `---` helps',
  'json-syntax': ({ detail }: { detail: string }) => `this starts like JSON and is none: ${detail}`,
  'yaml-duplicate-key': ({ key, line }: { key: string; line: number }) =>
    `"${key}" stands here a second time (first in line ${line}); the last one wins`,
}

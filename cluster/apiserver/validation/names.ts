/**
 * Checks of texts, as k8s.io/apimachinery/pkg/util/validation has them: each gives the messages of what is wrong, none if
 * the text is right. The messages are Kubernetes' own.
 */
type Check = (text: string) => string[]

const DNS1123_LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const DNS1123_SUBDOMAIN = `${DNS1123_LABEL}(\\.${DNS1123_LABEL})*`
const DNS1035_LABEL = '[a-z]([-a-z0-9]*[a-z0-9])?'
const QUALIFIED_NAME = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const CONFIG_KEY = '[-._a-zA-Z0-9]+'
const PERCENT = '[0-9]+%'
const HTTP_HEADER = '[-A-Za-z0-9]+'

export const dns1123Label: Check = pattern(
  DNS1123_LABEL,
  63,
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  ['my-name', '123-abc'],
)

export const dns1123Subdomain: Check = pattern(
  DNS1123_SUBDOMAIN,
  253,
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  ['example.com'],
)

export const dns1035Label: Check = pattern(
  DNS1035_LABEL,
  63,
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  ['my-name', 'abc-123'],
)

const namePart = pattern(
  QUALIFIED_NAME,
  63,
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  ['MyName', 'my.name', '123-abc'],
)

/** `example.com/name` or `name`. */
export const qualifiedName: Check = (text) => {
  const parts = text.split('/')
  if (parts.length > 2) {
    const [message = ''] = namePart('a b')
    return [`a qualified name ${message} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`]
  }
  const name = parts.at(-1) ?? ''
  const messages: string[] = []
  if (parts.length === 2) {
    const [prefix = ''] = parts
    if (prefix === '') messages.push('prefix part must be non-empty')
    else messages.push(...dns1123Subdomain(prefix).map((message) => `prefix part ${message}`))
  }
  if (name === '') messages.push('name part must be non-empty')
  else if (name.length > 63) messages.push('name part must be no more than 63 characters')
  if (!matches(QUALIFIED_NAME, name)) messages.push(`name part ${namePart('a b')[0]}`)
  return messages
}

export const labelValue: Check = pattern(
  `(${QUALIFIED_NAME})?`,
  63,
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  ['MyValue', 'my_value', '12345'],
)

/** A key of a ConfigMap or Secret. */
export const configMapKey: Check = (text) => {
  const messages = pattern(
    CONFIG_KEY,
    253,
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    ['key.name', 'KEY_NAME', 'key-name'],
  )(text)
  if (text === '.') messages.push("must not be '.'")
  else if (text === '..') messages.push("must not be '..'")
  else if (text.startsWith('..')) messages.push("must not start with '..'")
  return messages
}

/** Since 1.34 almost everything printable may name an environment variable. */
export const envVarName: Check = (text) =>
  /^[ -<>-~]+$/.test(text)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"]

/** The name of a container's port (IANA service name). */
export const portName: Check = (text) => {
  const messages: string[] = []
  if (text.length > 15) messages.push('must be no more than 15 characters')
  if (!/^[-a-z0-9]+$/.test(text))
    messages.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')
  if (!/[a-z]/.test(text)) messages.push('must contain at least one letter (a-z)')
  if (text.includes('--')) messages.push('must not contain consecutive hyphens')
  if (text.startsWith('-') || text.endsWith('-')) messages.push('must not begin or end with a hyphen')
  return messages
}

export const httpHeaderName: Check = pattern(
  HTTP_HEADER,
  Number.POSITIVE_INFINITY,
  "a valid HTTP header must consist of alphanumeric characters or '-'",
  ['X-Header-Name'],
)

export const percent: Check = pattern(
  PERCENT,
  Number.POSITIVE_INFINITY,
  "a valid percent string must be a numeric string followed by an ending '%'",
  ['1%', '93%'],
)

/** A name as one segment of a path (ValidatePathSegmentName). */
export const pathSegment: Check = (text) => {
  if (text === '.' || text === '..') return [`may not be '${text}'`]
  return ['/', '%'].filter((character) => text.includes(character)).map((each) => `may not contain '${each}'`)
}

export const portNumber = (port: number): string[] => inRange(port, 1, 65535)

/** Empty when the number is in the range, both ends included. */
export function inRange(value: number, from: number, to: number): string[] {
  return value >= from && value <= to ? [] : [`must be between ${from} and ${to}, inclusive`]
}

/** What a name may be when a suffix will follow it (`generateName`). */
export function asPrefix(check: Check): Check {
  return (text) => check(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text)
}

function pattern(expression: string, length: number, message: string, examples: readonly string[]): Check {
  const whole = new RegExp(`^${expression}$`)
  const list = examples.map((example) => `'${example}', `).join(' or ')
  const text = `${message} (e.g. ${list}regex used for validation is '${expression}')`
  return (value) => {
    const messages: string[] = []
    if (value.length > length) messages.push(`must be no more than ${length} characters`)
    if (!whole.test(value)) messages.push(text)
    return messages
  }
}

function matches(expression: string, text: string): boolean {
  return new RegExp(`^(?:${expression})$`).test(text)
}

/**
 * What an unquoted YAML scalar means to kubectl: go-yaml v2's resolve(), which is YAML 1.1 with some of 1.2. `yes` is a
 * boolean and `0777` is 511, but `12:30` and dates stay strings.
 */
const BOOLEANS = new Map<string, boolean>()
for (const word of ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']) BOOLEANS.set(word, true)
for (const word of ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'])
  BOOLEANS.set(word, false)
const NULLS = new Set(['', '~', 'null', 'Null', 'NULL'])
const INFINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/
const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|([1-9][0-9]*|0))$/
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/

/** Gives `undefined` for the infinities and not-a-number, which JSON does not have. */
export function resolveScalar(source: string): string | number | boolean | null | undefined {
  if (NULLS.has(source)) return null
  const truth = BOOLEANS.get(source)
  if (truth !== undefined) return truth
  if (!/^[-+.0-9]/.test(source)) return source
  if (INFINITE.test(source)) return undefined
  const plain = source.replaceAll('_', '')
  const integer = INTEGER.exec(plain)
  if (integer) return integerOf(integer)
  if (FLOAT.test(plain)) {
    const value = Number(plain)
    if (Number.isFinite(value)) return value
  }
  return source
}

function integerOf([, sign, hex, binary, octal, decimal]: RegExpExecArray): number {
  const size =
    hex !== undefined
      ? Number.parseInt(hex, 16)
      : binary !== undefined
        ? Number.parseInt(binary, 2)
        : octal !== undefined
          ? Number.parseInt(octal, 8)
          : Number(decimal)
  return sign === '-' ? -size : size
}

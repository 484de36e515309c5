import type { ExerciseResult } from '../check/result.ts'

/** JUnit's XML: a suite for each exercise, a case for its files and for each check. */
export function junit(results: readonly ExerciseResult[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${results.map(suiteOf).join('\n')}\n</testsuites>\n`
}

interface Case {
  readonly name: string
  readonly seconds: number
  readonly inner?: string
}

function suiteOf({ id, title, findings, checks, fault, milliseconds }: ExerciseResult): string {
  const errors = findings.filter(({ level }) => level === 'error')
  const cases: Case[] = [
    {
      name: 'the files are sound',
      seconds: 0,
      ...(errors.length > 0 && {
        inner: failure(
          'findings',
          errors
            .map(
              ({ place, file, message }) =>
                `${place ? `${place.file}:${place.line}:${place.column}` : file}  ${message}`,
            )
            .join('\n'),
        ),
      }),
    },
    ...checks.map(({ title: name, outcome, milliseconds: ms }) => {
      const seconds = ms / 1000
      if (outcome.verdict === 'passed') return { name, seconds }
      if (outcome.verdict === 'untried')
        return { name, seconds, inner: `<skipped message="${escaped(outcome.measured)}"/>` }
      const text = [outcome.measured, ...outcome.evidence].join('\n')
      return {
        name,
        seconds,
        inner: outcome.verdict === 'missed' ? failure(outcome.code, text) : error(outcome.code, text),
      }
    }),
    ...(fault
      ? [
          {
            name: 'the cluster does its part',
            seconds: 0,
            inner: error(fault.code, [fault.message, ...fault.more].join('\n')),
          },
        ]
      : []),
  ]
  const count = (tag: string) => cases.filter(({ inner }) => inner?.startsWith(`<${tag}`)).length
  const head = `name="${escaped(`${id} ${title}`)}" tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="${milliseconds / 1000}"`
  const body = cases.map(
    ({ name, seconds, inner = '' }) =>
      `    <testcase classname="${escaped(id)}" name="${escaped(name)}" time="${seconds}">${inner}</testcase>`,
  )
  return `  <testsuite ${head}>\n${body.join('\n')}\n  </testsuite>`
}

function failure(type: string, text: string): string {
  return `<failure type="${escaped(type)}">${escaped(text)}</failure>`
}

function error(type: string, text: string): string {
  return `<error type="${escaped(type)}">${escaped(text)}</error>`
}

function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has none of them
  const clean = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')
  return clean.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

import { type AppliedChange, shortName } from '../apply/applied.ts'
import type { Observer } from '../check/observer.ts'
import type { CheckResult, ExerciseResult, Predicted } from '../check/result.ts'
import type { Finding } from '../files/finding.ts'
import { hasErrors } from '../files/finding.ts'
import { counted } from '../messages/counted.ts'
import { findingText } from './finding-text.ts'
import { COLUMNS, leftAndRight, wrap } from './layout.ts'
import { colours, MISSED, NOTE, PASSED, UNTRIED } from './marks.ts'
import { StatusLine } from './status-line.ts'
import stringWidth from './string-width.ts'

/** So many findings are shown; a file that is wrong from end to end does not need more. */
const MOST_FINDINGS = 25
const LABEL = 30

export interface ScreenTexts {
  /** `4`, or `4 the-empty-list`. */
  readonly number: string
  readonly title: string
  readonly cluster: string
  readonly namespace: string
  /** Path of the lesson's text. */
  readonly text: string
  /** What follows the words `npm run check` and its like to name this exercise: ` 4`, ` 4 the-empty-list`. */
  readonly words: string
  /** The next command after this exercise is passed. */
  readonly next: string | undefined
  readonly proved: string | undefined
  /** Whether there are hints that fit. */
  hasHint(result: ExerciseResult): boolean
}

/** Draws a check while it runs, in the shape that `docs` and tests know. */
export class Screen implements Observer {
  readonly #texts: ScreenTexts
  readonly #write: (text: string) => void
  readonly #status: StatusLine
  #verifying = false

  constructor(texts: ScreenTexts, out: NodeJS.WriteStream = process.stdout) {
    this.#texts = texts
    this.#status = new StatusLine(out)
    this.#write = (text) => {
      this.#status.clear()
      out.write(`${text}\n`)
    }
    const where = `${texts.cluster}, namespace ${texts.namespace}`
    this.#write(`${leftAndRight(`  ${colours.strong(`${texts.number}  ${texts.title}`)}`, colours.quiet(where))}\n`)
  }

  onFiles(files: readonly string[], findings: readonly Finding[]): void {
    const sound = !hasErrors(findings)
    this.#write(
      sound
        ? labelled(
            'Reading your files',
            files.map((file) => `${colours.good(PASSED)} ${file}`),
          )
        : '  Reading your files',
    )
    this.#findings(findings)
  }

  onApplied(changes: readonly AppliedChange[], findings: readonly Finding[]): void {
    const refused = hasErrors(findings)
    const parts = changes.map(({ object, action }) => `${colours.good(PASSED)} ${shortName(object)} ${action}`)
    this.#write(refused ? '  Applying: the cluster refuses it' : labelled('Applying', parts))
    this.#findings(findings)
  }

  onCheckStart(): void {
    if (this.#verifying) return
    this.#verifying = true
    this.#write('  Verifying')
  }

  onCheck({ title, outcome, read }: CheckResult): void {
    const { verdict, measured } = outcome
    const mark = {
      passed: colours.good(PASSED),
      missed: colours.bad(MISSED),
      unsettled: colours.wait('?'),
      untried: colours.quiet(UNTRIED),
    }[verdict]
    this.#write(leftAndRight(`  ${mark} ${title}`, verdict === 'untried' ? colours.quiet(measured) : measured))
    if (!('evidence' in outcome)) return
    for (const line of outcome.evidence ?? []) this.#write(wrap(line, 6))
    if (verdict !== 'missed') return
    const part = read === undefined ? '' : ` "${read}"`
    this.#write(colours.quiet(wrap(`read: ${this.#texts.text}${part}`, 6)))
  }

  onWait = (what: string, waitedMs: number, untilMs: number): void => this.#status.wait(what, waitedMs, untilMs)

  /** What it all came to, and the next command. */
  finish(result: ExerciseResult): void {
    const seen = result.verdict === 'passed'
    for (const prediction of result.predictions) this.#write(seen ? predictionText(prediction) : guessText(prediction))
    this.#write('')
    for (const line of closing(result, this.#texts)) this.#write(line)
  }

  #findings(findings: readonly Finding[]): void {
    for (const each of findings.slice(0, MOST_FINDINGS)) this.#write(findingText(each))
    const rest = findings.length - MOST_FINDINGS
    if (rest > 0) this.#write(`  … and ${rest} more`)
  }
}

/** The words at the end: whose turn it is, and what to type. */
function closing(result: ExerciseResult, texts: ScreenTexts): string[] {
  const { findings, changes, checks, fault, verdict } = result
  const hint = texts.hasHint(result) ? `hint: npm run hint${texts.words}` : ''
  if (fault) {
    return [
      wrap(`${colours.bad(MISSED)} ${fault.message}`, 4, 80, 2),
      ...fault.more.map((line) => wrap(line, 6)),
      '',
      wrap('This is about the cluster, not about your files: they are not judged.', 2),
    ]
  }
  const errors = findings.filter(({ level }) => level === 'error').length
  if (errors > 0) {
    const nothing = changes.length === 0 ? ' Nothing was applied.' : ''
    return [leftAndRight(`  ${counted(errors, 'finding')} in your files.${nothing}`, hint)]
  }
  const passed = checks.filter(({ outcome }) => outcome.verdict === 'passed').length
  const tried = checks.filter(
    ({ outcome }) => outcome.verdict !== 'untried' || outcome.measured.startsWith('not tried: needs'),
  ).length
  if (verdict === 'unsettled') {
    return [
      wrap(`${passed} of ${tried} passed, and the rest is not settled yet: the cluster is still at it.`, 2),
      `  Again in a moment: npm run check${texts.words}`,
    ]
  }
  if (verdict === 'not-passed') {
    return [
      leftAndRight(`  ${passed} of ${tried} passed. Your files are sound; the cluster did what they say.`, ''),
      ...(hint ? [`  ${hint}`] : []),
    ]
  }
  const proved = texts.proved ? `Passed, and what you proved: ${texts.proved}` : 'Passed.'
  const next = texts.next ? `      Next: ${texts.next}` : ''
  return [wrap(colours.good(proved), 2), `  Compare with one solution: npm run diff${texts.words}${next}`]
}

function predictionText({ key, guess, answer, right, because }: Predicted): string {
  const words = right ? `your guess was right: ${answer}` : `your guess was ${guess}; what happens is ${answer}`
  return wrap(`${colours.quiet(NOTE)} predict.yaml, ${key}: ${words}${because ? ` (${because})` : ''}`, 6, 80, 2)
}

/** What was foretold has not been seen yet: whoever is told now has nothing to find out. */
function guessText({ key, guess }: Predicted): string {
  const words = `your guess is ${guess}; the outcome is told when all checks pass`
  return wrap(`${colours.quiet(NOTE)} predict.yaml, ${key}: ${words}`, 6, 80, 2)
}

/** A label, and at its right as many parts on a line as there is room for. */
function labelled(label: string, parts: readonly string[]): string {
  const lines = [`  ${label}`.padEnd(LABEL)]
  for (const part of parts) {
    const last = lines.at(-1) ?? ''
    const gap = last.trimEnd() === last ? '  ' : ''
    if (stringWidth(last) + gap.length + stringWidth(part) <= COLUMNS) lines[lines.length - 1] = last + gap + part
    else lines.push(' '.repeat(LABEL) + part)
  }
  return lines.join('\n')
}

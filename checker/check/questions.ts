import type { Finding } from '../files/finding.ts'
import { isMap, type Json, Located } from '../files/located.ts'
import { parse } from '../files/parse.ts'
import type { SourceFile } from '../files/source-file.ts'
import type { Answer } from '../lesson/file-kind.ts'
import { finding } from '../messages/catalogue.ts'
import type { Predicted } from './result.ts'

/** A file of questions: the keys with what stands after them; nothing where there is no map. */
export function questionsIn(source: SourceFile): { map: Located | undefined; findings: readonly Finding[] } {
  const { documents, findings } = parse(source)
  const [first] = documents
  const map = first && isMap(first.value) ? new Located(source, first.value, first.spots, first.range) : undefined
  return { map, findings }
}

/**
 * The guesses of a predict.yaml. One that is none of those to choose from does not count, and what cannot be read is only noted: a
 * guess is in nobody's way.
 */
export function guessesIn(
  source: SourceFile,
  answers: Readonly<Record<string, Answer>>,
): { predictions: readonly Predicted[]; findings: readonly Finding[] } {
  const { map, findings: own } = questionsIn(source)
  const predictions: Predicted[] = []
  const findings = own.map((each): Finding => ({ ...each, level: 'note' }))
  for (const [key, entry] of Object.entries(answers)) {
    const written = map?.at([key])
    if (!map || written === undefined || written === null) continue
    const { answer, because, among } = typeof entry === 'object' ? entry : { answer: entry }
    const choices = among ?? choicesFor(answer)
    const guess = yesOrNo(written, choices)
    const isOne = (choice: Json) => String(choice).toLowerCase() === String(guess).trim().toLowerCase()
    if (choices.length > 0 && !choices.some(isOne)) {
      const params = { key, found: JSON.stringify(written), choices: oneOf(choices) }
      findings.push(finding('guess-unknown', params, { place: map.place([key]), level: 'note' }))
      continue
    }
    predictions.push({ key, guess, answer, right: isOne(answer), ...(because !== undefined && { because }) })
  }
  return { predictions, findings }
}

function choicesFor(answer: string | number | boolean): readonly (string | number)[] {
  if (typeof answer === 'number') return [1, 2, 3]
  return answer === 'yes' || answer === 'no' ? ['yes', 'no'] : []
}

/** YAML reads yes and no as true and false. */
function yesOrNo(written: Json, choices: readonly (string | number)[]): Json {
  return typeof written === 'boolean' && choices.includes('yes') ? (written ? 'yes' : 'no') : written
}

/** `1, 2 or 3` */
function oneOf(choices: readonly (string | number)[]): string {
  return `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`
}

import { answerOf, missed, type Outcome, outcomeOf, type Probe, passed } from '../../checker/lesson/index.ts'

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** Every date of a file is right: a year (or one of several), or a day as `2014-06-06`, in whichever order and words it is written. */
export function timeline(file: string, truth: Readonly<Record<string, readonly string[]>>): Probe {
  return async (live) => {
    const outcomes = await Promise.all(
      Object.entries(truth).map(([key, right]) =>
        outcomeOf(async () => {
          const written = answerOf(live, file, key)
          return right.some((date) => means(written, date, right))
            ? passed(written)
            : missed('answer-wrong', { key, found: written })
        }, live),
      ),
    )
    const [first, ...rest] = outcomes.filter((outcome): outcome is Wrong => outcome.verdict === 'missed')
    if (!first) return passed(`${outcomes.length} of ${outcomes.length} right`)
    return { ...first, evidence: rest.map(({ measured }) => measured) }
  }
}

type Wrong = Extract<Outcome, { verdict: 'missed' }>

/** `2014-06-06`, `2014-6-6`, `6 June 2014`, `June 6, 2014`, `6.6.2014`; of a year alone also a date in it, or several years that are right. */
function means(written: string, date: string, right: readonly string[]): boolean {
  // a slip of the finger is no date
  if (/\d(?!st|nd|rd|th)[a-z]/.test(written.toLowerCase())) return false
  // "21st of July" is 21 and 7: words that are no month say nothing
  const words = (written.toLowerCase().match(/[a-z]+|\d+/g) ?? []).filter(
    (word) => /\d/.test(word) || MONTHS.includes(word.slice(0, 3)),
  )
  const numbers = words.map((word) => (/\d/.test(word) ? Number(word) : MONTHS.indexOf(word.slice(0, 3)) + 1))
  const [year = 0, month, day] = date.split('-').map(Number)
  if (!numbers.includes(year)) return false
  const others = numbers.filter((number) => number !== year)
  if (month === undefined || day === undefined)
    return others.every((number) => number <= 31 || right.includes(String(number)))
  return others.length === 2 && others.includes(month) && others.includes(day)
}

import path from 'node:path'
import { type LessonEntry, lessons } from '../../lessons/index.ts'
import { nearest } from '../schema/did-you-mean.ts'
import { type ExercisePlace, placeOf, workspaceFolder } from './exercise-place.ts'
import type { Progress } from './progress.ts'

/** Words that name no exercise; the message is for the learner. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The exercise that words name: a lesson's number, a drill's name, both, or none: the one the learner is at. */
export async function chooseExercise(words: readonly string[], progress: Progress): Promise<ExercisePlace> {
  const [first, second, ...more] = words
  if (more.length > 0) throw new UsageError(`too many words: ${words.join(' ')}. One lesson and one drill at a time`)
  const here = exerciseHere(progress)
  if (first === undefined) {
    const drills = here.drill === undefined ? [] : (await here.lesson.load()).drills
    return placeOf(here.lesson, drills.find(({ name }) => name === here.drill)?.name)
  }
  const isNumber = /^\d+$/.test(first)
  const lesson = isNumber ? lessonNumbered(first) : here.lesson
  const drill = isNumber ? second : first
  if (drill === undefined) return placeOf(lesson)
  if (!isNumber && second !== undefined)
    throw new UsageError(`first a lesson's number, then a drill's name: ${second} ${first}`)
  return placeOf(lesson, await drillNamed(lesson, drill))
}

export function lessonNumbered(word: string): LessonEntry {
  const lesson = lessons.find(({ number }) => number === Number(word))
  if (!lesson)
    throw new UsageError(`there is no lesson ${word}. Lessons: ${lessons.map(({ number }) => number).join(', ')}`)
  return lesson
}

/** A drill by its name, or by a part of it that fits one only. */
async function drillNamed(lesson: LessonEntry, word: string): Promise<string> {
  const names = (await lesson.load()).drills.map(({ name }) => name)
  if (names.includes(word)) return word
  const [only, ...others] = names.filter((name) => name.includes(word))
  if (only !== undefined && others.length === 0) return only
  const [meant] = nearest(word, names)
  const question = meant === undefined ? '' : ` Did you mean ${meant}?`
  throw new UsageError(
    `lesson ${lesson.number} has no drill "${word}".${question} Its drills: ${names.join(', ') || 'none'}`,
  )
}

/** The folder that the command was typed in says where the learner is, else the lesson or drill opened last, else the first. */
export function exerciseHere(
  progress: Progress,
  typedIn = process.env.INIT_CWD ?? process.cwd(),
): { readonly lesson: LessonEntry; readonly drill?: string } {
  const inside = path.relative(workspaceFolder(), typedIn).split(path.sep)
  const lesson = lessons.find(({ slug }) => slug === inside[0])
  if (lesson) return inside[1] === 'drills' && inside[2] ? { lesson, drill: inside[2] } : { lesson }
  const last = lessons.find(({ number }) => number === progress.last) ?? lessons[0]
  if (!last) throw new UsageError('there are no lessons')
  return progress.drill === undefined || last.number !== progress.last
    ? { lesson: last }
    : { lesson: last, drill: progress.drill }
}

/** The words that name an exercise on a command line, with a space before them: ` 3 the-missing-image`. */
export function wordsFor({ lesson, drill }: ExercisePlace): string {
  return ` ${lesson.number}${drill === undefined ? '' : ` ${drill}`}`
}

/** What is opened after an exercise: a drill's lesson, or the next lesson; nothing after the last. */
export function commandAfter({ lesson, drill }: ExercisePlace): string | undefined {
  if (drill !== undefined) return `npm run lesson ${lesson.number}`
  const next = lessons.find(({ number }) => number === lesson.number + 1)
  return next && `npm run lesson ${next.number}`
}

import { lessons } from '../../lessons/index.ts'
import { commandAfter, exerciseHere } from '../learner/choose.ts'
import { placeOf } from '../learner/exercise-place.ts'
import type { ExerciseProgress, Progress } from '../learner/progress.ts'
import { leftAndRight } from './layout.ts'
import { colours, PASSED } from './marks.ts'

/** All lessons and drills with what the learner has done of each, and how to go on. */
export async function lessonList(progress: Progress): Promise<string> {
  const lines: string[] = []
  const passed = { lessons: 0, drills: 0 }
  let drills = 0
  let part = ''
  for (const { number, slug, title, load } of lessons) {
    const lesson = await load()
    if (lesson.part !== part) lines.push(`${part === '' ? '' : '\n'}  ${colours.strong(`Part ${lesson.part}`)}`)
    part = lesson.part ?? ''
    const own = progress.exercises[slug]
    lines.push(leftAndRight(`  ${String(number).padStart(2)}  ${title}`, marks(own)))
    if (own?.passed) passed.lessons++
    for (const { name } of lesson.drills) {
      const drill = progress.exercises[`${slug}/${name}`]
      lines.push(leftAndRight(`        drill ${name}`, marks(drill)))
      drills++
      if (drill?.passed) passed.drills++
    }
  }
  const seconds = Object.values(progress.exercises).reduce((sum, own) => sum + (own.seconds ?? 0), 0)
  const spent = seconds < 60 ? '' : `, in about ${timeText(seconds)}`
  lines.push(
    '',
    `  ${passed.lessons} of ${lessons.length} lessons and ${passed.drills} of ${drills} drills passed${spent}.`,
  )
  lines.push(`  Go on:  ${goOn(progress)}`)
  return lines.join('\n')
}

/** The lesson opened last, or the one after it when that one is passed. */
function goOn(progress: Progress): string {
  const { lesson } = exerciseHere(progress)
  const after = progress.exercises[lesson.slug]?.passed ? commandAfter(placeOf(lesson)) : undefined
  return after ?? `npm run lesson ${lesson.number}`
}

function marks(own: ExerciseProgress | undefined): string {
  const parts: string[] = []
  const guesses = Object.values(own?.predictions ?? {})
  const right = guesses.filter((guess) => guess.right).length
  if (guesses.length > 0) parts.push(`guesses ${right} of ${guesses.length}`)
  if ((own?.seconds ?? 0) >= 60) parts.push(timeText(own?.seconds ?? 0))
  if (own?.passed) parts.push(colours.good(`${PASSED} passed`))
  else if (own?.starters) parts.push('in progress')
  return parts.join(' · ')
}

/** `25 min`, `1 h 5 min`: as far as the times of commands tell. */
function timeText(seconds: number): string {
  const minutes = Math.round(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

import type { Exercise } from '../lesson/lesson.ts'
import type { ExercisePlace } from './exercise-place.ts'

/** The lesson or drill of a place. */
export async function loadExercise({ lesson, drill }: ExercisePlace): Promise<Exercise> {
  const definition = await lesson.load()
  if (drill === undefined) return definition
  const found = definition.drills.find(({ name }) => name === drill)
  if (!found) throw new RangeError(`lesson ${lesson.number} has no drill ${drill}`)
  return found
}

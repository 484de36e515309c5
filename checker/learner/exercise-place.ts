import path from 'node:path'
import type { LessonEntry } from '../../lessons/index.ts'
import { workbook } from '../practice/workbook.ts'

/** Where a lesson or one of its drills lies: in the workbook, in the solutions, and in the learner's hands. */
export interface ExercisePlace {
  /** `03-your-first-deployment`, or `03-your-first-deployment/the-missing-image`. */
  readonly id: string
  readonly lesson: LessonEntry
  readonly drill?: string
  /** The folder of all learners' files. */
  readonly workspace: string
  /** The learner's folder. */
  readonly folder: string
  /** The files as they are handed out. */
  readonly starter: string
  readonly solution: string
  /** Drills share it with their lesson, so that `npm run shell` shows what a check does. */
  readonly namespace: string
}

/** The folder that learners' files lie in: `workspace/`, or what WORKBOOK_WORKSPACE says. */
export function workspaceFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const other = environment.WORKBOOK_WORKSPACE
  return other ? path.resolve(environment.INIT_CWD ?? '.', other) : path.join(workbook, 'workspace')
}

export function placeOf(lesson: LessonEntry, drill?: string, workspace = workspaceFolder()): ExercisePlace {
  const inner = drill === undefined ? [] : ['drills', drill]
  return {
    id: drill === undefined ? lesson.slug : `${lesson.slug}/${drill}`,
    lesson,
    ...(drill !== undefined && { drill }),
    workspace,
    folder: path.join(workspace, lesson.slug, ...inner),
    starter: path.join(workbook, 'lessons', lesson.slug, ...inner),
    solution: path.join(workbook, 'solutions', lesson.slug, ...inner),
    namespace: `lesson-${lesson.slug.slice(0, 2)}`,
  }
}

/** As a learner reads it: relative to where the command was typed, if that is shorter. */
export function shownPath(file: string, from = process.env.INIT_CWD ?? process.cwd()): string {
  const relative = path.relative(from, file)
  return relative === '' ? '.' : relative.startsWith('..') && relative.length > file.length ? file : relative
}

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { workbook } from '../../checker/practice/workbook.ts'

/** A Markdown file of the workbook. */
export interface TextFile {
  /** From the workbook's folder, with `/`. */
  readonly name: string
  readonly markdown: string
}

export interface LessonText extends TextFile {
  readonly number: number
  readonly slug: string
}

/** The texts of all lessons that there are, in their order. */
export function lessonTexts(): LessonText[] {
  return readdirSync(path.join(workbook, 'lessons'))
    .filter((slug) => /^\d\d-/.test(slug) && existsSync(path.join(workbook, 'lessons', slug, 'README.md')))
    .sort()
    .map((slug) => ({ ...textFile(`lessons/${slug}/README.md`), number: Number(slug.slice(0, 2)), slug }))
}

/** Every text that learners and contributors read. */
export function allTexts(): TextFile[] {
  const names = [
    'README.md',
    'CONTRIBUTING.md',
    'lessons/GLOSSARY.md',
    ...lessonTexts().map(({ name }) => name),
    ...drillTexts(),
  ]
  return names.filter((name) => existsSync(path.join(workbook, name))).map(textFile)
}

/** The names of the texts of all drills, written or not. */
export function drillTexts(): string[] {
  return lessonTexts().flatMap(({ slug }) => {
    const folder = path.join(workbook, 'lessons', slug, 'drills')
    const drills = existsSync(folder) ? readdirSync(folder).sort() : []
    return drills.map((name) => `lessons/${slug}/drills/${name}/README.md`)
  })
}

export function textFile(name: string): TextFile {
  return { name, markdown: readFileSync(path.join(workbook, name), 'utf8').replaceAll('\r\n', '\n') }
}

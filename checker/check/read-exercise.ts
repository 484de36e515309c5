import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Finding } from '../files/finding.ts'
import type { Located } from '../files/located.ts'
import { objectsOf } from '../files/parse.ts'
import { readSource } from '../files/read-file.ts'
import { SourceFile } from '../files/source-file.ts'
import type { FileKind } from '../lesson/file-kind.ts'
import type { Exercise } from '../lesson/lesson.ts'
import { finding } from '../messages/catalogue.ts'
import { guessesIn, questionsIn } from './questions.ts'
import type { Predicted } from './result.ts'

export interface ReadExercise {
  /** Names of the files that were read, in the lesson's order. */
  readonly files: readonly string[]
  readonly manifests: readonly Located[]
  readonly findings: readonly Finding[]
  readonly predictions: readonly Predicted[]
  /** By file and key. */
  readonly answers: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/**
 * Reads the learner's folder: the files that the exercise names, and any other manifest beside them, since an answer may be
 * split or joined or written as JSON. `starter` is the folder of the files as they were handed out.
 */
export function readExercise({ files }: Exercise, folder: string, starter: string): ReadExercise {
  // what is only run says nothing about the answer
  const names = Object.keys(files).filter((name) => files[name]?.role !== 'tool')
  const others = manifestsIn(folder).filter((name) => !Object.hasOwn(files, name))
  const manifests: Located[] = []
  const findings: Finding[] = []
  const predictions: Predicted[] = []
  const answers: Record<string, Record<string, unknown>> = {}
  const without: { name: string; finding: Finding }[] = []
  for (const name of [...names, ...others]) {
    const kind: FileKind = files[name] ?? { role: 'incomplete' }
    const read = readSource(folder, name)
    if ('finding' in read) {
      if (kind.role === 'prediction') continue
      if (read.finding.code === 'file-missing' && kind.role !== 'server') without.push({ name, finding: read.finding })
      else findings.push(read.finding)
      continue
    }
    if (kind.role === 'prediction') {
      const own = guessesIn(read.source, kind.answers)
      findings.push(...own.findings)
      predictions.push(...own.predictions)
    } else if (kind.role === 'answers') {
      const { map, findings: own } = questionsIn(read.source)
      findings.push(...own)
      answers[name] = map?.value ?? {}
    } else if (kind.role !== 'server') {
      const own = objectsOf(read.source)
      // a file of the learner's own that is no manifest: notes, settings
      const foreign =
        files[name] === undefined && own.objects.every((object) => object.kind === '' && object.apiVersion === '')
      if (foreign && own.findings.every(({ code, level }) => level === 'note' || NO_MANIFEST.includes(code))) continue
      manifests.push(...own.objects)
      for (const each of own.findings) {
        if (each.code === 'file-empty') without.push({ name, finding: each })
        else findings.push(each)
      }
      if (kind.role === 'given' && differs(read.source.text, path.join(starter, name))) {
        findings.push(finding('given-changed', {}, { file: name, level: 'note' }))
      }
    }
  }
  findings.push(
    ...without.filter(({ name }) => !standsElsewhere(path.join(starter, name), manifests)).map((each) => each.finding),
  )
  return { files: [...names, ...others], manifests, findings, predictions, answers }
}

/** A list, a text, or nothing: what a file of notes may be. */
const NO_MANIFEST = ['no-object', 'file-empty']

/** Manifests by their ending, in the folder itself. */
function manifestsIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && /^[^.].*\.(ya?ml|json)$/.test(entry.name))
      .map(({ name }) => name)
      .filter((name) => !/^(package|package-lock|tsconfig)\.json$/.test(name))
      .sort()
  } catch {
    return []
  }
}

/** Whether what a starter file asks for stands in other files: the same kinds with the same names. */
function standsElsewhere(starter: string, manifests: readonly Located[]): boolean {
  try {
    const { objects } = objectsOf(new SourceFile('', readFileSync(starter, 'utf8')))
    return (
      objects.length > 0 &&
      objects.every(({ kind, name }) =>
        manifests.some((other) => other.kind === kind && (name === '' || other.name === name)),
      )
    )
  } catch {
    return false
  }
}

function differs(text: string, starter: string): boolean {
  try {
    const clean = (from: string) =>
      from
        .replace(/^\uFEFF/, '')
        .replaceAll('\r\n', '\n')
        .trimEnd()
    return clean(readFileSync(starter, 'utf8')) !== clean(text)
  } catch {
    return false
  }
}

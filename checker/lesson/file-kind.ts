/** What a file of a lesson is for, and so how it is read. */
export type FileKind =
  /** A manifest that the learner leaves as it is. */
  | { readonly role: 'given' }
  /** A manifest that the learner completes. */
  | { readonly role: 'incomplete' }
  /** A YAML map of questions; the right answers are shown after the guess, and nothing depends on them. */
  | { readonly role: 'prediction'; readonly answers: Readonly<Record<string, Answer>> }
  /** A YAML map of questions that checks compare with the living cluster. */
  | { readonly role: 'answers'; readonly keys: readonly string[] }
  /** A program or another text that checks run or build. */
  | { readonly role: 'server' }
  /** A program that the learner runs and nobody completes. It says nothing about the answer. */
  | { readonly role: 'tool' }

export type Answer =
  | string
  | number
  | boolean
  | {
      readonly answer: string | number | boolean
      readonly because: string
      /** What may be guessed; left out: 1, 2 or 3 where the answer is a number, yes or no where it is one of them. */
      readonly among?: readonly (string | number)[]
    }

export const given: FileKind = { role: 'given' }
export const incomplete: FileKind = { role: 'incomplete' }
export const server: FileKind = { role: 'server' }
export const tool: FileKind = { role: 'tool' }

/** @example prediction({ noSuchPods: { answer: 3, because: 'a Service may wait for pods that come later' } }) */
export function prediction(answers: Readonly<Record<string, Answer>>): FileKind {
  return { role: 'prediction', answers }
}

/** @example answers('nodes', 'version') */
export function answers(...keys: readonly string[]): FileKind {
  return { role: 'answers', keys }
}

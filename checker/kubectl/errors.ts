import { ApiError } from '../../cluster/apimachinery/errors.ts'

/** Ends the command: the message is printed after `error: `, or as it stands when `bare`; an empty one not at all. */
export class CommandError extends Error {
  readonly bare: boolean
  readonly exitCode: number

  constructor(message: string, { bare = false, exitCode = 1 }: { bare?: boolean; exitCode?: number } = {}) {
    super(message)
    this.name = 'CommandError'
    this.bare = bare
    this.exitCode = exitCode
  }
}

/** Several objects failed, each for its own reason; all are told. */
export class SeveralErrors extends Error {
  readonly errors: readonly unknown[]

  constructor(errors: readonly unknown[]) {
    super(`${errors.length} errors`)
    this.errors = errors
  }
}

/** The server cannot be reached. */
export class ConnectionError extends Error {}

/** Throws what was gathered: nothing, the one error, or all. */
export function throwAll(errors: readonly unknown[]): void {
  if (errors.length === 1) throw errors[0]
  if (errors.length > 1) throw new SeveralErrors(errors)
}

/** Runs the step for each item, all of them even when some fail, and throws what failed at the end. */
export async function eachOf<T>(items: Iterable<T>, step: (item: T) => Promise<void>): Promise<void> {
  const errors: unknown[] = []
  for (const item of items) {
    try {
      await step(item)
    } catch (error) {
      errors.push(error)
    }
  }
  throwAll(errors)
}

/** An answer of the server, with words of ours before its own: `error when creating "x.yaml": …`. */
export function during(error: unknown, words: string): unknown {
  if (!(error instanceof ApiError) || error.reason === 'Invalid') return error
  return new ApiError({ ...error.status, message: `${words}: ${error.status.message ?? ''}` })
}

/** What kubectl prints for an error. Follows cmd/util: StandardErrorMessage and checkErr. */
export function errorText(error: unknown): string {
  if (error instanceof SeveralErrors) return error.errors.map(errorText).join('')
  if (error instanceof CommandError && error.message === '') return ''
  if (error instanceof CommandError) return `${error.bare ? '' : 'error: '}${error.message}\n`
  if (error instanceof ConnectionError) return `${error.message}\n`
  if (error instanceof ApiError) return apiErrorText(error)
  return `error: ${error instanceof Error ? error.message : String(error)}\n`
}

function apiErrorText(error: ApiError): string {
  const { message, details } = error.status
  if (error.reason === 'Invalid') {
    const subject =
      details?.kind || details?.name ? `The ${details.kind} ${JSON.stringify(details.name)}` : 'The request'
    const causes = [
      ...new Set(error.causes.map((cause) => (cause.field ? `${cause.field}: ${cause.message}` : cause.message))),
    ]
    if (causes.length === 1) return `${subject} is invalid: ${causes[0]}\n`
    if (causes.length > 1) return `${subject} is invalid: \n${causes.map((cause) => `* ${cause}\n`).join('')}`
    return details?.kind || details?.name ? `${subject} is invalid\n` : `${subject} is invalid: ${message}\n`
  }
  if (error.reason === 'Unauthorized') return 'error: You must be logged in to the server (Unauthorized)\n'
  return `Error from server${error.reason ? ` (${error.reason})` : ''}: ${message}\n`
}

import { ApiError } from '../apimachinery/errors.ts'

/** One line of the cluster's own log, in `.cluster/log`. */
export function log(line: string): void {
  console.log(`${new Date().toISOString()} ${line}`)
}

/** Writes down what a component could not do; it tries again by itself. */
export function reporter(component: string): (error: unknown) => void {
  return (error) => {
    // An answer of the API server is explained by its message; anything else is a defect, and its place matters.
    const text = error instanceof ApiError ? error.message : error instanceof Error ? error.stack : String(error)
    log(`${component}: ${text}`)
  }
}

/** Who tells how a command ended: who ran it (channels of version 4, SPDY), or the API server that stood between (version 5). */
export type Teller = 'kubelet' | 'api-server'

/** The Status on the error channel of a command that has ended by itself. */
export function endStatus(exitCode: number, command: readonly string[], teller: Teller): object {
  if (exitCode === 0) return { metadata: {}, status: 'Success' }
  const why =
    teller === 'kubelet'
      ? `error executing command [${command.join(' ')}], exit code ${exitCode}`
      : `command terminated with exit code ${exitCode}`
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: ${why}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  }
}

/** The Status of a command that was not started, for whatever reason. */
export function failureStatus(error: unknown, teller: Teller): object {
  const text = `error executing command in container: ${(error as Error).message}`
  // The API server tells what the kubelet told as an error of its own.
  return internalError(teller === 'kubelet' ? text : `${INTERNAL}${text}`)
}

/** A Status about no object: only what went wrong. */
export function internalError(message: string): object {
  return {
    metadata: {},
    status: 'Failure',
    message: INTERNAL + message,
    reason: 'InternalError',
    details: { causes: [{ message }] },
    code: 500,
  }
}

const INTERNAL = 'Internal error occurred: '

/** Why a container cannot be started now: its waiting state. */
export class WaitingError extends Error {
  override readonly name = 'WaitingError'
  /** `CrashLoopBackOff`, `ErrImagePull`, `CreateContainerConfigError`, … */
  readonly reason: string
  /** When to try again, in milliseconds of the clock. */
  readonly retryMs: number

  constructor(reason: string, message: string, retryMs = 10_000) {
    super(message)
    this.reason = reason
    this.retryMs = retryMs
  }
}

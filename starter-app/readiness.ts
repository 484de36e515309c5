let disabled = false
let stopping = false

/** Whether this server wants requests: not while `POST /ready/disable` holds, and no more once it was told to stop. */
export const readiness = {
  get ready(): boolean {
    return !disabled && !stopping
  },
  disable(): void {
    disabled = true
  },
  enable(): void {
    disabled = false
  },
  stop(): void {
    stopping = true
  },
}

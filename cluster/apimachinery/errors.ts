import type { Status, StatusCause } from './objects.ts'

/** An answer of the API server that is no success: carries the `Status` that goes over the wire. */
export class ApiError extends Error {
  readonly status: Status

  constructor(status: Status) {
    super(status.message ?? status.reason ?? 'unknown error')
    this.name = 'ApiError'
    this.status = status
  }

  get code(): number {
    return this.status.code ?? 500
  }

  get reason(): string {
    return this.status.reason ?? ''
  }

  get causes(): readonly StatusCause[] {
    return this.status.details?.causes ?? []
  }
}

/** True for an ApiError with this reason: `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`, `Expired`, … */
export function isReason(error: unknown, reason: string): error is ApiError {
  return error instanceof ApiError && error.reason === reason
}

export const isNotFound = (error: unknown): error is ApiError => isReason(error, 'NotFound')
export const isConflict = (error: unknown): error is ApiError => isReason(error, 'Conflict')
export const isAlreadyExists = (error: unknown): error is ApiError => isReason(error, 'AlreadyExists')

/** A failure Status as the API server forms it. */
export function failure(code: number, reason: string, message: string, details?: Status['details']): ApiError {
  return new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details && { details }),
    code,
  })
}

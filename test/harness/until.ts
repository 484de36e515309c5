/** Waits, in real time, until a condition holds, and gives what it returned. Throws with `what` and the last error when it does not. */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  { within = 10_000, every = 10 }: { within?: number; every?: number } = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const end = performance.now() + within
  let last: unknown
  for (;;) {
    try {
      const value = await condition()
      if (value) return value as NonNullable<Exclude<T, false>>
      last = undefined
    } catch (error) {
      last = error
    }
    if (performance.now() > end) {
      throw new Error(`not within ${within} ms: ${what}`, last === undefined ? undefined : { cause: last })
    }
    await new Promise((resolve) => setTimeout(resolve, every))
  }
}

/** Milliseconds of work before other requests get their turn. */
const SLICE_MS = 20

/** Keeps one CPU busy for `ms` milliseconds, in slices, so that probes are still answered. Ends early when `wanted` says no. */
export async function burn(ms: number, wanted: () => boolean): Promise<void> {
  const end = performance.now() + ms
  while (performance.now() < end && wanted()) {
    block(Math.min(SLICE_MS, end - performance.now()))
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Does nothing else for `ms` milliseconds: no request, no probe and no signal is answered meanwhile. */
export function block(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

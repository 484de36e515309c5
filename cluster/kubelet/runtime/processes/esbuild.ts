/** esbuild works in a process of its own; it ends with the last use, so that an idle cluster has none. */
let uses = 0

export async function withEsbuild<T>(work: (esbuild: typeof import('esbuild')) => Promise<T>): Promise<T> {
  uses += 1
  const esbuild = await import('esbuild')
  try {
    return await work(esbuild)
  } finally {
    uses -= 1
    if (uses === 0) await esbuild.stop()
  }
}

/** What the running Node can do that matters to containers: they run on the same one. */
const has = (flag: string) => process.allowedNodeEnvironmentFlags.has(flag)

/** Whether `node file.ts` works as it is; if not, an image's TypeScript is transpiled when the image is built. */
export function stripsTypes(): boolean {
  return Boolean((process.features as { typescript?: string | false }).typescript)
}

/**
 * Flags for a process that runs a container: it may read and write the given folders only, and start no other program.
 * A seat belt, not a wall: an image is code that its builder trusts.
 */
export function sandboxFlags({
  read,
  write,
}: {
  readonly read: readonly string[]
  readonly write: readonly string[]
}): string[] {
  return [
    has('--permission') ? '--permission' : '--experimental-permission',
    ...read.map((folder) => `--allow-fs-read=${folder}`),
    ...write.map((folder) => `--allow-fs-write=${folder}`),
    '--allow-worker',
    ...(has('--allow-net') ? ['--allow-net'] : []),
    ...(has('--disable-sigusr1') ? ['--disable-sigusr1'] : []),
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
  ]
}

/** Node's own flags that a container's command may carry: none of them loads code or opens a port. */
const ALLOWED = [
  /^--(max-old-space-size|max-semi-space-size|stack-size|max-http-header-size|stack-trace-limit|unhandled-rejections|dns-result-order)=[\w-]+$/,
  /^--(enable-source-maps|no-warnings|no-deprecation|throw-deprecation|pending-deprecation|expose-gc|optimize-for-size)$/,
  /^--trace-(warnings|deprecation|uncaught|exit|sigint|gc)$/,
  /^--disable-warning=\w+$/,
  /^--(experimental-strip-types|no-experimental-strip-types|experimental-transform-types)$/,
]

export function isAllowedFlag(flag: string): boolean {
  return ALLOWED.some((pattern) => pattern.test(flag))
}

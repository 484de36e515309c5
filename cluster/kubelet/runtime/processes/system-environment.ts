/** What this system needs to start a process at all, and nothing that tells about the learner. */
export function systemEnvironment(): Record<string, string> {
  const root = process.env.SystemRoot
  return process.platform === 'win32' && root !== undefined ? { SystemRoot: root } : {}
}

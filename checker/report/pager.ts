import { spawn } from 'node:child_process'

/** Shows a long text through the learner's pager (PAGER, else less, else more) on a terminal; short ones and pipes get it as it is. */
export async function showThroughPager(text: string, out: NodeJS.WriteStream = process.stdout): Promise<void> {
  const lines = text.split('\n').length
  if (!out.isTTY || lines < (out.rows || 24)) {
    out.write(text)
    return
  }
  for (const [program, ...args] of pagers()) if (program && (await page(program, args, text))) return
  out.write(text)
}

function pagers(): string[][] {
  const own = process.env.PAGER?.trim()
  const usual = process.platform === 'win32' ? [['more']] : [['less', '-RFX'], ['more']]
  // a pager that shows colours as text is told to show them as colours
  return own ? [own === 'less' ? ['less', '-RFX'] : own.split(/\s+/), ...usual] : usual
}

/** False when there is no such program. */
function page(program: string, args: readonly string[], text: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['pipe', 'inherit', 'inherit'] })
    child.on('error', () => resolve(false))
    child.on('exit', () => resolve(true))
    // the reader may leave before the end
    child.stdin?.on('error', () => {})
    child.stdin?.end(text)
  })
}

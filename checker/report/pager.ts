import { spawn } from 'node:child_process'

/** less's own notation for what stands at the end of the text, and before it. */
const PROMPT = '-Ps?e(the end)  q\\: back to the shell:Space\\: go on   b\\: back   q\\: leave.'

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
  // with colours as colours, and a prompt for those who never met it; a small less without prompts of one's own fails, and is asked again
  const less = [
    ['less', '-RFX', PROMPT],
    ['less', '-R'],
  ]
  const usual = process.platform === 'win32' ? [['more']] : [...less, ['more']]
  return own ? [...(own === 'less' ? less : [own.split(/\s+/)]), ...usual] : usual
}

/** False when there is no such program, or it knows no prompts. */
function page(program: string, args: readonly string[], text: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['pipe', 'inherit', 'inherit'] })
    child.on('error', () => resolve(false))
    child.on('exit', (code) => resolve(code === 0 || code === null || !args.includes(PROMPT)))
    // the reader may leave before the end
    child.stdin?.on('error', () => {})
    child.stdin?.end(text)
  })
}

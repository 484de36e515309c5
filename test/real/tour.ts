import { execFileSync } from 'node:child_process'

/** An answer to lesson 1, in which the facts of the solution are as kubectl shows them on the cluster of the current context. */
export function tourOf(answer: string, solution: string): string {
  const facts: Readonly<Record<string, string>> = {
    nodes: String(lines('get', 'nodes', '--no-headers').length),
    version: lines('get', 'nodes', '--output', 'jsonpath={.items[0].status.nodeInfo.kubeletVersion}')[0] ?? '',
    door:
      lines('get', 'service', 'kubernetes', '--namespace', 'default', '--output', 'jsonpath={.spec.clusterIP}')[0] ??
      '',
  }
  const right = new Set(solution.split('\n'))
  const put = (line: string) => {
    const key = line.slice(0, line.indexOf(':'))
    return right.has(line) && facts[key] !== undefined ? `${key}: ${facts[key]}` : line
  }
  return answer.split('\n').map(put).join('\n')
}

function lines(...words: readonly string[]): string[] {
  return execFileSync('kubectl', words, { encoding: 'utf8' }).trim().split('\n')
}

import {
  type Instruction,
  pairs,
  parseDockerfile,
  quotedWords,
} from '../../cluster/kubelet/runtime/images/dockerfile.ts'
import { expand } from '../../cluster/kubelet/runtime/images/dockerfile-words.ts'

/** What the image of a Dockerfile will be, as far as the file itself says it. */
export interface DockerfileFacts {
  /** The last USER of the last stage, `''` where there is none. */
  readonly user: string
  /** Line of that USER, from 1. */
  readonly userLine: number | undefined
  readonly env: Readonly<Record<string, string>>
}

interface StageFacts extends DockerfileFacts {
  readonly name: string | undefined
  readonly args: Record<string, string>
}

/** Reads the last stage, with what it has of stages that it stands on. Throws DockerfileError. */
export function dockerfileFacts(text: string, file = 'Dockerfile'): DockerfileFacts {
  const stages: StageFacts[] = []
  const globals: Record<string, string> = {}
  for (const instruction of parseDockerfile(text, file)) {
    if (instruction.name === 'FROM') {
      stages.push(begin(instruction, stages, globals))
      continue
    }
    const stage = stages.at(-1)
    if (instruction.name === 'ARG') Object.assign(stage?.args ?? globals, given(instruction, globals))
    else if (stage) stages[stages.length - 1] = after(stage, instruction, file)
  }
  return stages.at(-1) ?? { user: '', userLine: undefined, env: {} }
}

/** Whether a USER means root, as a name or a number, with or without a group. */
export function isRoot(user: string): boolean {
  const [name = ''] = user.trim().split(':')
  return name === '' || name === 'root' || /^0+$/.test(name)
}

function begin({ rest }: Instruction, stages: readonly StageFacts[], globals: Record<string, string>): StageFacts {
  const [image = '', , name] = rest.split(/\s+/)
  const from = stages.find((stage) => stage.name === expand(image, globals).toLowerCase())
  return { name: name?.toLowerCase(), args: {}, user: from?.user ?? '', userLine: from?.userLine, env: from?.env ?? {} }
}

function after(stage: StageFacts, instruction: Instruction, file: string): StageFacts {
  const variables = { ...stage.args, ...stage.env }
  if (instruction.name === 'USER')
    return { ...stage, user: expand(instruction.rest, variables), userLine: instruction.line }
  if (instruction.name === 'ENV') return { ...stage, env: { ...stage.env, ...pairs(instruction, file, variables) } }
  return stage
}

function given({ rest }: Instruction, globals: Record<string, string>): Record<string, string> {
  const entries = quotedWords(rest).map((word): [string, string] => {
    const [name = '', ...value] = word.split('=')
    return [name, value.length > 0 ? expand(value.join('='), globals) : (globals[name] ?? '')]
  })
  return Object.fromEntries(entries)
}

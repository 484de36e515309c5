import type { Command } from './command.ts'
import { globalFlags } from './command.ts'
import { CommandError } from './errors.ts'
import { alignTabs } from './output/tab-writer.ts'

const INSTALL = 'https://kubernetes.io/docs/tasks/tools/'

/** What real kubectl has and this one does not. */
const OTHERS = [
  'attach',
  'autoscale',
  'certificate',
  'completion',
  'cordon',
  'cp',
  'debug',
  'diff',
  'drain',
  'kustomize',
  'plugin',
  'proxy',
  'replace',
  'taint',
  'top',
  'uncordon',
  'alpha',
  'options',
]

export function generalHelp(commands: readonly Command[]): string {
  const lines = commands.map(({ name, summary }) => `  ${name}\t${summary}`)
  return `kubectl controls the Kubernetes cluster manager.

This is the workbook's own small kubectl, used because none (or one older than 1.29) is installed.
It covers what the lessons use; the whole one: ${INSTALL}

${alignTabs(`${lines.join('\n')}\n`)}
More about one:  kubectl COMMAND --help
`
}

export function helpFor({ summary, usage, flags }: Command): string {
  const lines = [...flags, ...globalFlags]
    .filter(({ help }) => help)
    .map(
      ({ name, short, type, help }) =>
        `  ${short ? `-${short}, ` : '    '}--${name}${type === 'on' ? '' : '='}\t${help}`,
    )
  return `${summary}.\n\nUsage:\n  kubectl ${usage}\n\n${alignTabs(`${lines.join('\n')}\n`)}`
}

/** The error for a command that is not here, with where to get the whole kubectl if that one has it. */
export function notCovered(name: string): CommandError {
  if (!OTHERS.includes(name)) return new CommandError(`unknown command "${name}" for "kubectl"`)
  return new CommandError(
    `the workbook's own small kubectl has no "${name}".\nInstall kubectl 1.29 or newer (${INSTALL}); the workbook then uses it by itself.`,
  )
}

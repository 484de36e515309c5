import { type InstalledKubectl, installedKubectl } from './installed-kubectl.ts'

/** Which kubectl is used, and what the learner should know about that. */
export interface KubectlChoice {
  /** The learner's own; left out: the workbook's. */
  readonly installed?: InstalledKubectl
  readonly words: string
}

/** The learner's kubectl if it is 1.29 or newer, else the workbook's own. */
export async function chooseKubectl(
  env: Readonly<Record<string, string | undefined>>,
  shims: string,
): Promise<KubectlChoice> {
  const installed = await installedKubectl(env, shims)
  if (installed?.usable) return { installed, words: `kubectl is ${installed.file} (${installed.version})` }
  const why = installed ? `${installed.file} is ${installed.version}, and 1.29 is needed` : 'none is installed'
  return { words: `kubectl is the workbook's own small one: ${why}` }
}

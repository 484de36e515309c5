import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Pod } from '../../apimachinery/objects.ts'

/** The folder of all logs of a pod: `namespace_name_uid`, as under /var/log/pods. */
export function podLogFolder(folder: string, pod: Pod): string {
  const { namespace, name, uid } = pod.metadata
  return path.join(folder, 'logs', `${namespace}_${name}_${uid}`)
}

/** One file for each start of a container. */
export function logPath(podFolder: string, container: string, attempt: number): string {
  return path.join(podFolder, container, `${attempt}.log`)
}

/** Makes room for a new log: the one before it is kept, older ones go. */
export async function makeLogFolder(file: string): Promise<void> {
  const folder = path.dirname(file)
  await mkdir(folder, { recursive: true })
  const attempt = Number(path.basename(file, '.log'))
  if (attempt >= 2) {
    await rm(path.join(folder, `${attempt - 2}.log`), { force: true })
    await rm(path.join(folder, `${attempt - 2}.log.1`), { force: true })
  }
}

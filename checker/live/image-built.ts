import { readFileSync } from 'node:fs'
import path from 'node:path'
import { DockerfileError } from '../../cluster/kubelet/runtime/images/dockerfile.ts'
import { ImageBuildError } from '../cluster/cluster.ts'
import { ClusterFault } from '../cluster/cluster-fault.ts'
import { finding } from '../messages/catalogue.ts'
import { type DockerfileFacts, dockerfileFacts, isRoot } from './dockerfile-facts.ts'
import type { Live, Probe } from './live.ts'
import { missed, passed, Settled, untried } from './outcome.ts'

const FILE = 'Dockerfile'

/** The learner's folder is built as an image of this name, where the cluster finds it. */
export function imageBuilt(image: string): Probe {
  return async (live) => {
    factsOf(live, image)
    const { canBuildImage } = live.abilities
    if (!canBuildImage) return untried('not tried on this cluster: nothing here can build an image for it')
    try {
      await canBuildImage(live.folder, image)
    } catch (error) {
      if (!(error instanceof ImageBuildError)) throw error
      if (error.fault === 'tool') return untried(`not tried on this cluster: ${error.message.split('\n')[0]}`)
      if (error.fault === 'cluster') {
        throw new ClusterFault(
          finding(
            'image-not-loaded',
            { image, detail: error.message.split('\n')[0] ?? '' },
            { more: error.message.split('\n').slice(1) },
          ),
        )
      }
      throw notBuilt(live, image, error.message)
    }
    return passed(image)
  }
}

/** The image's last USER is somebody, and not root. */
export function notAsRoot(image: string): Probe {
  return async (live) => {
    const { user, userLine } = factsOf(live, image)
    if (userLine === undefined) return missed('image-no-user', { file: FILE })
    return isRoot(user) ? missed('image-as-root', { user }, excerpt(live, userLine)) : passed(`USER ${user}`)
  }
}

/** What the learner's Dockerfile says; ends the check when it cannot be read. */
export function factsOf(live: Live, image: string): DockerfileFacts {
  try {
    return dockerfileFacts(readFileSync(path.join(live.folder, FILE), 'utf8'), FILE)
  } catch (error) {
    if (error instanceof DockerfileError) throw notBuilt(live, image, error.message)
    throw error
  }
}

function notBuilt(live: Live, image: string, message: string): Settled {
  const [, line, text] = /^Dockerfile:(\d+): ([\s\S]*)$/.exec(message) ?? []
  const evidence =
    line === undefined
      ? message.split('\n')
      : [`${FILE}:${line}:${columnOf(live, Number(line))}  ${text}`, ...excerpt(live, Number(line))]
  return new Settled(missed('image-not-built', { image }, evidence))
}

/** The line itself, with its number. */
function excerpt(live: Live, line: number): string[] {
  return [`${String(line).padStart(4)} │ ${lineOf(live, line).trimEnd()}`]
}

function columnOf(live: Live, line: number): number {
  return lineOf(live, line).search(/\S|$/) + 1
}

function lineOf({ folder }: Live, line: number): string {
  return readFileSync(path.join(folder, FILE), 'utf8').split(/\r?\n/)[line - 1] ?? ''
}

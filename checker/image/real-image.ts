import { $, usePowerShell } from 'zx'
import { ImageBuildError } from '../cluster/cluster.ts'
import { type Loader, loaderFor } from './loaders.ts'

/** Names a command that gets the image's name and folder as its last two words, for clusters that are none of the known. */
const OWN_LOADER = 'WORKBOOK_IMAGE_LOADER'
/** What a shell answers when there is no such program. */
const NOT_FOUND = 127
/** What a failed program said last. Lines. */
const LAST_WORDS = 12

/**
 * Builds a folder's image with Docker and loads it into the cluster of a context. Throws ImageBuildError with what the program
 * said, or with what is missing. `say` hears each command before it runs.
 */
export async function buildRealImage(
  context: string,
  folder: string,
  image: string,
  say: (line: string) => void = () => {},
): Promise<void> {
  const loader = ownLoader(image, folder) ?? loaderFor(context, image, folder, await minikubeProfiles())
  if (!loader) throw new ImageBuildError(unknownCluster(context, image, folder), 'tool')
  for (const [program, ...words] of loader.steps) {
    say([program, ...words].join(' '))
    await runProgram(program as string, words, loader)
  }
}

async function runProgram(program: string, words: readonly string[], loader: Loader): Promise<void> {
  const { exitCode, stdout, stderr } = await quietly()`${program} ${words}`
  if (exitCode === 0) return
  if (exitCode === NOT_FOUND || /is not recognized as/.test(stderr)) {
    throw new ImageBuildError(
      `${program} is not installed or not on the PATH; it is needed for ${loader.title}`,
      'tool',
    )
  }
  const lines = `${stdout}${stderr}`.trimEnd().split('\n').slice(-LAST_WORDS)
  throw new ImageBuildError(
    [`${program} ${words.join(' ')} ended with exit code ${exitCode}:`, ...lines.map((line) => `    ${line}`)].join(
      '\n',
    ),
    faultOf(words, `${stdout}${stderr}`),
  )
}

/** Only what Docker says while it builds is about the learner's files. */
function faultOf([first]: readonly string[], output: string): ImageBuildError['fault'] {
  if (/docker daemon|error during connect|docker\.sock/i.test(output)) return 'tool'
  return first === 'build' ? 'files' : 'cluster'
}

function quietly(timeout?: `${number}s`) {
  if (process.platform === 'win32') usePowerShell()
  return $({ nothrow: true, quiet: true, ...(timeout && { timeout }) })
}

function ownLoader(image: string, folder: string): Loader | undefined {
  const command = process.env[OWN_LOADER]?.split(' ').filter((word) => word !== '')
  return command && command.length > 0 ? { title: OWN_LOADER, steps: [[...command, image, folder]] } : undefined
}

/** Which contexts are minikube's. Its answer is JSON; where it is not installed, only its default name is known. */
async function minikubeProfiles(): Promise<(profile: string) => boolean> {
  const { stdout, exitCode } = await quietly('10s')`minikube profile list --output json`
  if (exitCode !== 0) return (profile) => profile === 'minikube'
  try {
    const { valid = [] } = JSON.parse(stdout) as { valid?: readonly { readonly Name: string }[] }
    return (profile) => valid.some(({ Name }) => Name === profile)
  } catch {
    return (profile) => profile === 'minikube'
  }
}

function unknownCluster(context: string, image: string, folder: string): string {
  return [
    `how to bring an image into the cluster of the context "${context}" is not known`,
    '    known are: kind-NAME, k3d-NAME, minikube, docker-desktop, rancher-desktop, orbstack, colima',
    `    for another, name a command:  ${OWN_LOADER}="my-loader" npm run image   (it gets: ${image} ${folder})`,
    `    or build it, push it to your registry, and write that name into the manifest`,
  ].join('\n')
}

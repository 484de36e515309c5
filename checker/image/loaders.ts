/** A way to bring an image into a real cluster: programs to run, one after another. */
export interface Loader {
  /** As the screen names it: `kind cluster "kind"`. */
  readonly title: string
  readonly steps: readonly (readonly string[])[]
}

/** Contexts whose nodes see the images of the local Docker. */
const SHARED_DOCKER = ['docker-desktop', 'docker-for-desktop', 'rancher-desktop', 'orbstack', 'colima']

/**
 * The programs that build a folder's image and load it, by the context's name; undefined where the name says nothing about it.
 * `isMinikube`: minikube's contexts may have any name, so its profiles are asked.
 */
export function loaderFor(
  context: string,
  image: string,
  folder: string,
  isMinikube: (profile: string) => boolean = (profile) => profile === 'minikube',
): Loader | undefined {
  const build = ['docker', 'build', '--tag', image, folder]
  if (context.startsWith('kind-')) {
    const name = context.slice('kind-'.length)
    return { title: `kind cluster "${name}"`, steps: [build, ['kind', 'load', 'docker-image', image, '--name', name]] }
  }
  if (context.startsWith('k3d-')) {
    const name = context.slice('k3d-'.length)
    return { title: `k3d cluster "${name}"`, steps: [build, ['k3d', 'image', 'import', image, '--cluster', name]] }
  }
  if (SHARED_DOCKER.includes(context)) return { title: `${context}, which shares Docker's images`, steps: [build] }
  if (isMinikube(context)) {
    const load = ['minikube', '--profile', context, 'image', 'load', image]
    return { title: `minikube profile "${context}"`, steps: [build, load] }
  }
  return undefined
}

import { defaultStateFolder } from '../../cluster/daemon/state-folder.ts'
import { BuildError, type BuildStep, buildImage } from '../../cluster/kubelet/runtime/images/build-image.ts'
import { builtInImages } from '../../cluster/kubelet/runtime/images/built-in.ts'
import { DockerfileError } from '../../cluster/kubelet/runtime/images/dockerfile.ts'
import { ImageStore } from '../../cluster/kubelet/runtime/images/image-store.ts'
import { ImageBuildError } from '../cluster/cluster.ts'
import { workbook } from '../practice/workbook.ts'

/**
 * Builds a folder's Dockerfile where the practice cluster looks for images; it need not run. Throws ImageBuildError with the
 * file and line where there is one.
 */
export async function buildPracticeImage(
  folder: string,
  name: string,
  onStep: (step: BuildStep) => void = () => {},
  state = defaultStateFolder(workbook),
): Promise<void> {
  state.create()
  const store = new ImageStore(state.images, builtInImages())
  try {
    await buildImage(store, { context: folder, name, onStep })
  } catch (error) {
    if (error instanceof BuildError || error instanceof DockerfileError) throw new ImageBuildError(error.message)
    throw error
  }
}

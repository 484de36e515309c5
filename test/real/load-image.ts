/**
 * `load-image.ts NAME FOLDER`: builds a folder's Dockerfile with the practice cluster's builder and loads the result into the
 * real cluster of ../shared/real-cluster. It is the WORKBOOK_IMAGE_LOADER of `npm run test:real` where no other is named.
 * IMAGE_NODE names the node binary that goes into the image: one that runs TypeScript, 22.18 or newer. (npm sets NODE itself.)
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buildImage } from '../../cluster/kubelet/runtime/images/build-image.ts'
import { ImageStore } from '../../cluster/kubelet/runtime/images/image-store.ts'
import { realClusterScript } from './real-cluster.ts'

const [name, folder] = process.argv.slice(2)
if (!name || !folder) throw new Error('usage: load-image.ts NAME FOLDER')

const node = process.env.IMAGE_NODE ?? process.execPath
const [, major, minor] = /^v(\d+)\.(\d+)/.exec(execFileSync(node, ['--version'], { encoding: 'utf8' })) ?? []
if (Number(major) < 22 || (Number(major) === 22 && Number(minor) < 18))
  throw new Error(`${node} is Node ${major}.${minor}; IMAGE_NODE must name one of 22.18 or newer`)

const work = mkdtempSync(path.join(tmpdir(), 'load-image-'))
try {
  const { config, rootfs } = await buildImage(new ImageStore(work), { context: folder, name })
  if (config.workingDir !== '/app')
    throw new Error(`the script loads images whose files lie in /app, not in ${config.workingDir}`)
  execFileSync(realClusterScript, ['node-image', name, path.join(rootfs, 'app')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      NODE: node,
      ENTRYPOINT: JSON.stringify(config.entrypoint),
      CMD: JSON.stringify(config.cmd),
      ENV: JSON.stringify(
        Object.entries({ PATH: '/usr/local/bin:/usr/bin:/bin', ...config.env }).map(
          ([key, value]) => `${key}=${value}`,
        ),
      ),
      WORKDIR: config.workingDir,
      // the image has no name but a number for a user that is not root
      RUN_AS: config.user === 'node' ? '1000' : config.user,
    },
  })
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  rmSync(work, { recursive: true, force: true })
}

import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import { ImageBuildError } from '../cluster/cluster.ts'
import { loaderFor } from './loaders.ts'
import { buildRealImage } from './real-image.ts'

const image = 'my-server:1.0'
const folder = mkdtempSync(path.join(tmpdir(), 'kbh image '))
const calls = path.join(folder, 'calls')
const before = process.env.PATH

/** Programs that write down how they were called, as the real ones would be. */
function fake(name: string, then = ''): void {
  const file = path.join(folder, name)
  writeFileSync(file, `#!/bin/sh\necho "${name} $*" >> "${calls}"\n${then}\n`)
  chmodSync(file, 0o755)
}

async function built(context: string): Promise<string[]> {
  writeFileSync(calls, '')
  await buildRealImage(context, folder, image)
  return readFileSync(calls, 'utf8').trim().split('\n')
}

async function refusal(context: string): Promise<string> {
  try {
    await buildRealImage(context, folder, image)
  } catch (error) {
    assert.instance(error, ImageBuildError)
    return (error as Error).message
  }
  return assert.unreachable() as never
}

const test = suite('images for real clusters')

test('the context says how an image gets there', () => {
  const commands = (context: string) => loaderFor(context, image, '/app')?.steps.map((step) => step.join(' '))
  const build = 'docker build --tag my-server:1.0 /app'
  assert.equal(commands('kind-kind'), [build, 'kind load docker-image my-server:1.0 --name kind'])
  assert.equal(commands('k3d-lab'), [build, 'k3d image import my-server:1.0 --cluster lab'])
  assert.equal(commands('minikube'), [build, 'minikube --profile minikube image load my-server:1.0'])
  assert.equal(commands('docker-desktop'), [build])
  assert.is(commands('production'), undefined)
})

// The fakes are shell scripts.
if (process.platform === 'win32') test.skip('with fakes of the tools')
else {
  test.before(() => {
    process.env.PATH = `${folder}:${before}`
    fake('docker')
    fake('kind')
    fake('k3d')
    fake('minikube', `case "$*" in *profile*list*) echo '{"valid":[{"Name":"lab"}]}';; esac`)
  })
  test.after(() => {
    process.env.PATH = before
    delete process.env.WORKBOOK_IMAGE_LOADER
    rmSync(folder, { recursive: true, force: true })
  })

  test('the tools are called as one would type them, also in a folder with a space', async () => {
    assert.equal((await built('kind-kind')).slice(1), [
      `docker build --tag ${image} ${folder}`,
      `kind load docker-image ${image} --name kind`,
    ])
    assert.equal((await built('lab')).at(-1), `minikube --profile lab image load ${image}`)
    assert.equal((await built('k3d-a')).at(-1), `k3d image import ${image} --cluster a`)
  })

  test('a cluster that is not known, a tool that fails and a tool that is missing are explained', async () => {
    assert.match(await refusal('production'), /not known[\s\S]*kind-NAME[\s\S]*WORKBOOK_IMAGE_LOADER/)
    fake('kind', 'echo "no nodes found for cluster" >&2; exit 1')
    assert.match(await refusal('kind-kind'), /kind load docker-image .* ended with exit code 1:\n {4}no nodes found/)
    rmSync(path.join(folder, 'kind'))
    process.env.PATH = `${folder}:/bin:/usr/bin`
    assert.match(await refusal('kind-kind'), 'kind is not installed or not on the PATH')
  })

  test('a loader of your own gets the name and the folder', async () => {
    fake('my-loader')
    process.env.WORKBOOK_IMAGE_LOADER = 'my-loader --quiet'
    assert.equal((await built('production')).at(-1), `my-loader --quiet ${image} ${folder}`)
  })
}

test.run()

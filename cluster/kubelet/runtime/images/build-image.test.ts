import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../../../test/harness/suite.ts'
import { type BuildStep, buildImage } from './build-image.ts'
import { builtInImages } from './built-in.ts'
import { parseImageName } from './image-name.ts'
import { ImageStore } from './image-store.ts'

const test = suite('images')

let folder: string
let store: ImageStore
test.before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'images-'))
  store = new ImageStore(path.join(folder, 'images'), builtInImages())
})
test.after(() => rm(folder, { recursive: true, force: true }))

let count = 0
async function build(
  dockerfile: string,
  files: Readonly<Record<string, string>> = {},
  buildArgs: Readonly<Record<string, string>> = {},
) {
  count += 1
  const context = path.join(folder, `context-${count}`)
  for (const [file, text] of Object.entries({ ...files, Dockerfile: dockerfile })) {
    await mkdir(path.dirname(path.join(context, file)), { recursive: true })
    await writeFile(path.join(context, file), text)
  }
  const steps: BuildStep[] = []
  const image = await buildImage(store, {
    context,
    name: `test-${count}:1`,
    buildArgs,
    onStep: (step) => steps.push(step),
  })
  const read = (file: string) => readFile(path.join(image.rootfs, file), 'utf8')
  const list = async (at: string) => (await readdir(path.join(image.rootfs, at))).sort()
  return { image, steps, read, list }
}

async function failure(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('it was built')
}

test('a Dockerfile gives files and settings', async () => {
  const { image, steps, read } = await build(
    `# a comment
ARG TAG=24-alpine
FROM node:\${TAG} AS build
WORKDIR /src
COPY . .

FROM node:$TAG
ARG VERSION=1.0
ENV APP_VERSION=$VERSION \\
    # between
    GREETING="Hello there" EMPTY=\${NOPE:-none}
ENV OLD style value
WORKDIR /app
WORKDIR lib
COPY --from=build --chown=node:node /src/*.js /src/package.json ./
ADD data/ /data
LABEL a=b "c d"="e f"
EXPOSE 3000 53/udp
USER node
HEALTHCHECK CMD wget -qO- localhost
ENTRYPOINT ["node"]
CMD ["a.js"]
`,
    { 'a.js': 'a', 'b.js': 'b', 'package.json': '{}', 'data/x/y': 'y', '.dockerignore': 'b.js\n' },
    { VERSION: '1.1', UNKNOWN: 'x' },
  )
  assert.equal(image.config, {
    env: { APP_VERSION: '1.1', GREETING: 'Hello there', EMPTY: 'none', OLD: 'style value' },
    entrypoint: ['node'],
    cmd: ['a.js'],
    workingDir: '/app/lib',
    user: 'node',
    exposedPorts: ['3000/tcp', '53/udp'],
    labels: { a: 'b', 'c d': 'e f' },
    base: 'node:24-alpine',
  })
  assert.equal([await read('app/lib/a.js'), await read('data/x/y')], ['a', 'y'])
  assert.equal(await readdir(path.join(image.rootfs, 'app/lib')).then((all) => all.sort()), ['a.js', 'package.json'])
  assert.match(steps.find(({ text }) => text.startsWith('HEALTHCHECK'))?.note ?? '', /probes/)
  assert.match(steps.at(-1)?.note ?? '', /no ARG declares: UNKNOWN/)
  assert.match(steps.find(({ text }) => text.startsWith('FROM'))?.note ?? '', /this machine's Node/)
})

test('the same content has the same id, another content another', async () => {
  const one = await build('FROM scratch\nCOPY x /\n', { x: '1' })
  const two = await build('FROM scratch\nCOPY x /\n', { x: '1' })
  const three = await build('FROM scratch\nCOPY x /\n', { x: '2' })
  assert.is(one.image.id, two.image.id)
  assert.is.not(one.image.id, three.image.id)
  assert.ok(two.image.names.includes(`test-${count - 1}:1`))
})

test('an image can be built on another, and the shell form is a line for the shell', async () => {
  await build('FROM busybox:1.36\nENV A=1\nCMD echo base\n')
  const { image } = await build(`FROM test-${count}:1\nENV B=$A-2\nCMD echo $B && sleep 1\n`)
  assert.equal(
    [image.config.env, image.config.cmd, image.config.base],
    [{ A: '1', B: '1-2' }, ['/bin/sh', '-c', 'echo $B && sleep 1'], 'busybox:1.36'],
  )
})

test('mistakes name the line and what was expected', async () => {
  assert.match(
    await failure(build('FROM node:24\n\nCOPPY a b\n')),
    /^Dockerfile:3: unknown instruction: COPPY\. Expected one of ADD, ARG/,
  )
  assert.match(await failure(build('FROM python:3\n')), /^Dockerfile:1: the image python:3 is not here/)
  assert.match(await failure(build('COPY a b\n')), /^Dockerfile:1: COPY before FROM/)
  assert.match(await failure(build('FROM scratch\nCOPY nope /\n')), /^Dockerfile:2: nope is not in the build context/)
  assert.match(
    await failure(build('FROM scratch\nCOPY x /\n', { x: '', '.dockerignore': '*' })),
    /\.dockerignore leaves it out/,
  )
  assert.match(await failure(build('FROM scratch\nCOPY onlyone\n')), /requires at least two arguments/)
  assert.match(await failure(build('')), /the file is empty/)
  assert.match(await failure(build('FROM scratch\nENV A\n')), /^Dockerfile:2: ENV must have the form NAME=value/)
  assert.match(await failure(build('FROM scratch\nEXPOSE http\n')), /invalid containerPort: http/)
  assert.match(await failure(buildImage(store, { context: folder, name: 'Bad Name' })), /invalid reference format/)
})

test('names are read as Docker reads them', () => {
  const full = (name: string) => parseImageName(name)?.full
  assert.is(full('app'), 'docker.io/library/app:latest')
  assert.is(full('docker.io/library/app:1'), 'docker.io/library/app:1')
  assert.is(full('me/app'), 'docker.io/me/app:latest')
  assert.is(full('localhost:5000/app:2'), 'localhost:5000/app:2')
  assert.is(parseImageName('registry.k8s.io/pause:3.10')?.familiar, 'registry.k8s.io/pause:3.10')
  for (const bad of ['', 'App', 'a b', 'app:', '-app', 'app:-x', 'a//b', 'http://x/y'])
    assert.is(full(bad), undefined, bad)
})

test('what is not here fails like a registry that cannot be reached, and says what there is', async () => {
  const message = await failure(store.pull('nginx'))
  assert.match(
    message,
    /^failed to pull and unpack image "docker\.io\/library\/nginx:latest": failed to resolve reference/,
  )
  assert.match(message, /starter-app:1\.0/)
  assert.is((await store.pull('docker.io/library/busybox:1.36')).builtIn, true)
  assert.is(await store.find('nginx'), undefined)
})

test.run()

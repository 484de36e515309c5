import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { RealClock } from '../../cluster/apimachinery/clock.ts'
import { Stage } from '../../test/fixtures/staged-cluster.ts'
import { suite } from '../../test/harness/suite.ts'
import type { ApiAnswer, ApiRequest } from '../cluster/kubernetes-api.ts'
import type { Drift } from './drift.ts'
import { folderSync } from './folder-sync.ts'
import { GitFolder } from './git-folder.ts'
import { outcomeOf } from './live.ts'
import { Waiting } from './waiting.ts'

const test = suite('a program that keeps the cluster as a folder says', { deadline: 60_000 })
const MANIFEST = 'image: starter-app:1.0\n'
const folders: string[] = []
test.after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** The cluster is a file beside the program: `apply` means to copy the manifest there. */
class FileStage extends Stage {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'sync-'))

  constructor() {
    super()
    folders.push(this.folder)
    this.deployment('a', 1)
    this.write('cluster', MANIFEST)
  }

  write(name: string, text: string): void {
    writeFileSync(path.join(this.folder, name), text)
  }

  read(name: string): string {
    return readFileSync(path.join(this.folder, name), 'utf8')
  }

  override async request(call: ApiRequest): Promise<ApiAnswer> {
    const object = this.objects.get(call.path)
    if (object && call.path.endsWith('/deployments/a')) {
      const [, image, uid] = /^image: (\S+)(?: uid: (\S+))?/.exec(this.read('cluster')) ?? []
      object.spec = { replicas: 1, template: { spec: { containers: [{ name: 'server', image }] } } }
      object.metadata.uid = uid ?? 'first'
    }
    return super.request(call)
  }
}

/** Runs a program; what it does each turn gets `apply` and `text`, the manifest as it is in the folder. */
async function run(turn: string, { loop = true, lateMs = 0 } = {}) {
  const stage = new FileStage()
  stage.write(
    'sync.mjs',
    `import fs from 'node:fs'
     let last = ''
     const apply = (text) => fs.writeFileSync('cluster', text)
     const turn = () => {
       const text = fs.readFileSync(process.argv[2] + '/k8s.yaml', 'utf8')
       ${turn}
       last = text
     }
     await new Promise((resolve) => setTimeout(resolve, ${lateMs}))
     turn()
     ${loop ? 'setInterval(turn, 100)' : ''}`,
  )
  const drift: Drift = {
    what: 'the file',
    read: async () => (stage.read('cluster') === MANIFEST ? 'whole' : 'changed'),
    strike: async () => stage.write('cluster', `${MANIFEST}# by hand\n`),
  }
  const sync = folderSync({
    script: 'sync.mjs',
    deployment: 'deployment/a',
    images: ['starter-app:1.0', 'starter-app:1.1'],
    drifts: [drift],
    within: 1,
    leewayMs: 500,
  })
  const live = stage.live({
    folder: stage.folder,
    manifests: [{ source: { name: 'k8s.yaml', text: MANIFEST } }] as never,
    abilities: { kubectlFor: async () => ({ env: {}, close: () => {} }) },
    waiting: new Waiting(new RealClock()),
  })
  const outcomes = await Promise.all([sync.heals, sync.follows, sync.goesOn].map((probe) => outcomeOf(probe, live)))
  const [heals = '', follows = '', goesOn = ''] = outcomes.map((outcome) =>
    'code' in outcome ? `${outcome.code}: ${outcome.measured}` : outcome.measured,
  )
  return [heals, follows, goesOn] as const
}

const SKIP_MISTAKES = "if (text.includes('no YAML')) return;"

test('a loop that applies again and again passes, with the times', async () => {
  const [heals, follows, goesOn] = await run(`${SKIP_MISTAKES} apply(text)`)
  assert.is(heals, '1 of 1 came back')
  assert.match(follows, /^there after \d\.\d s, back after \d\.\d s$/)
  assert.is(goesOn, 'it ran to the end')
})

test('one that applies only what has changed follows commits, and heals nothing', async () => {
  const [heals, follows] = await run(`${SKIP_MISTAKES} if (text !== last) apply(text)`)
  assert.match(heals, /^sync-drifted: the file: still changed after 1 s; the files say whole/)
  assert.match(follows, /^there after/)
})

test('one that begins late, and applies only what has changed, heals nothing either', async () => {
  const [heals] = await run(`${SKIP_MISTAKES} if (text !== last) apply(text)`, { lateMs: 2_500 })
  assert.match(heals, 'sync-drifted')
})

test('one that ends is told with how and when', async () => {
  const [heals, follows, goesOn] = await run('apply(text)', { loop: false })
  assert.match(heals, 'sync-drifted')
  assert.match(follows, /^sync-not-followed: 1 s after a commit, the image is starter-app:1.0/)
  assert.match(goesOn, /^sync-ended: sync.mjs ended at once, with exit code 0/)
})

test('one that dies of a mistake in a file is told', async () => {
  const [heals, follows, goesOn] = await run("if (text.includes('no YAML')) process.exit(3); apply(text)")
  assert.is(heals, '1 of 1 came back')
  assert.match(follows, /after its revert, the image is starter-app:1.1/)
  assert.match(goesOn, 'sync-ended: sync.mjs ended after a commit with a mistake, with exit code 3')
})

test('one that looks at another folder heals, and follows no commit', async () => {
  const [heals, follows] = await run(`apply(${JSON.stringify(MANIFEST)})`)
  assert.is(heals, '1 of 1 came back')
  assert.match(follows, 'sync-not-followed')
})

test('one that deletes and makes anew is noticed by the UID', async () => {
  const [heals] = await run(
    `${SKIP_MISTAKES} apply(text); if (last) fs.writeFileSync('cluster', text.replace('\\n', ' uid: ' + Date.now() + '\\n'))`,
  )
  assert.match(heals, /^sync-recreated: deployment\/a was deleted and made anew/)
})

test('without a kubectl for programs nothing is tried', async () => {
  const stage = new FileStage()
  const sync = folderSync({
    script: 'sync.mjs',
    deployment: 'deployment/a',
    images: ['starter-app:1.0', 'starter-app:1.1'],
    drifts: [{ what: 'nothing', read: async () => '', strike: async () => {} }],
    within: 1,
  })
  assert.is((await outcomeOf(sync.heals, stage.live({ folder: stage.folder }))).verdict, 'untried')
})

test('a history needs no name, no settings and no other repository', async () => {
  const before = { ...process.env }
  Object.assign(process.env, { HOME: '/nowhere', GIT_DIR: '/nowhere/.git', GIT_AUTHOR_NAME: '' })
  try {
    const folder = await GitFolder.begin({ 'a.yaml': 'one\n' })
    await folder.commit('two', { 'a.yaml': 'two\n' })
    await folder.commit('three', { 'a.yaml': 'three\n' })
    await folder.revert(2)
    assert.is(readFileSync(path.join(folder.path, 'a.yaml'), 'utf8'), 'one\n')
    assert.equal(await folder.log(), ['Revert "two"', 'Revert "three"', 'three', 'two', 'as it is'])
    folder.close()
  } finally {
    process.env = before
  }
})

test.run()

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../../../test/harness/suite.ts'
import { transpileImage } from './typescript.ts'

const test = suite('TypeScript in images')

let folder = ''
test.before.each(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'typescript-'))
})
test.after.each(() => rmSync(folder, { recursive: true, force: true }))

const run = (file: string) =>
  execFileSync(process.execPath, [path.join(folder, file)], { encoding: 'utf8', stdio: 'pipe' })

test('files import each other as JavaScript', async () => {
  writeFileSync(path.join(folder, 'greeting.ts'), `export const greeting: string = 'hello'\n`)
  writeFileSync(path.join(folder, 'server.ts'), `import { greeting } from './greeting.ts'\nconsole.log(greeting)\n`)
  await transpileImage(folder)
  assert.is(run('server.ts.mjs'), 'hello\n')
})

test('a mistake in one file leaves the others alone, and is thrown when that file is run', async () => {
  writeFileSync(path.join(folder, 'good.ts'), `const answer: number = 42\nconsole.log(answer)\nexport {}\n`)
  writeFileSync(path.join(folder, 'bad.ts'), `export const a = (\nexport const b = 1\n`)
  await transpileImage(folder)
  assert.is(run('good.ts.mjs'), '42\n')
  assert.throws(() => run('bad.ts.mjs'), /bad\.ts:2:1: Unexpected/)
})

test('a file is a module where Node takes it for one: by an import, an export, or an await at the top', async () => {
  const programs: Record<string, [string, string]> = {
    'await.ts': [`const a: string = await Promise.resolve('m')\nconsole.log(a)\n`, 'm\n'],
    'import.ts': [`import { EOL } from 'node:os'\nconsole.log(typeof EOL)\n`, 'string\n'],
    'require.ts': [`const os = require('node:os')\nconsole.log(typeof os.EOL)\n`, 'string\n'],
    'text.ts': ['const a = `\nimport b from "c"\nawait d\n`\nconsole.log(a.length)\n', '27\n'],
    'inner.ts': ['const f = async () => await 1\nconsole.log(typeof f)\n', 'function\n'],
  }
  for (const [name, [text]] of Object.entries(programs)) writeFileSync(path.join(folder, name), text)
  await transpileImage(folder)
  const made = readdirSync(folder).filter((name) => !name.endsWith('.ts'))
  assert.equal(made.sort(), ['await.ts.mjs', 'import.ts.mjs', 'inner.ts.cjs', 'require.ts.cjs', 'text.ts.cjs'])
  for (const name of made) assert.is(run(name), programs[name.slice(0, -4)]?.[1], name)
})

test('what Node 24 refuses in TypeScript is refused here too, and only that', async () => {
  const refused: Record<string, [string, RegExp]> = {
    'enum.ts': ['const a = 1\nexport enum Colour { Red }\n', /\/enum\.ts:2: TypeScript enum is not supported/],
    'property.ts': [
      'class A {\n  constructor(b: () => void, private readonly name = "x") {}\n}\nexport {}\n',
      /:2: TypeScript parameter property is not/,
    ],
    'space.ts': ['namespace A {\n  export const b = 1\n}\n', /:1: TypeScript namespace declaration is not/],
    'equals.ts': ['import os = require("node:os")\n', /:1: TypeScript import equals declaration is not/],
  }
  const taken = {
    'words.ts': '// enum A {}\n/*\nenum B {\n*/\nconst text = `\nenum C {\n`\nconsole.log(text.length)\n',
    'types.ts': 'declare enum A { B }\nclass C {\n  readonly a: string\n  constructor(a: string) { this.a = a }\n}\n',
    'names.ts':
      'const namespace = 1\nconst enumerate = (a: { readonly b: number }) => a.b\nenumerate({ b: namespace })\n',
  }
  for (const [name, [text]] of Object.entries(refused)) writeFileSync(path.join(folder, name), text)
  for (const [name, text] of Object.entries(taken)) writeFileSync(path.join(folder, name), text)
  await transpileImage(folder)
  const made = readdirSync(folder).filter((name) => !name.endsWith('.ts'))
  for (const name of made) {
    const [, words] = refused[name.slice(0, -4)] ?? []
    if (words) assert.throws(() => run(name), words)
    else assert.type(run(name), 'string')
  }
  assert.is(made.length, 7)
})

test('JavaScript and declarations get nothing beside them', async () => {
  writeFileSync(path.join(folder, 'types.d.ts'), 'export type A = string\n')
  writeFileSync(path.join(folder, 'server.js'), 'console.log(1)\n')
  await transpileImage(folder)
  assert.equal(readdirSync(folder).sort(), ['server.js', 'types.d.ts'])
})

test.run()

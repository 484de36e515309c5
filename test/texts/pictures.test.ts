import * as assert from 'uvu/assert'
import { suite } from '../harness/suite.ts'
import { isCaption, parsePicture, picturesOf } from './pictures.ts'
import { lessonTexts } from './text-files.ts'

const test = suite('pictures of the texts')

test('a picture is found with its line and what stands below', () => {
  const markdown = 'a\n\n```mermaid\nflowchart LR\n```\n\n*b*\n\n```sh\nls\n```\n'
  assert.equal(picturesOf(markdown), [{ source: 'flowchart LR\n', below: '*b*', line: 3 }])
})

test('a caption says something', () => {
  assert.ok(isCaption('*The picture in words: a client knocks at the door, and is led to one of three pods.*'))
  assert.not.ok(isCaption('*The picture in words: see above.*'))
  assert.not.ok(isCaption('A client knocks at the door, and is led to one of three pods.'))
})

test('the parser tells pictures from mistakes', async () => {
  assert.is(await parsePicture('flowchart TD\n  a["x<br/>y"] --> b{is it?} & c'), 'flowchart-v2')
  assert.is(await parsePicture('sequenceDiagram\n  you->>API server: apply'), 'sequence')
  const mistake = (source: string) => parsePicture(source).catch((error: Error) => error.message)
  assert.match(await mistake('flowchart TD\n  a[x --> b'), /Parse error on line/)
  assert.match(await mistake('drawing\n  a --> b'), /No diagram type detected/)
})

for (const { name, markdown } of lessonTexts()) {
  const pictures = picturesOf(markdown)
  test(`${name} has a picture`, () => assert.ok(pictures.length > 0))
  for (const { source, below, line } of pictures) {
    test(`${name}:${line}: the picture can be drawn`, async () => {
      assert.ok(await parsePicture(source))
    })
    test(`${name}:${line}: the picture is told in words right below`, () => {
      assert.ok(isCaption(below), `"${below}" is to be "*The picture in words: …*"`)
    })
  }
}

test.run()

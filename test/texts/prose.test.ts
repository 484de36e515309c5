import * as assert from 'uvu/assert'
import { suite } from '../harness/suite.ts'
import { proseOf, sectionsOf, wordsIn } from './prose.ts'
import { drillTexts, lessonTexts, textFile } from './text-files.ts'

const FEWEST = 600
const MOST = 1_500
/** A text may have others, too. */
const SECTIONS = ['See it', 'Predict', 'The idea', 'Your turn', 'What you proved', 'Go further']

const test = suite('prose of the texts')

test('words are what is read, not what is typed or printed', () => {
  const markdown =
    '# A title\n\nOne `kubectl get` – [two](three.md).\n\n```sh\nls\n```\n```\nfile\n```\n\n| a | b |\n|---|---|\n'
  assert.is(wordsIn(proseOf(markdown)), 8)
})

test('headings in code are none', () => {
  assert.equal(sectionsOf('## a\n```sh\n## b\n```\n### c\n## d\n'), ['a', 'd'])
})

for (const { name, markdown } of lessonTexts()) {
  test(`${name} has ${FEWEST} to ${MOST} words of prose`, () => {
    const words = wordsIn(proseOf(markdown))
    assert.ok(words >= FEWEST && words <= MOST, `it has ${words}`)
  })
  test(`${name} has the sections of a lesson`, () => {
    const found = sectionsOf(markdown)
    for (const section of SECTIONS) assert.ok(found.includes(section), `"## ${section}" is missing`)
    assert.is(found[0], 'See it', 'the first thing is something to see')
    const ends = found.filter((section) => ['Your turn', 'What you proved', 'Go further'].includes(section))
    assert.equal(ends, ['Your turn', 'What you proved', 'Go further'])
  })
  test(`${name} begins with its number and a story`, () => {
    assert.match(markdown, /^# \d+ · .+\n\n[^#\n`]/)
  })
}

for (const name of drillTexts()) {
  test(`${name} says what it is about`, () => {
    assert.match(textFile(name).markdown, /^# Drill · .+\n\n[^#\n]/)
  })
}

test.run()

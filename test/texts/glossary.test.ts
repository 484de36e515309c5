import * as assert from 'uvu/assert'
import { suite } from '../harness/suite.ts'
import { explanation, firstUse, paragraphsOf, type Term, termsOf } from './glossary.ts'
import { lessonTexts, textFile } from './text-files.ts'

const test = suite('the glossary')

const pod: Term = { names: ['pod'], lesson: 3, meaning: '' }
const service: Term = { names: ['Service'], lesson: 4, meaning: '' }

test('an entry has one or more names, a lesson and a meaning', () => {
  const [term] = termsOf('# Glossary\n\n**API server** or **kube-apiserver** ([lesson 1]): The door. It checks.\n')
  assert.equal(term, { names: ['API server', 'kube-apiserver'], lesson: 1, meaning: 'The door. It checks.' })
  assert.throws(() => termsOf('**pod** (lesson 1): x'), /not of the shape/)
})

test('a word is used in prose, not in code, and not where a text points to its lesson', () => {
  const use = (term: Term, text: string) => firstUse(term, paragraphsOf(text)) >= 0
  assert.ok(use(pod, 'Three pods run.'))
  assert.not.ok(use(pod, 'The band Pod.'))
  assert.not.ok(use(pod, 'Type `kubectl get pods`.\n\n```sh\nkubectl get pods\n```\n'))
  assert.not.ok(use(pod, 'A podium, and a pod-like thing.'))
  assert.not.ok(use(pod, 'Lesson 3 is about pods.'))
  assert.ok(use(pod, 'Lesson 2 is about pods.'))
  assert.ok(use(service, 'The Services.'))
  assert.not.ok(use(service, 'A service, as any.'))
})

test('a word is explained in bold, by what it is, or at the head of an item', () => {
  const explained = (text: string) => explanation(pod, paragraphsOf(text)) >= 0
  for (const text of ['A **pod** runs.', '**The pods** run.', '(A pod is a …)', '- `pod`: a …', '| `pods` | … |'])
    assert.ok(explained(text), text)
  for (const text of ['A pod runs.', 'Our `pod`: a …', '```\n- `pod`\n```\n']) assert.not.ok(explained(text), text)
})

const terms = termsOf(textFile('lessons/GLOSSARY.md').markdown)
const texts = lessonTexts().map((text) => ({ ...text, paragraphs: paragraphsOf(text.markdown) }))

test('the terms stand in the order of the alphabet, each once', () => {
  const names = terms.map(({ names: [first = ''] }) => first.toLowerCase())
  assert.equal(
    names,
    [...new Set(names)].sort((a, b) => a.localeCompare(b, 'en')),
  )
})

for (const term of terms) {
  const [name] = term.names
  test(`${name} is told in one or two sentences`, () => {
    const sentences = term.meaning.split(/(?<=[.?!])\s+/)
    assert.ok(sentences.length <= 2, `there are ${sentences.length}`)
    for (const sentence of sentences) assert.match(sentence, /^[A-Z].*[.]$/)
  })
  const own = texts.find(({ number }) => number === term.lesson)
  if (own)
    test(`${name} is explained in lesson ${term.lesson}, where it is first used there`, () => {
      const at = explanation(term, own.paragraphs)
      assert.ok(
        at >= 0,
        `${own.name} has no **${name}**, no "A ${name} is …", and no item that begins with \`${name}\``,
      )
      const first = firstUse(term, own.paragraphs)
      assert.ok(first === -1 || first >= at, `it is used before: "${own.paragraphs[first]}"`)
    })
  test(`${name} is used in no lesson before lesson ${term.lesson}`, () => {
    const early = texts.flatMap(({ name: file, number, paragraphs }) => {
      const at = number < term.lesson ? firstUse(term, paragraphs) : -1
      return at >= 0 ? [`${file}: "${paragraphs[at]}"`] : []
    })
    assert.equal(early, [])
  })
}

test.run()

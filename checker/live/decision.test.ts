import * as assert from 'uvu/assert'
import { Stage } from '../../test/fixtures/staged-cluster.ts'
import { suite } from '../../test/harness/suite.ts'
import { type Choice, decided, decides, toolsFor } from './decision.ts'
import { outcomeOf } from './live.ts'

const test = suite('a choice is judged by what the case asks for')

const choice: Choice = {
  tools: { cart: ['wheels'], lorry: ['wheels', 'motor'], train: ['motor', 'rails'] },
  aliases: { truck: 'lorry' },
  facts: { wheels: 'it goes on roads', motor: 'nobody pushes', rails: 'there is a railway' },
}

async function judged(needs: readonly string[], answer: unknown) {
  const live = new Stage().live({ answers: { 'cases.yaml': { move: answer } } })
  const outcome = await outcomeOf(decided('cases.yaml', 'move', choice, needs), live)
  return 'code' in outcome ? outcome.code : `${outcome.verdict}: ${outcome.measured}`
}

test('what is left is every tool that gives all of it', () => {
  assert.equal(toolsFor(choice, ['motor']), ['lorry', 'train'])
  assert.equal(toolsFor(choice, ['motor', 'wheels']), ['lorry'])
})

test('a fact decides when without it another tool would do', () => {
  assert.ok(decides(choice, ['motor', 'rails'], 'rails'))
  assert.not(decides(choice, ['motor', 'rails'], 'motor'))
  assert.not(decides(choice, ['motor', 'rails'], 'wheels'))
})

test('the right tool by a deciding fact passes', async () => {
  assert.is(await judged(['motor', 'wheels'], { tool: 'lorry', fact: 'motor' }), 'passed: lorry: nobody pushes')
  assert.is(await judged(['motor', 'wheels'], { tool: 'lorry', fact: 'wheels' }), 'passed: lorry: it goes on roads')
})

test('a tool goes by its other name too', async () => {
  assert.is(await judged(['motor', 'wheels'], { tool: 'Truck', fact: 'motor' }), 'passed: lorry: nobody pushes')
})

test('where two tools do, both pass, and the other is named', async () => {
  assert.match(await judged(['motor'], { tool: 'Train', fact: 'Motor' }), 'lorry can be defended too')
})

test('a tool that lacks something, a fact that is not asked for, a fact that decides nothing: each is told apart', async () => {
  assert.is(await judged(['motor', 'wheels'], { tool: 'cart', fact: 'wheels' }), 'choice-lacks')
  assert.is(await judged(['motor', 'rails'], { tool: 'train', fact: 'wheels' }), 'choice-not-asked')
  assert.is(await judged(['motor', 'rails'], { tool: 'train', fact: 'motor' }), 'choice-decides-nothing')
})

test('what is missing or unknown is said, whatever stands there', async () => {
  assert.is(await judged(['motor'], { tool: 'lorry' }), 'choice-missing')
  assert.is(await judged(['motor'], { tool: null, fact: 'motor' }), 'choice-missing')
  assert.is(await judged(['motor'], null), 'choice-missing')
  assert.is(await judged(['motor'], 'lorry'), 'choice-missing')
  assert.is(await judged(['motor'], { tool: 'ship', fact: 'motor' }), 'choice-unknown')
  assert.is(await judged(['motor'], { tool: 'constructor', fact: 'motor' }), 'choice-unknown')
})

test.run()

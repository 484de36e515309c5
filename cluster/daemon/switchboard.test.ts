import * as assert from 'uvu/assert'
import { suite } from '../../test/harness/suite.ts'
import type { Component } from '../client/component.ts'
import { Switchboard, UnknownComponent } from './switchboard.ts'

function board() {
  const heard: string[] = []
  const part = (name: string): Component => ({
    name,
    start: async () => void heard.push(`start ${name}`),
    stop: async () => void heard.push(`stop ${name}`),
  })
  return { heard, switchboard: new Switchboard([part('kubelet/node-1'), part('scheduler')]) }
}

const test = suite('switchboard')

test('a component is started once and stopped once, however often one asks', async () => {
  const { heard, switchboard } = board()
  await Promise.all([switchboard.start('scheduler'), switchboard.start('scheduler')])
  assert.equal(switchboard.status(), [
    { name: 'kubelet/node-1', running: false, stopped: false },
    { name: 'scheduler', running: true, stopped: false },
  ])
  await switchboard.stop('scheduler')
  await switchboard.stop('scheduler')
  assert.equal(heard, ['start scheduler', 'stop scheduler'])
})

test('what was asked to stop is stopped until it is asked to start; what has not come up yet is not', async () => {
  const { switchboard } = board()
  switchboard.alias('node-1', 'kubelet/node-1', async () => {})
  const stopped = () => switchboard.status().flatMap((each) => (each.stopped ? [each.name] : []))
  await switchboard.start('scheduler')
  assert.equal(stopped(), [])
  await switchboard.stop('scheduler')
  await switchboard.stop('node-1')
  assert.equal(stopped(), ['kubelet/node-1', 'scheduler'])
  await switchboard.start('scheduler')
  assert.equal(stopped(), ['kubelet/node-1'])
  await switchboard.start('node-1')
  assert.equal(stopped(), [])
})

test('an alias stops in its own way, also what is stopped already, and starts the component', async () => {
  const { heard, switchboard } = board()
  switchboard.alias('node-1', 'kubelet/node-1', async () => void heard.push('lose node-1'))
  await switchboard.startAll(() => true)
  await switchboard.stop('kubelet/node-1')
  await switchboard.stop('node-1')
  await switchboard.start('node-1')
  assert.equal(heard.slice(2), ['stop kubelet/node-1', 'lose node-1', 'start kubelet/node-1'])
})

test('the last is stopped first; what does not run is left alone', async () => {
  const { heard, switchboard } = board()
  await switchboard.startAll((name) => name !== 'scheduler')
  await switchboard.stopAll()
  assert.equal(heard, ['start kubelet/node-1', 'stop kubelet/node-1'])
})

test('an unknown name is answered with those there are', () => {
  const { switchboard } = board()
  switchboard.alias('node-1', 'kubelet/node-1', async () => {})
  try {
    void switchboard.start('node-9')
    assert.unreachable()
  } catch (error) {
    assert.instance(error, UnknownComponent)
    assert.match((error as Error).message, '"node-9". The components are: kubelet/node-1, scheduler, node-1')
  }
})

test.run()

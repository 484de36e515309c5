import http from 'node:http'
import type { AddressInfo } from 'node:net'
import * as assert from 'uvu/assert'
import { Stage } from '../../test/fixtures/staged-cluster.ts'
import { suite } from '../../test/harness/suite.ts'
import { doorTo } from './door.ts'
import { freePort } from './free-port.ts'
import { type Live, outcomeOf, type Reference } from './live.ts'
import { reachable } from './reachable.ts'
import { spread } from './spread.ts'

const test = suite('the door to a Service')
const servers: http.Server[] = []

test.after(() => {
  for (const server of servers) server.close()
})

/** A server on 127.0.0.1 that answers with its name. */
async function listening(name: string): Promise<number> {
  const server = http.createServer((_, response) => response.end(name))
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function answerAt(stage: Stage, reference: Reference, more: Partial<Live> = {}): Promise<string> {
  const reply = await (await doorTo(stage.live(more), reference)).ask('/')
  return reply.kind === 'answer' ? reply.text : reply.by
}

test('a load balancer that could not have the port is asked at the one it took, not at the one of somebody else', async () => {
  const [foreign, own] = [await listening('somebody else'), await listening('the Service')]
  const stage = new Stage()
  const taken = [{ port: foreign, error: 'practice/PortTaken' }, { port: own }]
  const status = { loadBalancer: { ingress: [{ ip: '127.0.0.1', ports: taken }] } }
  stage.service('a', 'LoadBalancer', [], { ports: [{ port: foreign }] }, status)
  assert.is(await answerAt(stage, 'service/a'), 'the Service')
})

test('a load balancer without any port of its own leaves the way to the node port', async () => {
  const [foreign, own] = [await listening('somebody else'), await listening('the Service')]
  const stage = new Stage()
  const status = { loadBalancer: { ingress: [{ ip: '127.0.0.1', ports: [{ port: foreign, error: 'x/PortTaken' }] }] } }
  stage.service('a', 'LoadBalancer', [], { ports: [{ port: foreign, nodePort: own }] }, status)
  assert.is(await answerAt(stage, 'service/a', { abilities: { nodePortHost: '127.0.0.1' } }), 'the Service')
})

test('node ports are asked for where the cluster says that they listen, not at addresses of nodes that are no machines', async () => {
  const own = await listening('the Service')
  const stage = new Stage()
  stage.put('/api/v1/nodes', 'node-1', { status: { addresses: [{ type: 'InternalIP', address: '127.0.0.1' }] } })
  stage.service('a', 'NodePort', [], { ports: [{ port: 80, nodePort: own }] })
  assert.is(await answerAt(stage, 'service/a'), 'the Service')
  stage.onProxy = () => ({ status: 200, text: 'by proxy' })
  assert.is(await answerAt(stage, 'service/a', { abilities: { nodePortHost: '127.0.0.2' } }), 'by proxy')
})

test('a node port that another program has is not asked', async () => {
  const foreign = await listening('somebody else')
  const stage = new Stage()
  stage.service('a', 'NodePort', [], { ports: [{ port: 80, nodePort: foreign }] })
  stage.onProxy = () => ({ status: 200, text: 'by proxy' })
  const abilities = { nodePortHost: '127.0.0.1' }
  assert.is(await answerAt(stage, 'service/a', { abilities }), 'somebody else', 'nothing tells them apart yet')
  const message = `can't open port ${foreign} on 127.0.0.1, skipping it: listen EADDRINUSE`
  stage.warning('a', 'FailedToStartServiceListener', message)
  assert.is(await answerAt(stage, 'service/a', { abilities }), 'by proxy')
})

test('a reference may name the port; another, or UDP, is not taken for it', async () => {
  const stage = new Stage()
  const ports = [
    { name: 'admin', port: 8080 },
    { name: 'web', port: 80 },
    { name: 'dns', port: 53, protocol: 'UDP' },
  ]
  stage.service('a', 'ClusterIP', [], { ports })
  stage.onProxy = (target) => ({ status: 200, text: target })
  assert.is(await answerAt(stage, 'service/a'), 'services/a:admin')
  assert.is(await answerAt(stage, 'service/a:80'), 'services/a:web')
  for (const port of [81, 53] as const) {
    const outcome = await outcomeOf(reachable(`service/a:${port}`), stage.live())
    assert.is('code' in outcome && outcome.code, 'live-no-port')
    assert.is(outcome.measured, `service/a has no port ${port} that takes HTTP; it has 8080/TCP, 80/TCP, 53/UDP`)
  }
})

test('an address that opens a moment after the Service is waited for, and asked in place of the proxy', async () => {
  const stage = new Stage()
  const own = await freePort()
  stage.service('a', 'NodePort', [], { ports: [{ port: 80, nodePort: own }] })
  stage.onProxy = () => {
    if (!servers.some((server) => server.listening && (server.address() as AddressInfo).port === own)) {
      const late = http.createServer((_, response) => response.end('the Service'))
      servers.push(late.listen(own, '127.0.0.1'))
    }
    return { status: 200, text: 'by proxy' }
  }
  const outcome = await outcomeOf(reachable('service/a'), stage.live({ abilities: { nodePortHost: '127.0.0.1' } }))
  assert.is(outcome.measured, `answered at 127.0.0.1:${own} (NodePort)`)
})

test('where no address ever opens, the proxy is asked; that the Service is sticky is not hidden by it', async () => {
  const stage = new Stage()
  const port = await freePort()
  const ports = [{ port: 80, nodePort: port }]
  stage.deployment('a', 2)
  stage.service('a', 'NodePort', ['a-1', 'a-2'], { ports })
  let asked = 0
  stage.onProxy = () => ({ status: 200, text: `a-${1 + (asked++ % 2)}` })
  const live = () => stage.live({ abilities: { nodePortHost: '127.0.0.1' } })
  const proxied = await outcomeOf(reachable('service/a'), live())
  assert.is(proxied.measured, "answered at the API server's service proxy")
  assert.is((await outcomeOf(spread('service/a', { pods: 2 }), live())).verdict, 'passed')
  stage.service('a', 'NodePort', ['a-1', 'a-2'], { ports, sessionAffinity: 'ClientIP' })
  const sticky = await outcomeOf(spread('service/a', { pods: 2 }), live())
  assert.is(sticky.measured, 'service/a has spec.sessionAffinity ClientIP; asked for is None')
})

test.run()

import { startWorld } from '../../test/harness/cluster-fixture.ts'
import { suite } from '../../test/harness/suite.ts'
import { scenarios } from '../../test/scenarios/index.ts'

const test = suite('controllers')

for (const { title, play } of scenarios) {
  test(title, async () => {
    const world = await startWorld()
    try {
      await play(world)
    } finally {
      await world.stop()
    }
  })
}

test.run()

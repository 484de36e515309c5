import {
  check,
  dataChanged,
  declares,
  deleted,
  folderSync,
  incomplete,
  labelled,
  lesson,
  prediction,
  probeIsAnswered,
  reachable,
  rollout,
  scaledTo,
  server,
} from '../../checker/lesson/index.ts'
import { fromConfigMap } from './from-config-map.ts'

const APP = 'deployment/starter-app'
const DOOR = 'service/starter-app'
const READY = 'five pods are ready'
const CONTAINERS = 'spec.template.spec.containers'
const CAME_BACK = 'what is changed behind its back comes back'

const sync = folderSync({
  script: 'sync.ts',
  deployment: APP,
  images: ['starter-app:1.0', 'starter-app:1.1'],
  drifts: [
    scaledTo(APP, 2),
    labelled(APP, 'app', 'nobody'),
    dataChanged('starter-app', 'GREETING', 'Changed by hand'),
    deleted(DOOR),
  ],
  within: 10,
})

const all = (value: unknown, holds: (each: Readonly<Record<string, unknown>>) => boolean): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((each) => holds(each as Readonly<Record<string, unknown>>))

export default lesson({
  title: "Declare, don't command",
  minutes: 35,
  files: {
    'k8s.yaml': incomplete,
    'sync.ts': server,
    'predict.yaml': prediction({
      afterScaling: { answer: 5, because: 'the file mentions the number of replicas, so it is put back' },
      extraLabelGone: { answer: 'no', because: 'what no file mentions is left alone' },
    }),
  },
  images: ['starter-app:1.0', 'starter-app:1.1'],
  checks: [
    check(READY, rollout(APP, { replicas: 5, within: 40 })),
    check(
      'each container has limits for cpu and memory',
      declares(APP, `${CONTAINERS}[*].resources`, 'limits of cpu and memory', (resources) =>
        all(resources, ({ limits }) => {
          const { cpu, memory } = (limits ?? {}) as Readonly<Record<string, unknown>>
          return cpu !== undefined && memory !== undefined
        }),
      ),
      { needs: READY },
    ),
    check('a liveness probe asks over HTTP, and is answered', probeIsAnswered(APP), { needs: READY }),
    check(
      'a readiness probe asks over HTTP',
      declares(APP, `${CONTAINERS}[*].readinessProbe`, 'a readiness probe with httpGet', (probes) =>
        all(probes, ({ httpGet }) => httpGet !== undefined),
      ),
      { needs: READY },
    ),
    check('all answer on port 80 from outside', reachable(`${DOOR}:80`, { from: 'outside' }), { needs: READY }),
    check(
      'the door is a load balancer',
      declares(DOOR, 'spec.type', 'LoadBalancer', (type) => type === 'LoadBalancer'),
      { needs: READY },
    ),
    check(
      'the greeting is that of the ConfigMap',
      fromConfigMap(`${DOOR}:80`, APP, { configMap: 'starter-app', key: 'GREETING' }),
      { needs: 'all answer on port 80 from outside' },
    ),
    check(CAME_BACK, sync.heals, { needs: READY, read: 'The idea' }),
    check('a commit reaches the cluster, and so does its revert', sync.follows, { needs: READY, read: 'The idea' }),
    check('a commit with a mistake does not end it', sync.goesOn, { needs: READY }),
  ],
  drills: [],
  hints: {},
  proved: 'the files are what is true; the cluster follows.',
})

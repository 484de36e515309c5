import {
  answer,
  answers,
  check,
  dataChanged,
  declares,
  deleted,
  drill,
  folderSync,
  given,
  incomplete,
  labelled,
  lesson,
  prediction,
  probeIsAnswered,
  reachable,
  rollout,
  runsImage,
  scaledTo,
  server,
} from '../../checker/lesson/index.ts'
import { applyTruth } from './apply-truth.ts'
import { fromConfigMap } from './from-config-map.ts'

const APP = 'deployment/starter-app'
const DOOR = 'service/starter-app'
const READY = 'its pods are ready'
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

const commandsIntoAFile = drill({
  name: 'commands-into-a-file',
  title: 'Commands into a file',
  files: { 'shop.yaml': incomplete },
  images: ['starter-app:1.0'],
  checks: [
    check('two pods are ready', rollout('deployment/shop', { replicas: 2 })),
    check('they run starter-app:1.0', runsImage('deployment/shop', 'starter-app:1.0')),
    check(
      'their container is called starter-app',
      declares(
        'deployment/shop',
        `${CONTAINERS}[*].name`,
        'starter-app',
        (names) => Array.isArray(names) && names.length > 0 && names.every((name) => name === 'starter-app'),
      ),
      { needs: 'two pods are ready' },
    ),
    check(
      'the Service shop answers on port 80 with the greeting',
      reachable('service/shop:80', { status: 200, contains: 'Good evening from ' }),
    ),
    check(
      'the Deployment carries the label team: evening',
      declares('deployment/shop', 'metadata.labels.team', 'evening', (team) => team === 'evening'),
      { needs: 'two pods are ready' },
    ),
  ],
  hints: {
    'two pods are ready': [
      'Do the pods wait, or do they crash?',
      '`kubectl describe pods`, under Events.',
      'Two replicas of `starter-app:1.0`; labels and selector agree.',
    ],
    'they run starter-app:1.0': [
      'Which version did the first command name?',
      'The text: the word behind `--image=`.',
      '`image: starter-app:1.0`',
    ],
    'their container is called starter-app': [
      'How does `kubectl create deployment` call the container?',
      '`kubectl create deployment shop --image=starter-app:1.0 --dry-run=client -o yaml`',
      'After the image: `name: starter-app`.',
    ],
    'the Deployment carries the label team: evening': [
      "Whose label is it: the pods' or the Deployment's?",
      '`kubectl get deployment shop --show-labels`',
      '`metadata.labels` at the top of the Deployment, not those of its template.',
    ],
    files: [
      'Which two objects do the commands make?',
      '`kubectl create deployment … --dry-run=client -o yaml` prints a manifest and makes nothing.',
      'Two documents with `---` between them; a Deployment and a Service.',
    ],
    'the Service shop answers on port 80 with the greeting': [
      'Do the pods know their greeting, and does the Service find the pods?',
      '`kubectl get endpointslices`, and `kubectl logs deployment/shop`.',
      'A variable stands in `env` of the container, with `name` and `value`; the Service leads to port 3000.',
    ],
  },
  proved: 'what four commands did once, a file does as often as you like.',
})

const truth = applyTruth()

const whatApplyForgets = drill({
  name: 'what-apply-forgets',
  title: 'What apply forgets',
  files: {
    'shop.yaml': given,
    'answers.yaml': answers('scaledByHand', 'labelByHand', 'labelRemovedFromTheFile', 'objectRemovedFromTheFiles'),
  },
  images: ['starter-app:1.0'],
  checks: (
    [
      ['a number that the file mentions', 'scaledByHand'],
      ['a label that no file ever mentioned', 'labelByHand'],
      ['a label that the file mentioned before', 'labelRemovedFromTheFile'],
      ['an object whose file is gone', 'objectRemovedFromTheFiles'],
    ] as const
  ).map(([title, key]) =>
    check(
      title,
      answer('answers.yaml', key, async (live) => (await truth(live))[key]),
      { needs: 'none' },
    ),
  ),
  hints: {
    'a number that the file mentions': [
      'Does the file say what it should be?',
      'Scale, apply, and look at `kubectl get deployment shop`.',
      'What the file mentions is put back.',
    ],
    'a label that no file ever mentioned': [
      'How should apply know that it is not meant to be there?',
      'Add a label with `kubectl label`, apply, and look at `--show-labels`.',
      'Controllers and colleagues write labels too; apply leaves alone what is not its own.',
    ],
    'a label that the file mentioned before': [
      'Does apply remember what it applied the last time?',
      '`kubectl get deployment shop -o yaml`: the annotation `last-applied-configuration`.',
      'What stood in the last file and stands in this one no more was taken out by you.',
    ],
    'an object whose file is gone': [
      'Does a command that gets no file know of the object?',
      'Move the file away, apply the rest, and look at `kubectl get configmaps`.',
      'Apply goes through the objects that it is given. Nobody gives it this one.',
    ],
  },
  proved: 'apply puts back what the file says, takes out what it said before, and knows nothing else.',
})

export default lesson({
  title: "Declare, don't command",
  minutes: 35,
  waits: 18,
  files: {
    'k8s.yaml': incomplete,
    'sync.ts': server,
    'predict.yaml': prediction({
      afterScaling: {
        answer: 2,
        among: [1, 2],
        because: 'the file mentions the number of replicas, so it is put back',
      },
      extraLabelGone: { answer: 'no', because: 'what no file mentions is left alone' },
    }),
  },
  images: ['starter-app:1.0', 'starter-app:1.1'],
  checks: [
    check(READY, rollout(APP, { within: 60 })),
    check(
      'there are five of them',
      declares(APP, 'spec.replicas', '5', (replicas) => replicas === 5),
      { needs: READY },
    ),
    check(
      'each container has limits for cpu and memory',
      declares(APP, `${CONTAINERS}[*].resources`, 'limits of cpu and memory', (resources) =>
        all(resources, ({ limits }) => {
          const { cpu, memory } = (limits ?? {}) as Readonly<Record<string, unknown>>
          // 0 is no limit
          return [cpu, memory].every((limit) => limit !== undefined && String(limit) !== '0')
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
  drills: [commandsIntoAFile, whatApplyForgets],
  hints: {
    'there are five of them': [
      'Which field says how many?',
      '`kubectl explain deployment.spec.replicas`',
      '`replicas: 5`, beside `selector`.',
    ],
    'a liveness probe asks over HTTP, and is answered': [
      'Which page of the server says that it lives, and on which port?',
      '`kubectl explain pod.spec.containers.livenessProbe.httpGet`, and lesson 5.',
      '`livenessProbe` with `httpGet`: `path: /health`, `port: 3000`.',
    ],
    'a readiness probe asks over HTTP': [
      'Which page of the server says that it wants requests?',
      '`kubectl explain pod.spec.containers.readinessProbe.httpGet`, and lesson 8.',
      '`readinessProbe` with `httpGet`: `path: /ready`, `port: 3000`.',
    ],
    'the door is a load balancer': [
      'Which of the three types of lesson 4 has an address outside the cluster?',
      '`kubectl explain service.spec.type`',
      '`type: LoadBalancer`.',
    ],
    files: [
      'How deep does the finding stand, and in which of the three objects?',
      '`kubectl explain deployment.spec.template.spec.containers.resources`',
      '`resources`, `envFrom` and the probes stand beside `image` of the container.',
    ],
    [READY]: [
      'Do the pods wait, crash, or are they not ready?',
      '`kubectl describe pods`, under Events.',
      'A ConfigMap that a pod refers to must exist; a probe must ask a page that the server has, on port 3000.',
    ],
    'each container has limits for cpu and memory': [
      'What may the container take at most, and where does that stand?',
      '`kubectl explain deployment.spec.template.spec.containers.resources.limits`',
      'Under `resources`: `limits` with `cpu` and `memory`. `requests` are something else: what is promised.',
    ],
    'the greeting is that of the ConfigMap': [
      'Where do the pods have their greeting from?',
      '`kubectl get configmap starter-app -o yaml`, and lesson 6.',
      '`envFrom` is a list; an item is `configMapRef` with a `name`. The key must be called `GREETING`.',
    ],
    'all answer on port 80 from outside': [
      'Which port do clients use, and where do the pods listen?',
      'Lesson 4, "The idea".',
      '`port: 80`, `targetPort: 3000`.',
    ],
    [CAME_BACK]: [
      'When does your program apply the files: when a file changes, or again and again?',
      '"The idea": what do loops look at?',
      '`setInterval` calls a function again and again. `kubectl apply` does nothing where nothing is to be done.',
    ],
    'a commit reaches the cluster, and so does its revert': [
      'Which folder does your program apply: the one that it was given?',
      'Start it yourself with a folder of its own, and change a file in there.',
      'The place is the first word behind `sync.ts`: `process.argv[2]`.',
    ],
    'a commit with a mistake does not end it': [
      'What does your program do when kubectl fails?',
      'Break a file on purpose while it runs, and look.',
      'A call that throws ends a program, unless somebody catches it.',
    ],
  },
  proved: 'the files are what is true; the cluster follows.',
})

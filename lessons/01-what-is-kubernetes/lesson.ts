import { answer, answers, check, drill, given, lesson, prediction, rollout } from '../../checker/lesson/index.ts'
import { answerOfDiscovery, eventOf } from './diary.ts'
import { choosesANode, keepsTheCount, startsContainers } from './jobs.ts'
import { sameAs } from './parts.ts'

const TOUR = 'tour.yaml'

const readTheDiary = drill({
  name: 'read-the-diary',
  title: 'Read the diary',
  files: { 'stuck.yaml': given, 'diary.yaml': answers('reason', 'from', 'nodesThatFit') },
  checks: [
    check(
      'the reason is the one in the diary',
      answer('diary.yaml', 'reason', async (live) => (await eventOf(live, 'stuck')).reason),
    ),
    check(
      'it was written by the part that is named',
      answer('diary.yaml', 'from', async (live) => {
        const { from } = await eventOf(live, 'stuck')
        return [from, ...sameAs(from)]
      }),
      {
        needs: 'none',
      },
    ),
    check(
      'so many nodes fit',
      answer('diary.yaml', 'nodesThatFit', async (live) => (await eventOf(live, 'stuck')).nodesThatFit),
      { needs: 'none' },
    ),
  ],
  hints: {
    'the reason is the one in the diary': [
      'Which of the columns says in one word what happened?',
      'The last lines of `kubectl describe pod stuck`.',
      'It stands under Reason, and begins with "Failed".',
    ],
    'it was written by the part that is named': [
      'Whose work is it that could not be done: choosing a node, or starting a container?',
      'The column From in the events of `kubectl describe pod stuck`.',
      'The same part wrote `Scheduled` for the pods of hello.',
    ],
    'so many nodes fit': [
      'What does the message say before the colon?',
      'The message of the event counts the nodes: so many of so many are available.',
      'The first of the two numbers.',
    ],
  },
  proved: 'when a pod does not run, its events say why.',
})

const askTheDoor = drill({
  name: 'ask-the-door',
  title: 'Ask the door',
  files: {
    'kinds.yaml': answers('shortNameOfPods', 'deploymentsApiVersion', 'nodesLiveInNamespaces', 'kindOfEndpointslices'),
  },
  checks: [
    check(
      'the short name of pods',
      answerOfDiscovery('kinds.yaml', 'shortNameOfPods', '/api/v1', 'pods', (pods) => pods.shortNames ?? []),
    ),
    check(
      'the apiVersion of deployments',
      answerOfDiscovery('kinds.yaml', 'deploymentsApiVersion', '/apis/apps/v1', 'deployments', () => ['apps/v1']),
      { needs: 'none' },
    ),
    check(
      'whether nodes live in namespaces',
      answerOfDiscovery('kinds.yaml', 'nodesLiveInNamespaces', '/api/v1', 'nodes', (nodes) => [nodes.namespaced]),
      { needs: 'none' },
    ),
    check(
      'the kind of endpointslices',
      answerOfDiscovery(
        'kinds.yaml',
        'kindOfEndpointslices',
        '/apis/discovery.k8s.io/v1',
        'endpointslices',
        (slices) => [slices.kind],
      ),
      { needs: 'none' },
    ),
  ],
  hints: {
    'the short name of pods': [
      'Which of the columns holds short names?',
      '`kubectl api-resources`, the line that begins with pods.',
      'It stands under SHORTNAMES and has two letters.',
    ],
    'the apiVersion of deployments': [
      'Is it the same as that of pods?',
      '`kubectl api-resources`, the line that begins with deployments.',
      'It stands under APIVERSION: a group, a slash and a version.',
    ],
    'whether nodes live in namespaces': [
      'Did `kubectl get nodes` need a namespace?',
      '`kubectl api-resources`, the line that begins with nodes.',
      'The word under NAMESPACED is the answer.',
    ],
    'the kind of endpointslices': [
      'Which of the columns is meant for the line `kind` of a manifest?',
      '`kubectl api-resources`, the line that begins with endpointslices.',
      'It is the last word of the line; copy it with its capital letters.',
    ],
  },
  proved: 'the API server itself tells what it knows.',
})

export default lesson({
  title: 'What is Kubernetes? A tour',
  minutes: 20,
  waits: 6,
  disturbsCluster: true,
  files: {
    'hello.yaml': given,
    [TOUR]: answers('nodes', 'version', 'door', 'choosesANode', 'keepsTheCount', 'startsContainers', 'heartbeats'),
    'predict.yaml': prediction({
      withoutAScheduler: { answer: 2, because: 'what runs needs no scheduler; a new pod needs one, and waits for it' },
    }),
  },
  images: ['starter-app:1.0'],
  checks: [
    check('three copies of hello run', rollout('deployment/hello', { replicas: 3 })),
    check(
      'so many nodes',
      answer(TOUR, 'nodes', async (live) => (await live.objects.list('v1 Node')).length),
      { needs: 'none' },
    ),
    check(
      "the kubelet's version",
      answer(TOUR, 'version', async (live) => {
        const versions = (await live.objects.list('v1 Node')).map(({ status }) => status.nodeInfo?.kubeletVersion ?? '')
        return versions.flatMap((version) => [version, version.replace(/^v/, '')])
      }),
      { needs: 'none' },
    ),
    check(
      'the address of the door',
      answer(TOUR, 'door', async (live) => {
        const door = (await live.objects.get('v1 Service', 'default', 'kubernetes'))?.spec
        return [door?.clusterIP ?? '', `${door?.clusterIP}:443`]
      }),
      { needs: 'none' },
    ),
    check(
      'the namespace of the heartbeats',
      answer(TOUR, 'heartbeats', async (live) => {
        const nodes = new Set((await live.objects.list('v1 Node')).map(({ metadata }) => metadata.name))
        const leases = await live.objects.list('coordination.k8s.io/v1 Lease')
        return leases.filter(({ metadata }) => nodes.has(metadata.name)).map(({ metadata }) => metadata.namespace ?? '')
      }),
      { needs: 'none' },
    ),
    check('who chooses a node for a new pod', choosesANode, { needs: 'three copies of hello run', read: 'The idea' }),
    check('who creates a pod when one is missing', keepsTheCount, {
      needs: 'three copies of hello run',
      read: 'The idea',
    }),
    check('who starts the containers of a node', startsContainers, {
      needs: 'three copies of hello run',
      read: 'The idea',
    }),
  ],
  drills: [readTheDiary, askTheDoor],
  hints: {
    'three copies of hello run': [
      'Is `hello.yaml` as it was given to you?',
      '`kubectl get pods`, and `npm run diff`.',
      '`npm run reset 1` brings fresh files; yours are kept.',
    ],
    'so many nodes': [
      'What did the first command show?',
      '`kubectl get nodes`',
      'Count its lines, without the heading.',
    ],
    "the kubelet's version": [
      'Which column tells it?',
      '`kubectl get nodes`, the last column.',
      'It begins with v1.; copy it as it stands.',
    ],
    'the address of the door': [
      'Which column holds an address that is the same for everybody in the cluster?',
      '`kubectl get service kubernetes --namespace default`',
      'It stands under CLUSTER-IP.',
    ],
    'the namespace of the heartbeats': [
      'What do nodes renew every few seconds?',
      '`kubectl get leases --all-namespaces`',
      'The namespace stands in the first column, beside the names of your nodes.',
    ],
    'who chooses a node for a new pod': [
      'Who wrote the event with the reason Scheduled?',
      'The events of "See it", and the table under the picture.',
      'Its name says what it does: it makes the schedule.',
    ],
    'who creates a pod when one is missing': [
      'Who wrote the event with the reason SuccessfulCreate?',
      'The table under the picture: which part runs the loops?',
      'In the events it signs with the name of one of its loops, the ReplicaSet controller.',
    ],
    'who starts the containers of a node': [
      'Who wrote the event with the reason Started?',
      'The table under the picture: which part is there once on each node?',
      'It starts containers through the container runtime.',
    ],
  },
  proved: 'each part has one job; when one rests, its job waits, and what runs goes on.',
})

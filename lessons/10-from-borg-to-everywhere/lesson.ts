import path from 'node:path'
import {
  answer,
  answerIs,
  answers,
  atMostOnAHost,
  check,
  decided,
  declares,
  drill,
  given,
  incomplete,
  keptApart,
  leavesLostHost,
  lesson,
  lostHost,
  post,
  prediction,
  reachable,
  restartsInPlace,
  rollout,
  runsImage,
  staysFor,
  tool,
} from '../../checker/lesson/index.ts'
import { workbook } from '../../checker/practice/workbook.ts'
import { timeline } from './timeline.ts'
import { cases, tools } from './tools.ts'

const APP = 'deployment/starter-app'
const READY = 'three pods are ready'
const APART = 'a rule keeps the pods on different hosts'
const LEAVE = 'pods leave a lost host within 30 seconds'
const DATES = 'the dates of the timeline'
const GOES_ON = 'a host is lost under the cluster: somebody always answers'
const REPLACED = 'the lost pods are replaced on other hosts'

const loss = lostHost({
  deployment: APP,
  service: 'service/starter-app:80',
  alone: {
    folder: path.join(workbook, 'lessons', '10-from-borg-to-everywhere'),
    file: 'one-host.yaml',
    service: 'service/one-host',
  },
  perSecond: 20,
  speed: 20,
  within: 30,
})

const fromCompose = drill({
  name: 'from-compose',
  title: 'From Compose to Kubernetes',
  files: { 'compose.yaml': tool, 'k8s.yaml': incomplete },
  images: ['starter-app:1.0', 'starter-app:1.1'],
  checks: [
    check('web runs', rollout('deployment/web', { replicas: 1 })),
    check('web runs the image of the Compose file', runsImage('deployment/web', 'starter-app:1.0')),
    check(
      'web answers outside, at port 8080, with its greeting',
      reachable('service/web:8080', { from: 'outside', contains: 'Good evening from ' }),
      { needs: 'web runs' },
    ),
    check('quotes runs', rollout('deployment/quotes', { replicas: 1 }), { needs: 'none' }),
    check('quotes runs the image of the Compose file', runsImage('deployment/quotes', 'starter-app:1.1')),
    check(
      'quotes answers at port 4000, with its greeting',
      reachable('service/quotes:4000', { contains: 'To be or not to be from ' }),
      { needs: 'quotes runs' },
    ),
    check(
      'quotes is for the inside only',
      declares('service/quotes', 'spec.type', 'ClusterIP', (type) => type === 'ClusterIP'),
      { needs: 'quotes runs' },
    ),
    check(
      'a container that crashes is started again',
      restartsInPlace('deployment/web', { by: post('/crash', { deadly: true, port: 3000 }), within: 40 }),
      { needs: 'web runs' },
    ),
  ],
  hints: {
    files: [
      'What does the finding say is missing, and in which of the objects?',
      'The files of lessons 3 and 4: a Deployment and a Service.',
      'Four documents, parted by `---`; each begins with `apiVersion`, `kind` and `metadata`.',
    ],
    'web answers outside, at port 8080, with its greeting': [
      'Which of the two numbers in "8080:3000" is the door, and which is the pod?',
      'Lesson 4: `port`, `targetPort` and `type`.',
      '`port` is 8080, `targetPort` 3000, and the type `LoadBalancer` or `NodePort`. The greeting stands under `env` of the container.',
    ],
    'quotes answers at port 4000, with its greeting': [
      'On which port does this container listen, and who tells it?',
      'The environment in the Compose file, and `kubectl logs deployment/quotes`.',
      'PORT is "4000", in quotes; the Service has `port: 4000`.',
    ],
    'quotes is for the inside only': [
      'Has the Compose file `ports` for it, or `expose`?',
      '`kubectl get services`, column TYPE.',
      'A Service without a `type` is for the inside.',
    ],
  },
  proved: 'what a Compose file says, a cluster can be told; what starts first, it need not be told.',
})

const theFourthPod = drill({
  name: 'the-fourth-pod',
  title: 'The fourth pod',
  files: { 'deployment.yaml': incomplete },
  images: ['starter-app:1.0'],
  checks: [
    check('four pods are ready', rollout('deployment/shop', { replicas: 4 })),
    check('a rule keeps them on different hosts', keptApart('deployment/shop'), { needs: 'none' }),
    check('no host has more than two', atMostOnAHost('deployment/shop', 2), { needs: 'four pods are ready' }),
  ],
  hints: {
    'four pods are ready': [
      'Which pod waits, and for what?',
      '`kubectl describe pods`: the event `FailedScheduling`.',
      'The rule is a must. There is a form of it that is a wish, and there is another kind of rule that asks for evenness.',
    ],
    'a rule keeps them on different hosts': [
      'Is there still a rule, and does it count these pods, by their hosts?',
      '`kubectl explain deployment.spec.template.spec.topologySpreadConstraints`',
      '`topologyKey: kubernetes.io/hostname`, and a `labelSelector` that matches `app: shop`.',
    ],
  },
  proved: 'a rule that is too strict keeps pods waiting; one that asks for evenness does not.',
})

const FATE = 'fate.yaml'

const theLostPod = drill({
  name: 'the-lost-pod',
  title: 'The lost pod',
  files: { 'pod.yaml': given, [FATE]: answers('stays', 'onTheList', 'shown', 'madeAgain') },
  images: ['starter-app:1.0'],
  checks: [
    check(
      'for so long it stays bound to a lost host',
      answer(FATE, 'stays', async (live) => {
        const pod = await live.objects.get('v1 Pod', live.namespace, 'lonely')
        const seconds = pod && staysFor(pod, 'node.kubernetes.io/unreachable')
        return [`${seconds}`, `${seconds}s`, `${seconds} s`, `${seconds} seconds`]
      }),
    ),
    check('whether it still gets requests', answerIs(FATE, 'onTheList', 'no', false), { needs: 'none' }),
    check('what it is shown as', answerIs(FATE, 'shown', 'Terminating'), { needs: 'none' }),
    check('whether another one is made', answerIs(FATE, 'madeAgain', 'no', false), { needs: 'none' }),
  ],
  hints: {
    'for so long it stays bound to a lost host': [
      'Who wrote tolerations into the pod?',
      '`kubectl get pod lonely -o yaml`, at `tolerations`.',
      'It is the number after `tolerationSeconds`.',
    ],
    'whether it still gets requests': [
      'What happens to a pod on the list of a Service when it counts as not ready?',
      'The first point of "The idea".',
      'The list is about pods that are ready, and those of a lost host are not.',
    ],
    'what it is shown as': [
      'It is deleted then. Who has to stop its containers, so that it can go?',
      'Lose a host, as in "See it", wait (the clock goes 20 times as fast), and look.',
      'It ends and ends, and nobody is there to say that it has ended.',
    ],
    'whether another one is made': [
      'Who makes a pod when one is missing, and does that one know of this pod?',
      'Lesson 3: the chain from Deployment to pod.',
      'It is in no chain.',
    ],
  },
  proved: 'a pod does not move. It is given up, and a controller makes another one, if there is a controller.',
})

const caseTitle = (title: string) => `${title}: a tool that fits, and a fact that decides`

export default lesson({
  title: 'From Borg to everywhere',
  minutes: 35,
  files: {
    'deployment.yaml': incomplete,
    'service.yaml': given,
    'one-host.yaml': tool,
    'timeline.yaml': answers(
      'borg',
      'omega',
      'docker',
      'firstCommit',
      'firstVersion',
      'compose',
      'nomad',
      'swarm',
      'kubernetes134',
    ),
    'cases.yaml': answers(...Object.keys(cases)),
    'predict.yaml': prediction({
      aNewPod: {
        answer: 3,
        because: '50 s until the host counts as lost, and 300 s more for which its pods stay bound to it',
      },
    }),
  },
  images: ['starter-app:1.0'],
  disturbsCluster: true,
  checks: [
    check(
      DATES,
      timeline('timeline.yaml', {
        // sources say 2003 to 2004
        borg: ['2003', '2004'],
        omega: ['2013'],
        docker: ['2013'],
        firstCommit: ['2014-06-06'],
        firstVersion: ['2015-07-21'],
        compose: ['2015'],
        nomad: ['2015'],
        swarm: ['2016'],
        kubernetes134: ['2025'],
      }),
      { needs: 'none', read: 'Where it comes from' },
    ),
    ...Object.entries(cases).map(([key, { title, needs }]) =>
      check(caseTitle(title), decided('cases.yaml', key, tools, needs), { needs: 'none', read: 'Which tool?' }),
    ),
    check(READY, rollout(APP, { replicas: 3 }), { needs: 'none' }),
    check(APART, keptApart(APP), { needs: READY, read: 'The idea' }),
    check(LEAVE, leavesLostHost(APP, { within: 30 }), { needs: READY, read: 'The idea' }),
    check('a host is lost under a supervisor that only restarts: counted', loss.alone, { needs: LEAVE }),
    check(GOES_ON, loss.keepsAnswering, { needs: LEAVE, read: 'The idea' }),
    check(REPLACED, loss.isReplaced, { needs: LEAVE, read: 'The idea' }),
  ],
  drills: [fromCompose, theFourthPod, theLostPod],
  hints: {
    [DATES]: [
      'Which of the events does the text tie to another one, and how far apart are they?',
      '"Where it comes from"; count from the dates that are written out.',
      'Docker: 2013. Omega in the same year; Compose and Nomad in the year of 1.0; Swarm one year later.',
    ],
    [READY]: [
      'Is a pod waiting for a host?',
      '`kubectl describe pods`: the last event says which hosts did not fit, and why.',
      'A rule that forbids two pods on one host leaves a pod without one as soon as there are more pods than hosts.',
    ],
    [APART]: [
      'What does the pod template say about where the pods may go, and is that what you want?',
      '`kubectl explain deployment.spec.template.spec.topologySpreadConstraints`',
      'Take `affinity` out. Spread over `kubernetes.io/hostname`, with a `labelSelector` that matches `app: starter-app`.',
    ],
    [LEAVE]: [
      'What do the pods tolerate, and for how long? You wrote nothing, but the API server did.',
      '`kubectl get pods -o yaml`, at `tolerations`.',
      'Two entries with effect `NoExecute`, one for each of the two taints of "The idea", each with its `tolerationSeconds`.',
    ],
    [GOES_ON]: [
      'Where were the pods when their host was lost?',
      '`kubectl get pods -o wide`, column NODE.',
      'All on one host are all lost with it: first comes the rule that keeps them apart.',
    ],
    [REPLACED]: [
      'Was the pod given up in time, and if so, was there a host for the new one?',
      'The lines under the check: how long pods stay bound, or what the scheduler says.',
      'After the loss there are two hosts for three pods: a rule that forbids two pods on one host keeps the third waiting.',
    ],
  },
  proved: 'a supervisor on one host heals what happens on it; a cluster heals the loss of the host.',
})

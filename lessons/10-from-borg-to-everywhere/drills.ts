import {
  answer,
  answerIs,
  answers,
  atMostOnAHost,
  check,
  declares,
  drill,
  given,
  incomplete,
  keptApart,
  post,
  reachable,
  restartsInPlace,
  rollout,
  runsImage,
  staysFor,
  tool,
} from '../../checker/lesson/index.ts'

export const fromCompose = drill({
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
    'web runs': [
      'Is there a Deployment of this name, and does its pod stay up?',
      '`kubectl get deployments,pods`, and `kubectl describe pods`.',
      'Its `selector.matchLabels` are the labels of its own `template`; the container has a name and an image.',
    ],
    'web runs the image of the Compose file': [
      'Which image stands under `web` in compose.yaml?',
      '`image`, in the container of the Deployment `web`.',
      'It is starter-app:1.0.',
    ],
    'quotes runs': [
      'Is there a Deployment of this name, and does its pod stay up?',
      '`kubectl get deployments,pods`, and `kubectl describe pods`.',
      'It is written as `web` is, with labels of its own.',
    ],
    'quotes runs the image of the Compose file': [
      'Which image stands under `quotes` in compose.yaml? Look twice.',
      '`image`, in the container of the Deployment `quotes`.',
      'It is starter-app:1.1.',
    ],
    'a container that crashes is started again': [
      'What did you write that Compose needs, and Kubernetes does not?',
      '`kubectl get pods`, column RESTARTS.',
      'Leave `restartPolicy` out: a Deployment takes `Always`, and nothing else.',
    ],
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

export const theFourthPod = drill({
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
    'no host has more than two': [
      'Where are the four pods?',
      '`kubectl get pods -o wide`, column NODE.',
      'A smaller `maxSkew` is a stricter wish for evenness; 1 is the smallest.',
    ],
  },
  proved: 'a rule that is too strict keeps pods waiting; one that asks for evenness does not.',
})

const FATE = 'fate.yaml'

export const theLostPod = drill({
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

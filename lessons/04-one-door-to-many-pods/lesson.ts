import {
  check,
  drill,
  given,
  incomplete,
  killOnePodOf,
  lesson,
  prediction,
  reachable,
  rollout,
  spread,
  survives,
  to,
} from '../../checker/lesson/index.ts'
import { declares } from '../../checker/live/declares.ts'
import { portMoved } from './port-moved.ts'

const theEmptyList = drill({
  name: 'the-empty-list',
  title: 'The empty list',
  files: { 'deployment.yaml': given, 'service.yaml': incomplete },
  images: ['starter-app:1.0'],
  checks: [
    check('three pods are ready', rollout('deployment/shop', { replicas: 3 })),
    check('the name answers on port 8080 from outside', reachable('service/shop:8080', { from: 'outside' })),
    check('requests reach every pod', spread('service/shop:8080', { requests: 60, pods: 3 })),
  ],
  hints: {
    'service-selects-nobody': [
      'Which labels does the Service look for, and which do the pods carry?',
      '`kubectl get pods --show-labels` and `kubectl describe service shop`, side by side.',
      'The Deployment has a label of its own; its pods have the one of the template.',
    ],
    'three pods are ready': [
      'Is `deployment.yaml` as it was given to you?',
      '`kubectl get pods`, and `npm run diff`.',
      '`npm run reset 4 the-empty-list` brings fresh files; yours are kept.',
    ],
    'the name answers on port 8080 from outside': [
      'Is there an address behind the Service, and does the port lead to where the server listens?',
      '`kubectl get endpointslices`, then `kubectl describe service shop`.',
      'The door is 8080, the server listens on 3000, and only a `LoadBalancer` or a `NodePort` is seen from outside.',
    ],
    'requests reach every pod': [
      'Which labels do all three pods carry?',
      '`kubectl get pods --show-labels` beside `kubectl get endpointslices`.',
      'The selector has one label, that of the template; nothing may tie a client to one pod.',
    ],
  },
  proved: 'an empty list of endpoints means a selector that fits nobody.',
})

const aPortWithAName = drill({
  name: 'a-port-with-a-name',
  title: 'A port with a name',
  waits: 3,
  files: { 'deployment.yaml': incomplete, 'service.yaml': incomplete },
  images: ['starter-app:1.0'],
  checks: [
    check('two pods are ready', rollout('deployment/shop', { replicas: 2 })),
    check('the name answers on port 80 from outside', reachable('service/shop:80', { from: 'outside' })),
    check(
      'the container port is called web',
      declares(
        'deployment/shop',
        'spec.template.spec.containers[*].ports[*]',
        'a port 3000 with the name web',
        (ports) =>
          Array.isArray(ports) && ports.some(({ name, containerPort }) => name === 'web' && containerPort === 3000),
      ),
    ),
    check(
      'the server moves to port 4000, and the Service goes on',
      portMoved('deployment/shop', 'service/shop:80', { named: 'web', to: 4000 }),
    ),
  ],
  hints: {
    'two pods are ready': [
      'What do the pods say when you look at them?',
      '`kubectl get pods`, then `kubectl describe pod NAME`.',
      'The environment variable PORT and `replicas` stay as they were given: `npm run diff`.',
    ],
    'the name answers on port 80 from outside': [
      'Who can reach a Service of the type that yours has, and does its port lead anywhere?',
      '`kubectl get endpointslices`: an empty list of ports means that no container port has that name.',
      'The name under `targetPort` must be the name of the container port, letter by letter.',
    ],
    'the container port is called web': [
      'What besides a number can a container port have?',
      '`kubectl explain deployment.spec.template.spec.containers.ports`',
      'Beside `containerPort` stands a `name`.',
    ],
    'the server moves to port 4000, and the Service goes on': [
      'What does the Service remember: a number or a name?',
      'Look at `targetPort` in `kubectl get service shop -o yaml`.',
      '`targetPort` takes the name of a container port as well as a number.',
    ],
  },
  proved: 'the pods may change their port, and the Service need not know.',
})

export default lesson({
  title: 'One door to many pods',
  minutes: 25,
  files: {
    'deployment.yaml': given,
    'service.yaml': incomplete,
    'predict.yaml': prediction({
      noSuchPods: { answer: 3, because: 'a Service may wait for pods that come later; its list is empty until then' },
    }),
  },
  images: ['starter-app:1.0'],
  checks: [
    check('three replicas are ready', rollout('deployment/starter-app', { replicas: 3 })),
    check('the name answers on port 80 from outside', reachable('service/starter-app:80', { from: 'outside' }), {
      read: 'The idea',
    }),
    check('requests reach every pod', spread('service/starter-app:80', { requests: 60, pods: 3 }), {
      read: 'The idea',
    }),
    check(
      'the door stays open while a pod dies',
      survives(killOnePodOf('deployment/starter-app'), {
        traffic: to('service/starter-app:80').perSecond(20),
        answering: 'again within 1 s',
      }),
    ),
  ],
  drills: [theEmptyList, aPortWithAName],
  hints: {
    files: [
      'Which key is the finding about, and what does `kubectl explain service.spec` say of it?',
      'A Service has a list of ports, and its selector is a plain list of labels.',
      'Each item of `ports` has a `port` and a `targetPort`; right under `selector` stands `app: starter-app`.',
    ],
    'three replicas are ready': [
      'Is `deployment.yaml` as it was given to you?',
      '`kubectl get pods`, and `npm run diff`.',
      '`npm run reset 4` brings fresh files; yours are kept.',
    ],
    'the door stays open while a pod dies': [
      'How many pods stand behind the Service while one dies?',
      '`kubectl get endpointslices --watch` in a second shell while the check runs.',
      'All three pods must be behind the Service, so that two remain.',
    ],
    'live-no-port': [
      'Which of the two numbers do clients use?',
      '`kubectl get service starter-app` shows it under PORT(S).',
      'It is the one called `port`, without `target`.',
    ],
    'the name answers on port 80 from outside': [
      'Who can reach a Service of the type that yours has?',
      'The table of types in the text; then `kubectl get endpointslices`: is there an address, and which port?',
      'From outside needs `NodePort` or `LoadBalancer`, and `targetPort` is where the server listens: 3000.',
    ],
    'requests reach every pod': [
      'Which labels does the Service look for, and which do the pods carry?',
      'Compare `kubectl get endpointslices` with `kubectl get pods --show-labels`.',
      'All three pods must be behind the Service, and nothing may tie a client to one of them.',
    ],
    'service-selects-nobody': [
      'Which labels does the Service look for, and which do the pods carry?',
      'Compare `kubectl get endpointslices` with `kubectl get pods --show-labels`.',
      'The selector of a Service is matched against the labels of the pod template, not of the Deployment.',
    ],
  },
  proved: 'clients know one name; pods come and go behind it.',
})

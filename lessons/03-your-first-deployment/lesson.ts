import {
  check,
  declares,
  drill,
  incomplete,
  lesson,
  ownerChain,
  prediction,
  replacedAfterKill,
  rollout,
} from '../../checker/lesson/index.ts'
import { runsImage } from '../../checker/live/runs-image.ts'

const CONTAINERS = 'spec.template.spec.containers'

const labelsThatDisagree = drill({
  name: 'labels-that-disagree',
  title: 'Labels that disagree',
  files: { 'deployment.yaml': incomplete },
  images: ['starter-app:1.0'],
  checks: [
    check('two pods are ready', rollout('deployment/shop', { replicas: 2 })),
    check('the pods carry app: shop', carries('deployment/shop', 'app', 'shop'), { needs: 'two pods are ready' }),
    check('the pods carry tier: front', carries('deployment/shop', 'tier', 'front'), { needs: 'two pods are ready' }),
    check('they run starter-app:1.0', runsImage('deployment/shop', 'starter-app:1.0'), { needs: 'two pods are ready' }),
  ],
  hints: {
    'selector-misses-template': [
      'Which labels does the selector look for, and which does the template set?',
      'Compare them line by line: `matchLabels` above, `template.metadata.labels` below.',
      'One value is longer than the other. The text of the drill says which one is meant.',
    ],
    'two pods are ready': [
      'How many pods does the file ask for, and what do they say?',
      '`kubectl get pods`, then `kubectl describe pod NAME`.',
      '`replicas` is 2, and the image `starter-app:1.0`.',
    ],
    'the pods carry app: shop': [
      'Which labels does each pod get?',
      '`kubectl get pods --show-labels`',
      'Under `template.metadata.labels` stands `app: shop`.',
    ],
    'the pods carry tier: front': [
      'Selector and template agree now. Do they agree on the value that the text asks for?',
      '`kubectl get pods --show-labels`',
      'It is `front`, in both places.',
    ],
    'they run starter-app:1.0': [
      'Which image do the pods run?',
      '`kubectl get deployment shop -o wide`, the column IMAGES.',
      'It stands under `containers`, and needs no change: `starter-app:1.0`.',
    ],
  },
  proved: 'a selector must find the pods of its own template, and the API server insists on it.',
})

const theMissingImage = drill({
  name: 'the-missing-image',
  title: 'The missing image',
  files: { 'deployment.yaml': incomplete },
  images: ['starter-app:1.1'],
  checks: [
    check('two pods are ready', rollout('deployment/shop', { replicas: 2 })),
    check('they run starter-app:1.1', runsImage('deployment/shop', 'starter-app:1.1')),
  ],
  hints: {
    'two pods are ready': [
      'What does the column STATUS of `kubectl get pods` say?',
      '`kubectl describe pods`: the events at its end name what could not be had.',
      'Read the name of the image letter by letter.',
    ],
    'they run starter-app:1.1': [
      'Which version does the text ask for?',
      '`kubectl get deployment shop -o wide`, the column IMAGES.',
      'A name, a colon, a version: `starter-app:1.1`.',
    ],
  },
  proved: 'a name can be well-formed and still mean nothing; the events of the pod say so.',
})

export default lesson({
  title: 'Your first Deployment',
  minutes: 20,
  files: {
    'deployment.yaml': incomplete,
    'predict.yaml': prediction({
      afterDeletingAPod: { answer: 3, because: 'the ReplicaSet counts two, and makes another one' },
    }),
  },
  images: ['starter-app:1.0'],
  checks: [
    check('three pods are ready', rollout('deployment/starter-app', { replicas: 3 }), { read: 'The idea' }),
    check('the pods carry app: starter-app', carries('deployment/starter-app', 'app', 'starter-app'), {
      needs: 'three pods are ready',
      read: 'Your turn',
    }),
    check(
      'each pod has one container, named server',
      declares('deployment/starter-app', `${CONTAINERS}[*].name`, '["server"]', (names) => isOnly(names, 'server')),
      { needs: 'three pods are ready', read: 'Your turn' },
    ),
    check('it runs starter-app:1.0', runsImage('deployment/starter-app', 'starter-app:1.0'), {
      needs: 'three pods are ready',
      read: 'Your turn',
    }),
    check(
      'it declares port 3000',
      declares(
        'deployment/starter-app',
        `${CONTAINERS}[*].ports[*].containerPort`,
        '[3000]',
        (ports) => Array.isArray(ports) && ports.includes(3000),
      ),
      { needs: 'three pods are ready', read: 'Your turn' },
    ),
    check('every pod belongs to the Deployment', ownerChain('deployment/starter-app'), {
      needs: 'three pods are ready',
      read: 'The idea',
    }),
    check('a pod that is deleted is replaced', replacedAfterKill('deployment/starter-app'), {
      needs: 'three pods are ready',
    }),
  ],
  drills: [labelsThatDisagree, theMissingImage],
  hints: {
    files: [
      'Which key does the line that the check points at belong to, and how deep does it stand?',
      '`kubectl explain deployment.spec.template.spec.containers` shows what a container may have.',
      'The label of `matchLabels` stands a second time, under `template.metadata.labels`.',
    ],
    'three pods are ready': [
      'What do the pods say when you look at them?',
      '`kubectl get pods`, then `kubectl describe pod NAME`: the end of it tells the story.',
      'The image is `starter-app:1.0`, written exactly so, and `replicas` is 3.',
    ],
    'the pods carry app: starter-app': [
      'Which labels does each pod get?',
      '`kubectl get pods --show-labels`',
      'Under `template.metadata.labels` stands `app: starter-app`.',
    ],
    'each pod has one container, named server': [
      'How many items has the list of containers, and what is each called?',
      '`kubectl explain deployment.spec.template.spec.containers.name`',
      'One dash under `containers`, and after it `name: server`.',
    ],
    'it runs starter-app:1.0': [
      'Which image do the pods run?',
      '`kubectl get deployment starter-app -o wide`, the column IMAGES.',
      'A name, a colon, a version: `starter-app:1.0`.',
    ],
    'every pod belongs to the Deployment': [
      'Are there other pods with the same label, which somebody started by hand?',
      '`kubectl get pods --show-labels`, and `ownerReferences` in `kubectl get pod NAME -o yaml`.',
      'Delete what you started beside the Deployment.',
    ],
    'a pod that is deleted is replaced': [
      'How long does a new pod need until it is ready?',
      '`kubectl get pods --watch` in a second shell while the check runs.',
      '`kubectl describe pod NAME` of the new pod says what it waits for.',
    ],
    'it declares port 3000': [
      'Where does the file say on which port the server listens?',
      '`kubectl explain deployment.spec.template.spec.containers.ports`',
      'A container has a list `ports`; its item has a `containerPort`.',
    ],
  },
  proved: 'somebody else cares for "there are three", and one that dies is replaced by another.',
})

function carries(deployment: 'deployment/starter-app' | 'deployment/shop', label: string, wanted: string) {
  return declares(deployment, `spec.template.metadata.labels.${label}`, wanted, (value) => value === wanted)
}

function isOnly(values: unknown, wanted: string): boolean {
  return Array.isArray(values) && values.length === 1 && values[0] === wanted
}

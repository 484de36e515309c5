import {
  answer,
  answers,
  check,
  drill,
  given,
  incomplete,
  type Live,
  lesson,
  numberComesBack,
  numberStays,
  prediction,
  rollout,
  scaling,
} from '../../checker/lesson/index.ts'
import { asksForCpu } from './cpu-requests.ts'
import { type Night, night } from './night.ts'

const APP = 'deployment/starter-app'
const READY = 'three pods are ready'
const GROWS = 'one pod becomes twenty, and each of them answers'
const SHRINKS = 'twenty become three, and those go on answering'
const BACK = 'applied again, the file brings its number back'

const run = scaling({ deployment: APP, service: 'service/starter-app:80', perSecond: 40, up: 20, down: 3 })

const aNumberThatStays = drill({
  name: 'a-number-that-stays',
  title: 'A number that stays',
  files: { 'deployment.yaml': incomplete },
  images: ['starter-app:1.0'],
  checks: [
    check('the pods are ready', rollout('deployment/shop')),
    check('scaled to 4 by command, it stays 4 when the file is applied again', numberStays('deployment/shop', 4)),
  ],
  hints: {
    'the pods are ready': [
      'Do the pods wait, or do they crash?',
      '`kubectl describe pods`, under Events.',
      'Leave the template as it was given: only one line of the file is in the way.',
    ],
    'scaled to 4 by command, it stays 4 when the file is applied again': [
      'What does `kubectl apply` do with a field that the file does not mention?',
      'The last paragraph of the text.',
      'One line of the file has to go.',
    ],
  },
  proved: 'the file decides about what it says, and about nothing else.',
})

const seen = night('deployment/shop', 'service/shop')
const truth = (key: keyof Night) => async (live: Live) => {
  const found = (await seen(live))[key]
  return typeof found === 'number' ? found : found ? ['yes', true] : ['no', false]
}
const MORNING = 'two pods are ready'

const toNothingAndBack = drill({
  name: 'to-nothing-and-back',
  title: 'To nothing and back',
  files: {
    'deployment.yaml': given,
    'service.yaml': given,
    'night.yaml': answers('podsLeft', 'serviceStays', 'endpoints', 'replicaSetStays', 'sameNames'),
  },
  images: ['starter-app:1.0'],
  checks: [
    check(MORNING, rollout('deployment/shop', { replicas: 2 })),
    check('so many pods are left', answer('night.yaml', 'podsLeft', truth('podsLeft')), { needs: MORNING }),
    check('whether the Service stays', answer('night.yaml', 'serviceStays', truth('serviceStays')), { needs: MORNING }),
    check('so many addresses stand behind it', answer('night.yaml', 'endpoints', truth('endpoints')), {
      needs: MORNING,
    }),
    check('whether the ReplicaSet stays', answer('night.yaml', 'replicaSetStays', truth('replicaSetStays')), {
      needs: MORNING,
    }),
    check('whether the pods get their old names', answer('night.yaml', 'sameNames', truth('sameNames')), {
      needs: MORNING,
    }),
  ],
  hints: {
    'two pods are ready': [
      'Are the files still as they were given?',
      '`kubectl get deployment shop`, and `kubectl describe pods`.',
      '`npm run reset` brings the given files back; yours are kept beside them.',
    ],
    'so many pods are left': [
      'Is 0 a number of replicas like any other?',
      '`kubectl get pods -l app=shop`, some seconds after the command.',
      'There is no pod that is kept for later.',
    ],
    'whether the Service stays': [
      'What did you scale: the Service, or the Deployment?',
      '`kubectl get service shop`, before and after.',
      'A Service knows labels, not a number of pods.',
    ],
    'so many addresses stand behind it': [
      'Whose addresses are on the list?',
      '`kubectl get endpointslices -l kubernetes.io/service-name=shop`',
      'One for each pod that is ready.',
    ],
    'whether the ReplicaSet stays': [
      'Who remembers what the pods are to look like?',
      '`kubectl get replicasets`',
      'It is there, and wants 0 pods.',
    ],
    'whether the pods get their old names': [
      'Are pods started again, or made anew?',
      '`kubectl get pods -l app=shop`, before and after.',
      'A pod that is gone does not come back; lesson 3 had one of those.',
    ],
  },
  proved: 'pods come and go by the number; names, addresses and templates stay.',
})

const aPodThatWillNotFit = drill({
  name: 'a-pod-that-will-not-fit',
  title: 'A pod that will not fit',
  files: { 'deployment.yaml': incomplete },
  images: ['starter-app:1.0'],
  checks: [
    check('four pods are ready', rollout('deployment/shop', { replicas: 4 })),
    check('each asks for 50m to 250m of a processor', asksForCpu('deployment/shop', { from: 50, to: 250 }), {
      needs: 'none',
    }),
  ],
  hints: {
    'four pods are ready': [
      'How many processors does each pod ask for?',
      '`kubectl describe pods`: the event `FailedScheduling`. And `kubectl describe nodes`, under Allocatable.',
      '1 is a whole processor, `500m` is half of one.',
    ],
    'each asks for 50m to 250m of a processor': [
      'What is a thousandth of a processor called?',
      '`kubectl explain deployment.spec.template.spec.containers.resources.requests`',
      'A number, and an `m` behind it.',
    ],
  },
  proved: 'the scheduler counts what pods ask for; what fits nowhere waits.',
})

export default lesson({
  title: 'Scaling',
  minutes: 20,
  waits: 11,
  files: {
    'deployment.yaml': incomplete,
    'service.yaml': given,
    'predict.yaml': prediction({
      afterApply: { answer: 2, because: 'the file says three, and apply makes the cluster as the file says' },
    }),
  },
  images: ['starter-app:1.0'],
  // twenty servers start at once
  crowdsCluster: true,
  checks: [
    check(READY, rollout(APP, { replicas: 3 })),
    check(GROWS, run.grows, { needs: 'none', read: 'See it' }),
    check(SHRINKS, run.shrinks, { read: 'The idea' }),
    check(BACK, numberComesBack(APP, 3), { needs: READY, read: 'The idea' }),
  ],
  drills: [aNumberThatStays, toNothingAndBack, aPodThatWillNotFit],
  hints: {
    files: [
      'How deep does the finding stand: in the Deployment, or in its template?',
      '`kubectl explain deployment.spec.replicas`',
      '`replicas` stands beside `selector`, and is a number without quotation marks.',
    ],
    [READY]: [
      'How many pods does the file ask for, and how many are there when it says nothing?',
      '`kubectl explain deployment.spec.replicas`',
      'A line `replicas` with a number, beside `selector`.',
    ],
    [GROWS]: [
      'What do the pods that wait, wait for?',
      '`kubectl describe pods`: the event `FailedScheduling`. Then read the `ports` of the file once more.',
      'Something in the file can be had only once on each node, and nobody needs it: the Service knows the way to each pod.',
    ],
    [SHRINKS]: [
      'Which pods are left, and do they stand behind the Service?',
      '`kubectl get endpointslices` and `kubectl get pods -o wide`, side by side.',
      'The selector of the Service and the labels of the template must agree.',
    ],
    [BACK]: [
      'Which number does your file say?',
      '`kubectl diff -f deployment.yaml` shows what applying it would change.',
      'The file says `replicas: 3`.',
    ],
  },
  proved: 'a number is enough: pods are made and taken away, and clients go on knowing one name.',
})

import {
  check,
  declares,
  drill,
  incomplete,
  killedByProbe,
  lesson,
  notRestarted,
  post,
  prediction,
  probeAsks,
  probeForgivesOnce,
  probeIsAnswered,
  replacedAfterKill,
  restartsInPlace,
  rollout,
} from '../../checker/lesson/index.ts'
import { staysCompleted } from './stays-completed.ts'

const APP = 'deployment/starter-app'
const SERVER = { container: 'server' }
const PROBED = 'a liveness probe asks over HTTP, and is answered'

// where the server listens, whatever the manifest says about it
const crash = post('/crash', { deadly: true, port: 3000 })
const hang = post('/hang', { deadly: true, port: 3000 })
const disable = post('/ready/disable', { port: 3000 })
const enable = post('/ready/enable', { port: 3000 })

const theImpatientProbe = drill({
  name: 'the-impatient-probe',
  title: 'The impatient probe',
  waits: 12,
  files: { 'deployment.yaml': incomplete },
  images: ['starter-app:1.0'],
  checks: [
    check('two pods are ready', rollout('deployment/shop', { replicas: 2 })),
    check('the probe asks over HTTP, and is answered', probeIsAnswered('deployment/shop')),
    check('a healthy server is left alone', notRestarted('deployment/shop', { by: enable, patience: 20 }), {
      sideBySide: true,
    }),
    check('a hang is healed within 20 seconds', killedByProbe('deployment/shop', { by: hang, within: 20 }), {
      needs: 'the probe asks over HTTP, and is answered',
      sideBySide: true,
    }),
  ],
  hints: {
    'the probe asks over HTTP, and is answered': [
      'What does the probe ask for, and what is answered?',
      '`kubectl describe pods`: the events with the reason `Unhealthy` say it word for word.',
      'The server listens on 3000, and its page is called `/health`.',
    ],
    'two pods are ready': [
      'Do the pods stay up, or are they restarted again and again?',
      '`kubectl describe pods`: look for `Unhealthy` among the events.',
      'The probe must ask a page that answers with 200, on the port where the server listens.',
    ],
    'a healthy server is left alone': [
      'How many failures does the probe forgive, and is its page one that a healthy server may refuse?',
      '`kubectl describe pods`: the events with the reason `Unhealthy`.',
      'Ask `/health`, and leave room for more than one failure.',
    ],
    'a hang is healed within 20 seconds': [
      'How long may it take until the last failure, and how long does the container get to end?',
      'Multiply `periodSeconds` and `failureThreshold`, and add the grace period.',
      'A probe every 2 seconds that forgives two failures is well within, with the grace period that is given.',
    ],
  },
  proved: 'a probe that asks wrongly does more harm than none.',
})

const onceIsEnough = drill({
  name: 'once-is-enough',
  title: 'Once is enough',
  files: { 'pod.yaml': incomplete },
  images: ['busybox:1.36'],
  checks: [
    check('the pod runs its command once and stays Completed', staysCompleted('pod/report')),
    check(
      'had it failed, it would be started again',
      declares('pod/report', 'spec.restartPolicy', 'OnFailure', (policy) => policy === 'OnFailure'),
    ),
  ],
  hints: {
    'the pod runs its command once and stays Completed': [
      'Who starts the container again, and which setting tells him to?',
      '`kubectl explain pod.spec.restartPolicy`',
      'There are three policies: one for servers, one for programs that may fail, one for those that must not run twice.',
    ],
    'had it failed, it would be started again': [
      'Which of the three policies looks at how the program ended?',
      '`kubectl explain pod.spec.restartPolicy`',
      'Its name says when: on a failure.',
    ],
  },
  proved: 'whether a container that ended is started again is your choice.',
})

export default lesson({
  title: 'Self-healing',
  minutes: 25,
  waits: 13,
  files: {
    'deployment.yaml': incomplete,
    'predict.yaml': prediction({
      afterACrash: { answer: 1, because: 'the kubelet starts the container again in the same pod' },
    }),
  },
  images: ['starter-app:1.0'],
  checks: [
    check('three pods are ready', rollout(APP, { replicas: 3 })),
    check(PROBED, probeIsAnswered(APP, SERVER), { read: 'The idea' }),
    check('it asks the page /health', probeAsks(APP, { ...SERVER, page: '/health' })),
    check('one failed probe is not enough', probeForgivesOnce(APP, SERVER), { needs: PROBED }),
    check('a crash: same pod, one restart more', restartsInPlace(APP, { by: crash, within: 40 }), {
      needs: 'three pods are ready',
      sideBySide: true,
    }),
    check('a hang: running again within 20 seconds', killedByProbe(APP, { by: hang, within: 20 }), {
      needs: PROBED,
      read: 'The idea',
      sideBySide: true,
    }),
    check('not ready, but alive: left alone', notRestarted(APP, { by: disable, undo: enable, patience: 20 }), {
      needs: PROBED,
      sideBySide: true,
    }),
    check('a pod that is deleted is replaced', replacedAfterKill(APP), {
      needs: 'three pods are ready',
    }),
  ],
  drills: [theImpatientProbe, onceIsEnough],
  hints: {
    files: [
      'How deep does the finding stand: in the pod, or in its container?',
      '`kubectl explain deployment.spec.template.spec.containers.livenessProbe`',
      '`livenessProbe` stands beside `name`, `image` and `ports` of the container; `terminationGracePeriodSeconds` beside `containers`.',
    ],
    'three pods are ready': [
      'Do the pods stay up, or are they restarted again and again?',
      '`kubectl describe pods`: look for `Unhealthy` among the events.',
      'The probe must ask a page that answers with 200, on the port where the server listens.',
    ],
    [PROBED]: [
      'Does the container have a liveness probe (not another one), and does the server answer what it asks?',
      'Ask the same yourself: `kubectl get --raw /api/v1/namespaces/lesson-05/pods/NAME:3000/proxy/health`',
      '`httpGet` with a path and a port, inside `livenessProbe`, inside the container `server`.',
    ],
    'it asks the page /health': [
      'Which of the two pages says that a server is alive, though it is busy?',
      'The end of "The idea", about the two pages.',
      'It stands under `path`.',
    ],
    'one failed probe is not enough': [
      'How many failures in a row does the kubelet wait for?',
      'The last line of the example in "The idea".',
      'Without the line it would be 3.',
    ],
    'a hang: running again within 20 seconds': [
      'How long may it take until the last failure, and how long does the container get to end?',
      'Multiply `periodSeconds` and `failureThreshold`, and add the grace period.',
      'With a probe every 2 or 3 seconds and a `terminationGracePeriodSeconds` of 5, it is well within.',
    ],
    'a crash: same pod, one restart more': [
      'Who starts a container again that ended, and does it become ready?',
      '`kubectl describe pod NAME`: the events after `Started`.',
      'Restarts come later each time: wait a few minutes, or `kubectl rollout restart deployment/starter-app`, and check again.',
    ],
    'a pod that is deleted is replaced': [
      'Who keeps the number of pods, and how many does it want?',
      '`kubectl get replicasets`, then `kubectl describe pod NAME` of the new pod.',
      '`replicas: 3` stays as it was given, and the new pod must become ready.',
    ],
    'not ready, but alive: left alone': [
      'Which question does your probe ask: are you alive, or are you ready?',
      'The end of "The idea", about the two pages.',
      'The page for the living is `/health`.',
    ],
  },
  proved: 'two healers, each with its own job: the kubelet for containers, the ReplicaSet for pods.',
})

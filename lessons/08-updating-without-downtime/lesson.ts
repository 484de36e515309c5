import path from 'node:path'
import {
  answer,
  answers,
  check,
  drill,
  given,
  incomplete,
  lesson,
  lostByHand,
  post,
  prediction,
  rollingUpdate,
  rollout,
  tool,
  unreadyGetsNothing,
} from '../../checker/lesson/index.ts'
import { workbook } from '../../checker/practice/workbook.ts'
import { stalledRelease } from './stalled-release.ts'

const APP = 'deployment/starter-app'
const DOOR = 'service/starter-app:80'
const READY = 'three pods are ready'

// where the server listens, whatever the manifest says about it
const disable = post('/ready/disable', { port: 3000 })
const enable = post('/ready/enable', { port: 3000 })

const update = rollingUpdate({
  deployment: APP,
  service: DOOR,
  perSecond: 20,
  images: ['starter-app:1.0', 'starter-app:1.1'],
  farewell: 3,
})

const stalled = stalledRelease('deployment/shop', 'starter-app:9.9')

const theReleaseThatStalls = drill({
  name: 'the-release-that-stalls',
  title: 'The release that stalls',
  waits: 8,
  files: { 'deployment.yaml': given, 'stalled.yaml': answers('readyPods', 'reason', 'goesBack') },
  images: ['starter-app:1.0'],
  checks: [
    check(READY, rollout('deployment/shop', { replicas: 3 })),
    check(
      'so many pods are ready while the update is stuck',
      answer('stalled.yaml', 'readyPods', async (live) => (await stalled(live)).readyPods),
      { needs: READY },
    ),
    check(
      'for this reason it is called a failure',
      answer('stalled.yaml', 'reason', async (live) => (await stalled(live)).reason),
      { needs: READY },
    ),
    check(
      'whether it goes back by itself',
      answer('stalled.yaml', 'goesBack', async (live) =>
        (await stalled(live)).goesBack ? ['yes', true] : ['no', false],
      ),
      { needs: READY },
    ),
  ],
  hints: {
    'three pods are ready': [
      'Is the file still as it was given?',
      '`kubectl describe pods`, under Events.',
      '`npm run reset` brings the given files back; yours are kept beside them.',
    ],
    'so many pods are ready while the update is stuck': [
      'May an old pod go before a new one is ready?',
      '`kubectl get deployment shop` while it is stuck: the column READY.',
      'Look at `maxUnavailable`, and at `replicas`.',
    ],
    'for this reason it is called a failure': [
      'Where does a Deployment write down how its update goes?',
      '`kubectl describe deployment shop`, under Conditions, six seconds after the update began.',
      'Its name has three words in it: progress, deadline, and what happened to the deadline.',
    ],
    'whether it goes back by itself': [
      'Who would have to decide that the old version was better?',
      '`kubectl get deployment shop -o wide`, a minute later: the column IMAGES.',
      'A Deployment writes the failure down. Nobody acts on it.',
    ],
  },
  proved: 'a failed update stalls: the old pods hold the fort until you take it back.',
})

const shop = rollingUpdate({
  deployment: 'deployment/shop',
  service: 'service/shop',
  perSecond: 20,
  images: ['starter-app:1.0', 'starter-app:1.1'],
})

const noRoomForAFifth = drill({
  name: 'no-room-for-a-fifth',
  title: 'No room for a fifth',
  waits: 10,
  files: { 'deployment.yaml': incomplete, 'service.yaml': given },
  images: ['starter-app:1.0', 'starter-app:1.1'],
  checks: [
    check('four pods are ready', rollout('deployment/shop', { replicas: 4 })),
    check('an update loses no request', shop.losesNone, { needs: 'four pods are ready' }),
    check('there are never more than four pods', shop.makesAtMost(4), { needs: 'four pods are ready' }),
    check('at least three pods are ready at every moment', shop.keepsReady(3), { needs: 'four pods are ready' }),
    check('a pod that is asked to end answers for 3 seconds more', shop.keepsAnswering, {
      needs: 'four pods are ready',
    }),
  ],
  hints: {
    'four pods are ready': [
      'What does the readiness probe ask, and what does the server answer?',
      '`kubectl describe pods`: look for `Unhealthy` among the events.',
      'The server has a page `/ready`, on port 3000.',
    ],
    'an update loses no request': [
      'Does an old pod go before the next one takes requests, and does it go too fast?',
      'Lesson 8, "The idea": the readiness probe and the hook.',
      'Keep the probe and the hook of the file; the two numbers of the strategy are yours.',
    ],
    'a pod that is asked to end answers for 3 seconds more': [
      'What happens between "please end" and SIGTERM?',
      '`kubectl explain pod.spec.containers.lifecycle.preStop`',
      '`lifecycle`, `preStop`, `sleep`, `seconds`; the grace period must be longer than the sleep.',
    ],
    'there are never more than four pods': [
      'Which of the two numbers allows pods on top?',
      '`kubectl explain deployment.spec.strategy.rollingUpdate`',
      'With no pod on top, one must be allowed to be missing.',
    ],
    'at least three pods are ready at every moment': [
      'How many of the four may be missing?',
      '`kubectl explain deployment.spec.strategy.rollingUpdate.maxUnavailable`',
      'Four less one is three.',
    ],
  },
  proved: 'an update needs room: either for one more, or for one less.',
})

export default lesson({
  title: 'Updating without downtime',
  minutes: 30,
  waits: 20,
  files: {
    'deployment.yaml': incomplete,
    'service.yaml': given,
    'by-hand.yaml': tool,
    'by-hand.ts': tool,
    'predict.yaml': prediction({
      brokenRelease: {
        answer: 2,
        because: 'no old pod may go before a new one is ready, and nothing is taken back by itself',
      },
    }),
  },
  images: ['starter-app:1.0', 'starter-app:1.1', 'busybox:1.36'],
  checks: [
    check(READY, rollout(APP, { replicas: 3, within: 30 })),
    check(
      'a pod that is not ready gets no request, and is not restarted',
      unreadyGetsNothing(APP, { service: DOOR, by: disable, undo: enable, within: 10 }),
      { needs: READY, read: 'The idea' },
    ),
    check(
      'by hand, the update to 1.1 loses requests',
      lostByHand({
        folder: path.join(workbook, 'lessons', '08-updating-without-downtime'),
        script: 'by-hand.ts',
        service: 'service/by-hand',
        perSecond: 20,
        versions: ['1.0', '1.1'],
        pods: 3,
        leaves: ['service/by-hand', 'pod/customer'],
      }),
      { needs: READY, sideBySide: true },
    ),
    check('your update to 1.1 loses none', update.losesNone, { needs: READY, read: 'The idea', sideBySide: true }),
    check('three pods are ready at every moment of it', update.keepsReady(3), { needs: READY, sideBySide: true }),
    check('a pod that is asked to end answers for 3 seconds more', update.keepsAnswering, {
      needs: READY,
      read: 'The idea',
      sideBySide: true,
    }),
  ],
  drills: [theReleaseThatStalls, noRoomForAFifth],
  hints: {
    'by hand, the update to 1.1 loses requests': [
      'Are the tools of this lesson still as they were given?',
      '`by-hand.yaml` and `by-hand.ts`; the check runs them from the workbook.',
      'Nothing in your files decides this one. Is something else busy on this machine?',
    ],
    files: [
      'How deep does the finding stand: in the Deployment, in its pod, or in the container?',
      '`kubectl explain deployment.spec.strategy.rollingUpdate`, and `kubectl explain pod.spec.containers.lifecycle.preStop`',
      '`strategy` stands beside `replicas`; `readinessProbe` and `lifecycle` stand beside `image` of the container.',
    ],
    [READY]: [
      'What does the readiness probe ask, and what does the server answer?',
      '`kubectl describe pods`: look for `Unhealthy` among the events.',
      'The server has a page `/ready`, on port 3000.',
    ],
    'a pod that is not ready gets no request, and is not restarted': [
      'Which of your probes notices it, and how long does it take?',
      'The table in "The idea", and its numbers: `periodSeconds` and `failureThreshold`.',
      'A `readinessProbe` for `/ready`, every second or two; the liveness probe goes on asking `/health`.',
    ],
    'your update to 1.1 loses none': [
      'Were they lost because there was no pod, because a new one did not listen yet, or because an old one was gone already?',
      '"The idea": the two numbers of the strategy, the readiness probe, the hook.',
      'It takes all three: `maxUnavailable: 0`, a `readinessProbe`, and a `preStop` hook that waits.',
    ],
    'three pods are ready at every moment of it': [
      'How many of the three may be missing, by your file?',
      '`kubectl explain deployment.spec.strategy.rollingUpdate.maxUnavailable`',
      'If none may be missing, there must be room for one on top.',
    ],
    'a pod that is asked to end answers for 3 seconds more': [
      'What happens between "please end" and SIGTERM?',
      'The end of "The idea"; `kubectl describe pod` of one that ends shows `FailedPreStopHook` if the hook fails.',
      '`lifecycle`, `preStop`, `sleep`, `seconds`: in the container, each one deeper than the one before.',
    ],
  },
  proved: 'a new version can go live in the middle of the day, and no customer notices.',
})

import path from 'node:path'
import {
  check,
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

export default lesson({
  title: 'Updating without downtime',
  minutes: 30,
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
    check(READY, rollout(APP, { replicas: 3 })),
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
  drills: [],
  hints: {},
  proved: 'a new version can go live in the middle of the day, and no customer notices.',
})

import path from 'node:path'
import {
  answers,
  check,
  decided,
  given,
  incomplete,
  keptApart,
  leavesLostHost,
  lesson,
  lostHost,
  prediction,
  rollout,
  tool,
} from '../../checker/lesson/index.ts'
import { workbook } from '../../checker/practice/workbook.ts'
import { fromCompose, theFourthPod, theLostPod } from './drills.ts'
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

const caseTitle = (title: string) => `${title}: a tool that fits, and a fact that decides`

export default lesson({
  title: 'From Borg to everywhere',
  minutes: 35,
  waits: 11,
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
    check(READY, rollout(APP, { replicas: 3 }), { needs: 'none', read: 'The idea' }),
    check(APART, keptApart(APP), { needs: READY, read: 'The idea' }),
    check(LEAVE, leavesLostHost(APP, { within: 30 }), { needs: READY, read: 'The idea' }),
    check('a host is lost under a supervisor that only restarts: counted', loss.alone, { needs: LEAVE }),
    check(GOES_ON, loss.keepsAnswering, { needs: LEAVE, read: 'The idea' }),
    check(REPLACED, loss.isReplaced, { needs: LEAVE, read: 'The idea' }),
  ],
  drills: [fromCompose, theFourthPod, theLostPod],
  hints: {
    'a host is lost under a supervisor that only restarts: counted': [
      'Is `one-host.yaml` still as it was given?',
      '`kubectl get pods -o wide`: on which host do its two pods run?',
      'Nothing in your files decides this one. Is a host cordoned?  `kubectl get nodes`',
    ],
    [DATES]: [
      'Which of the events does the text tie to another one, and how far apart are they?',
      '"Where it comes from"; count from the dates that are written out.',
      'Docker: 2013. Omega in the same year; Compose and Nomad in the year of 1.0; Swarm one year later.',
    ],
    'choice-missing': [
      'Which two facts of the case would you tell a friend who asks for advice?',
      'The lists at the top of `cases.yaml`, and the table of "Which tool?".',
      'One word after `tool:`, and one after `fact:`, both taken from the lists.',
    ],
    'choice-unknown': [
      'Is it one of the words of the two lists?',
      'The top of `cases.yaml`.',
      'Tools are written after `tool:`, facts after `fact:`, as they stand in the lists.',
    ],
    'choice-lacks': [
      'What does the case ask for that this tool cannot do, or that is more than the case can bear?',
      'The row of the tool in the table of "Which tool?".',
      'Go through the tools from the top of the table: the first that gives all that the case asks for is right.',
    ],
    'choice-not-asked': [
      'Where in the case does it say so?',
      'The text above the two lines.',
      'Take a fact that the text of the case states, in other words.',
    ],
    'choice-decides-nothing': [
      'Suppose this fact were not in the case: which tools could you take then?',
      'The last sentence of "Which tool?".',
      'It is true of the case, but the other facts lead to the same tools without it. Take the one that leaves yours.',
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

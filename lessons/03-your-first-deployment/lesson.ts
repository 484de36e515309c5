import {
  check,
  declares,
  incomplete,
  lesson,
  ownerChain,
  prediction,
  replacedAfterKill,
  rollout,
} from '../../checker/lesson/index.ts'

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
    check(
      'its pods have one container, named server, that declares port 3000',
      declares(
        'deployment/starter-app',
        'spec.template.spec.containers',
        'one named server with containerPort 3000',
        (value) => {
          const containers = value as readonly { name: string; ports?: readonly { containerPort: number }[] }[]
          const [only] = containers
          return (
            containers.length === 1 &&
            only?.name === 'server' &&
            (only.ports ?? []).some((port) => port.containerPort === 3000)
          )
        },
      ),
    ),
    check('every pod belongs to the Deployment', ownerChain('deployment/starter-app'), { read: 'The idea' }),
    check('a pod that is deleted is replaced', replacedAfterKill('deployment/starter-app')),
  ],
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
  },
  proved: 'somebody else cares for "there are three", and one that dies is replaced by another.',
})

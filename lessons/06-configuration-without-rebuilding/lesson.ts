import {
  check,
  configChange,
  drill,
  fileFollows,
  given,
  hasSettings,
  incomplete,
  lesson,
  noValuesIn,
  prediction,
  rollout,
  secretHolds,
  secretKept,
} from '../../checker/lesson/index.ts'

const APP = 'deployment/starter-app'
const READY = 'three pods are ready'
const SETTINGS = 'every pod has the settings of the ConfigMap'
// where the server listens, whatever the manifest says about it
const CONFIG = { page: '/config', port: 3000 }

const settings = {
  ...CONFIG,
  deployment: APP,
  configMap: 'starter-app',
  wanted: { GREETING: undefined, PORT: '3000' },
} as const
const change = configChange({
  ...settings,
  changed: { key: 'GREETING', to: ['Good evening', 'Good night'] },
  added: { key: 'APP_VERSION', value: 'new-in-the-config-map' },
})

const theKey = drill({
  name: 'the-key',
  title: 'The key that nobody sees',
  files: { 'secret.yaml': incomplete, 'deployment.yaml': incomplete },
  images: ['starter-app:1.0'],
  checks: [
    check('two pods are ready', rollout('deployment/shop', { replicas: 2 })),
    check('the Secret has the key', secretHolds({ secret: 'shop', key: 'API_KEY' }, 'swordfish-42'), { needs: 'none' }),
    check(
      'the server has it, and nobody else reads it',
      secretKept('deployment/shop', { secret: 'shop', key: 'API_KEY', ...CONFIG }),
      { needs: 'two pods are ready' },
    ),
    check('it comes from outside the Deployment', noValuesIn('deployment/shop'), { needs: 'two pods are ready' }),
  ],
  hints: {
    'two pods are ready': [
      'Which Secret, and which key of it, do the pods ask for?',
      '`kubectl describe pods`: the events say what is missing.',
      'Names and keys are compared letter by letter.',
    ],
    'the Secret has the key': [
      'Is it under `data`, which wants base64, or under `stringData`, which wants it in clear?',
      'Read it back with the command of the text, and count the characters.',
      '`echo` ends its line with a line break, and base64 keeps it: `echo -n`, or `stringData`.',
    ],
    'the server has it, and nobody else reads it': [
      'How does the container get `API_KEY`: by a value, or by a reference?',
      '`kubectl explain deployment.spec.template.spec.containers.env.valueFrom`',
      '`valueFrom`, `secretKeyRef`, and in it `name` and `key`.',
    ],
    'it comes from outside the Deployment': [
      'Does the value still stand in the file?',
      '`kubectl describe deployment shop`, under Environment.',
      'An item of `env` has either `value` or `valueFrom`.',
    ],
  },
  proved: 'a Secret keeps a value out of your files and pages; base64 alone keeps it from nobody.',
})

const aFileThatFollows = drill({
  name: 'a-file-that-follows',
  title: 'A file that follows',
  files: { 'configmap.yaml': given, 'pod.yaml': incomplete },
  images: ['busybox:1.36'],
  checks: [
    check(
      'the file follows the ConfigMap, the environment does not',
      fileFollows('pod/reader', {
        configMap: 'shop',
        key: 'greeting',
        to: 'Good evening',
        file: 'file',
        environment: 'environment',
      }),
    ),
  ],
  hints: {
    'the file follows the ConfigMap, the environment does not': [
      'What is mounted: a folder, or one file of it?',
      '`kubectl explain pod.spec.containers.volumeMounts`',
      'Mount the volume at the folder `/etc/shop`, without `subPath`: the key becomes the name of the file.',
    ],
  },
  proved: 'mounted files follow a ConfigMap; what is copied at the start does not.',
})

const theMissingKey = drill({
  name: 'the-missing-key',
  title: 'The missing key',
  files: { 'configmap.yaml': given, 'deployment.yaml': incomplete },
  images: ['starter-app:1.0'],
  checks: [
    check('two pods are ready', rollout('deployment/shop', { replicas: 2 })),
    check('no setting stands in the Deployment itself', noValuesIn('deployment/shop')),
    check(
      'the server has the settings of the ConfigMap',
      hasSettings({
        page: '/config',
        port: 4000,
        deployment: 'deployment/shop',
        configMap: 'shop-settings',
        wanted: { greeting: undefined, port: '4000' },
        shownAs: { greeting: 'GREETING', port: 'PORT' },
      }),
      { needs: 'two pods are ready' },
    ),
  ],
  hints: {
    'no setting stands in the Deployment itself': [
      'Does a value stand in the file that belongs into the ConfigMap?',
      '`kubectl explain deployment.spec.template.spec.containers.env.valueFrom`',
      'Each variable has a `valueFrom`, and none a `value`.',
    ],
    files: [
      'Which name does the server read, and which does the ConfigMap have?',
      '`kubectl describe configmap shop-settings`, beside your `key` lines.',
      'Keys are compared letter by letter, capitals too.',
    ],
    'two pods are ready': [
      'Which ConfigMap do the pods wait for?',
      '`kubectl get configmaps`, and the events of `kubectl describe pods`.',
      'There is only one ConfigMap, and both settings stand in it.',
    ],
    'the server has the settings of the ConfigMap': [
      'Which variable gets which key?',
      '`kubectl describe deployment shop`, under Environment.',
      'The server reads `GREETING` and `PORT`.',
    ],
  },
  proved: 'a container whose settings are not there waits, and says what it waits for.',
})

export default lesson({
  title: 'Configuration without rebuilding',
  minutes: 25,
  files: {
    'configmap.yaml': incomplete,
    'deployment.yaml': incomplete,
    'service.yaml': given,
    'predict.yaml': prediction({
      changedGreeting: {
        answer: 2,
        because: 'a process gets its environment when it starts, and nobody restarts it for a ConfigMap',
      },
    }),
  },
  images: ['starter-app:1.0'],
  checks: [
    check(READY, rollout(APP, { replicas: 3 })),
    check('no setting stands in the Deployment itself', noValuesIn(APP), { needs: READY, read: 'The idea' }),
    check(SETTINGS, hasSettings(settings), { needs: READY, read: 'Your turn' }),
    check('a changed greeting: the old one before a restart, the new one after it', change.newAfterRestart, {
      needs: SETTINGS,
      read: 'The idea',
    }),
    check('a setting that is new in the ConfigMap reaches the server', change.takesNew, {
      needs: SETTINGS,
      read: 'The idea',
    }),
  ],
  drills: [theKey, aFileThatFollows, theMissingKey],
  hints: {
    files: [
      'Is it about a name, about a text that should be in quotes, or about a place?',
      '`kubectl explain configmap`, and `kubectl explain deployment.spec.template.spec.containers.envFrom`',
      '`envFrom` is a list beside `image` of the container; each item has a `configMapRef` with a `name`.',
    ],
    [READY]: [
      'Do the pods run, or do they wait for something?',
      '`kubectl describe pods`: the events say which ConfigMap is missing, if one is.',
      'The name under `configMapRef` is the `metadata.name` of the ConfigMap.',
    ],
    'no setting stands in the Deployment itself': [
      'Where did the two settings stand in the beginning?',
      '`kubectl describe deployment starter-app`, under Environment.',
      'Take the whole `env` away; the ConfigMap brings the same names.',
    ],
    [SETTINGS]: [
      'What does the server say at `/config`, and what does the ConfigMap say?',
      '`kubectl describe configmap starter-app`, and the page `/config` as "See it" asks for it.',
      'The keys are called `GREETING` and `PORT`, letter by letter, with no prefix.',
    ],
    'a changed greeting: the old one before a restart, the new one after it': [
      'What else gives the container a greeting?',
      '`kubectl describe deployment starter-app`: Environment, and Environment Variables from.',
      'Where `env` and `envFrom` have the same name, `env` wins. And a ConfigMap that is `immutable` stays so.',
    ],
    'a setting that is new in the ConfigMap reaches the server': [
      'Does the container take all of the ConfigMap, or only some keys of it?',
      '`kubectl explain deployment.spec.template.spec.containers.envFrom`',
      '`env` with `configMapKeyRef` takes one key; `envFrom` takes all there are, also those to come.',
    ],
  },
  proved: 'one image, other settings: a ConfigMap and a restart, and nothing was built.',
})

/** Commands that make objects without a file: what kubectl says, and which object is to be looked at afterwards. */
export interface Imperative {
  readonly line: string
  readonly said: string
  /** `deployment/web` */
  readonly object?: string
}

export const IMPERATIVE: readonly Imperative[] = [
  {
    line: 'create deployment web --image=nginx:1 --replicas=2 --port=80',
    said: 'deployment.apps/web created\n',
    object: 'deployment/web',
  },
  {
    line: 'create deployment none --image=nginx:1 --replicas=0 -- sleep 1',
    said: 'deployment.apps/none created\n',
    object: 'deployment/none',
  },
  { line: 'create configmap settings --from-literal=a=b', said: 'configmap/settings created\n', object: 'cm/settings' },
  { line: 'create secret generic key --from-literal=a=b', said: 'secret/key created\n', object: 'secret/key' },
  {
    line: 'create secret docker-registry pull --docker-username=u --docker-password=p --docker-server=s',
    said: 'secret/pull created\n',
    object: 'secret/pull',
  },
  {
    line: 'create secret tls door --cert=door.crt --key=door.key',
    said: 'secret/door created\n',
    object: 'secret/door',
  },
  { line: 'create service clusterip plain --tcp=80:8080', said: 'service/plain created\n', object: 'service/plain' },
  {
    line: 'create service clusterip headless --clusterip=None',
    said: 'service/headless created\n',
    object: 'service/headless',
  },
  { line: 'create service nodeport node --tcp=80:http', said: 'service/node created\n', object: 'service/node' },
  { line: 'create service loadbalancer lb --tcp=80', said: 'service/lb created\n', object: 'service/lb' },
  {
    line: 'create service externalname away --external-name=example.com',
    said: 'service/away created\n',
    object: 'service/away',
  },
  { line: 'create serviceaccount robot', said: 'serviceaccount/robot created\n', object: 'sa/robot' },
  { line: 'run pod --image=nginx:1 --port=80 --env=A=b', said: 'pod/pod created\n', object: 'pod/pod' },
  { line: 'expose pod pod --name=door', said: 'service/door exposed\n', object: 'service/door' },
  {
    line: 'expose deployment web --name=second --port=8080 --target-port=80',
    said: 'service/second exposed\n',
    object: 'service/second',
  },
  { line: 'set image deployment/none nginx=nginx:2', said: 'deployment.apps/none image updated\n' },
  { line: 'set env deployment/none A=b', said: 'deployment.apps/none env updated\n' },
  {
    line: 'set resources deployment/none --limits=cpu=1 --requests=memory=10Mi',
    said: 'deployment.apps/none resource requirements updated\n',
    object: 'deployment/none',
  },
  { line: 'auth can-i create pods', said: 'yes\n' },
]

import type { Volume } from '../../apimachinery/objects.ts'
import { Quantity } from '../../apimachinery/quantity.ts'
import { duplicate, eachInvalid, forbidden, invalid, notSupported, required } from './field.ts'
import type { FieldError } from './field-error.ts'
import { dns1123Label } from './names.ts'
import { fileMode, noBacksteps } from './paths.ts'
import { validateDownwardFile, validateItems, validateProjected } from './projected-volume.ts'

/** The sources in the order in which Kubernetes looks at them; the second one found is one too many. */
const SOURCES = [
  'emptyDir',
  'hostPath',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'flocker',
  'persistentVolumeClaim',
  'rbd',
  'cinder',
  'cephfs',
  'quobyte',
  'downwardAPI',
  'fc',
  'flexVolume',
  'configMap',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'storageos',
  'projected',
  'scaleIO',
  'csi',
  'ephemeral',
  'image',
] as const satisfies readonly Exclude<keyof Volume, 'name'>[]

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
]

/** What is wrong with the volumes, and the names of those that are right: only these can be mounted. */
export function validateVolumes(
  volumes: readonly Volume[],
  path: string,
): { errors: FieldError[]; names: Set<string> } {
  const errors: FieldError[] = []
  const names = new Set<string>()
  volumes.forEach((volume, index) => {
    const at = `${path}[${index}]`
    const { name = '' } = volume
    const wrong = validateSource(volume, at)
    if (name === '') wrong.push(required(`${at}.name`))
    else wrong.push(...eachInvalid(`${at}.name`, name, dns1123Label(name)))
    if (names.has(name)) wrong.push(duplicate(`${at}.name`, name))
    if (wrong.length === 0) names.add(name)
    else errors.push(...wrong)
  })
  return { errors, names }
}

function validateSource(volume: Volume, path: string): FieldError[] {
  const [first, ...others] = SOURCES.filter((source) => volume[source])
  if (!first) return [required(path, 'must specify a volume type')]
  return [
    ...validateOne(volume, first, `${path}.${first}`),
    ...others.map((other) => forbidden(`${path}.${other}`, 'may not specify more than 1 volume type')),
  ]
}

function validateOne(volume: Volume, source: (typeof SOURCES)[number], path: string): FieldError[] {
  const { emptyDir, hostPath, secret, configMap, nfs, persistentVolumeClaim, downwardAPI, projected } = volume
  switch (source) {
    case 'emptyDir': {
      const negative = emptyDir?.sizeLimit && Quantity.parse(emptyDir.sizeLimit).compare(Quantity.zero) < 0
      return negative ? [forbidden(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')] : []
    }
    case 'hostPath':
      return validateHostPath(hostPath ?? { path: '' }, path)
    case 'secret':
      return [
        ...(secret?.secretName ? [] : [required(`${path}.secretName`)]),
        ...fileMode(secret?.defaultMode, `${path}.defaultMode`),
        ...validateItems(secret?.items ?? [], `${path}.items`),
      ]
    case 'configMap':
      return [
        ...(configMap?.name ? [] : [required(`${path}.name`)]),
        ...fileMode(configMap?.defaultMode, `${path}.defaultMode`),
        ...validateItems(configMap?.items ?? [], `${path}.items`),
      ]
    case 'nfs':
      return validateNfs(nfs?.server ?? '', nfs?.path ?? '', path)
    case 'persistentVolumeClaim':
      return persistentVolumeClaim?.claimName ? [] : [required(`${path}.claimName`)]
    case 'downwardAPI':
      return [
        ...fileMode(downwardAPI?.defaultMode, `${path}.defaultMode`),
        ...(downwardAPI?.items ?? []).flatMap((item) => validateDownwardFile(item, path)),
      ]
    case 'projected':
      return validateProjected(projected ?? {}, path)
    default:
      return []
  }
}

function validateHostPath({ path: place = '', type }: { path: string; type?: string }, path: string): FieldError[] {
  if (place === '') return [required(`${path}.path`)]
  const errors = noBacksteps(place, `${path}.path`)
  if (type !== undefined && !HOST_PATH_TYPES.includes(type))
    errors.push(notSupported(`${path}.type`, type, HOST_PATH_TYPES))
  return errors
}

function validateNfs(server: string, place: string, path: string): FieldError[] {
  const errors = server === '' ? [required(`${path}.server`)] : []
  if (place === '') errors.push(required(`${path}.path`))
  else if (!place.startsWith('/')) errors.push(invalid(`${path}.path`, place, 'must be an absolute path'))
  return errors
}

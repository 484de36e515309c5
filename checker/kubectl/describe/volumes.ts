import type { Volume } from '../../../cluster/apimachinery/objects.ts'
import type { Page } from './page.ts'

/** The volumes of a pod or (`indent` two spaces) of a template. Follows kubectl's describeVolumes. */
export function describeVolumes(page: Page, volumes: readonly Volume[] | undefined, indent = ''): void {
  if (!volumes?.length) {
    page.line(0, `${indent}Volumes:\t<none>`)
    return
  }
  page.line(0, `${indent}Volumes:`)
  for (const volume of volumes) {
    page.line(1, `${indent ? ' ' : ''}${volume.name}:`)
    describeSource(page, volume)
  }
}

function describeSource(page: Page, volume: Volume): void {
  const { configMap, secret, emptyDir, downwardAPI, projected, hostPath, persistentVolumeClaim } = volume
  if (configMap) {
    page.field(2, 'Type', 'ConfigMap (a volume populated by a ConfigMap)').field(2, 'Name', configMap.name ?? '')
    page.field(2, 'Optional', configMap.optional ?? false)
  } else if (secret) {
    page.field(2, 'Type', 'Secret (a volume populated by a Secret)').field(2, 'SecretName', secret.secretName ?? '')
    page.field(2, 'Optional', secret.optional ?? false)
  } else if (emptyDir) {
    page.field(2, 'Type', "EmptyDir (a temporary directory that shares a pod's lifetime)")
    page.field(2, 'Medium', emptyDir.medium ?? '').field(2, 'SizeLimit', emptyDir.sizeLimit ?? '<unset>')
  } else if (downwardAPI) {
    page.field(2, 'Type', 'DownwardAPI (a volume populated by information about the pod)').line(2, 'Items:')
    for (const { fieldRef, resourceFieldRef, path } of downwardAPI.items ?? []) {
      if (fieldRef) page.line(3, `${fieldRef.fieldPath} -> ${path}`)
      if (resourceFieldRef) page.line(3, `${resourceFieldRef.resource} -> ${path}`)
    }
  } else if (projected) {
    page.field(2, 'Type', 'Projected (a volume that contains injected data from multiple sources)')
    for (const source of projected.sources ?? []) {
      if (source.secret) {
        page
          .field(2, 'SecretName', source.secret.name)
          .field(2, 'SecretOptionalName', source.secret.optional ?? '<nil>')
      } else if (source.downwardAPI) page.field(2, 'DownwardAPI', true)
      else if (source.configMap) {
        page.field(2, 'ConfigMapName', source.configMap.name)
        page.field(2, 'ConfigMapOptional', source.configMap.optional ?? '<nil>')
      } else if (source.serviceAccountToken) {
        page.field(2, 'TokenExpirationSeconds', source.serviceAccountToken.expirationSeconds ?? 3600)
      }
    }
  } else if (hostPath) {
    page.field(2, 'Type', 'HostPath (bare host directory volume)')
    page.field(2, 'Path', hostPath.path).field(2, 'HostPathType', hostPath.type ?? '')
  } else if (persistentVolumeClaim) {
    page.field(2, 'Type', 'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)')
    page
      .field(2, 'ClaimName', persistentVolumeClaim.claimName)
      .field(2, 'ReadOnly', persistentVolumeClaim.readOnly ?? false)
  } else page.line(2, '<unknown>')
}

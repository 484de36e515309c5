import { constants } from 'node:fs'
import { copyFile, mkdir, readdir, readlink, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { SandboxConfig } from '../runtime.ts'

/** How many files are copied at a time. */
const PARALLEL = 32

/** Copies a folder with its links; where the file system can, the copy shares the blocks until one of them is written. */
export async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  const entries = await readdir(from, { withFileTypes: true })
  for (let start = 0; start < entries.length; start += PARALLEL) {
    await Promise.all(
      entries.slice(start, start + PARALLEL).map(async (entry) => {
        const source = path.join(from, entry.name)
        const target = path.join(to, entry.name)
        if (entry.isDirectory()) return copyTree(source, target)
        if (entry.isSymbolicLink()) return symlink(await readlink(source), target)
        if (entry.isFile()) return copyFile(source, target, constants.COPYFILE_FICLONE)
      }),
    )
  }
}

/** What every container finds in its root beside its image: as the kubelet and containerd make it. */
export async function writeSystemFiles(rootfs: string, sandbox: SandboxConfig, user: ContainerUser): Promise<void> {
  await Promise.all(
    ['etc', 'tmp', 'dev', 'proc', 'var/run'].map((folder) => mkdir(path.join(rootfs, folder), { recursive: true })),
  )
  const files: Record<string, string> = {
    'etc/hostname': `${sandbox.hostname}\n`,
    'etc/hosts': hosts(sandbox),
    'etc/resolv.conf': resolvConf(sandbox.namespace),
  }
  await Promise.all(Object.entries(files).map(([file, text]) => writeFile(path.join(rootfs, file), text)))
  // An image may bring its own.
  const passwd = `root:x:0:0:root:/root:/bin/sh\n${user.uid === 0 ? '' : `${user.name}:x:${user.uid}:${user.gid}::${user.home}:/bin/sh\n`}`
  await writeFile(path.join(rootfs, 'etc/passwd'), passwd, { flag: 'wx' }).catch(() => {})
}

function hosts({ ip, hostname, hostAliases }: SandboxConfig): string {
  const lines = [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    `${ip}\t${hostname}`,
  ]
  if (hostAliases.length > 0) {
    lines.push('', '# Entries added by HostAliases.')
    for (const alias of hostAliases) lines.push(`${alias.ip}\t${alias.hostnames.join('\t')}`)
  }
  return `${lines.join('\n')}\n`
}

function resolvConf(namespace: string): string {
  return `search ${namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n`
}

export interface ContainerUser {
  readonly uid: number
  readonly gid: number
  readonly name: string
  readonly home: string
}

/** Reads an image's USER: a name or a number, with or without a group. The node images have `node`, number 1000. */
export function userOf(user: string): ContainerUser {
  const [who = '', group] = user.split(':')
  if (who === '' || who === 'root' || who === '0') return { uid: 0, gid: 0, name: 'root', home: '/root' }
  if (who === 'node' || who === '1000')
    return { uid: 1000, gid: numberOr(group, 1000), name: 'node', home: '/home/node' }
  const uid = numberOr(who, 1001)
  return { uid, gid: numberOr(group, /^\d+$/.test(who) ? 0 : uid), name: who, home: '/' }
}

function numberOr(text: string | undefined, other: number): number {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : other
}

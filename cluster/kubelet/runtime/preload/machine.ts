import childProcess from 'node:child_process'
import dgram from 'node:dgram'
import os from 'node:os'
import workers from 'node:worker_threads'
import { type ContainerSettings, SETTINGS_VARIABLE } from './container-settings.ts'

/** Makes `os` describe the container. */
export function patchMachine({ hostname, podIp, user }: ContainerSettings): void {
  const internal = { family: 'IPv4', internal: true, address: '127.0.0.1', netmask: '255.0.0.0' } as const
  const own = { family: 'IPv4', internal: false, address: podIp, netmask: '255.255.255.0' } as const
  Object.assign(os, {
    hostname: () => hostname,
    networkInterfaces: () => ({
      lo: [{ ...internal, mac: '00:00:00:00:00:00', cidr: '127.0.0.1/8' }],
      eth0: [{ ...own, mac: macOf(podIp), cidr: `${podIp}/24` }],
    }),
    userInfo: () => ({ uid: user.uid, gid: user.gid, username: user.name, homedir: user.home, shell: '/bin/sh' }),
    homedir: () => process.env.HOME ?? user.home,
    tmpdir: () => process.env.TMPDIR ?? '/tmp',
  })
}

/** As bridges give them: made of the address. */
function macOf(ip: string): string {
  return ['02', '42', ...ip.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))].join(':')
}

/** What a container's process may not do here says so in words. */
export function refuseRest(): void {
  const refused = (what: string) => () => {
    throw Object.assign(new Error(what), { code: 'ERR_ACCESS_DENIED' })
  }
  const programs = refused('a container of the practice cluster cannot start other programs (child_process)')
  for (const name of ['spawn', 'exec', 'execFile', 'fork', 'spawnSync', 'execSync', 'execFileSync'] as const) {
    Object.assign(childProcess, { [name]: programs })
  }
  Object.assign(dgram, { createSocket: refused('the practice cluster has no UDP (dgram)') })
}

/** Workers of an app live in the same container: their file is looked up in it, and they load the preload too. */
export function patchWorkers(settings: ContainerSettings, hostPath: (file: string) => string): void {
  const Original = workers.Worker
  const text = JSON.stringify(settings)
  class Worker extends Original {
    constructor(file: string | URL, options: workers.WorkerOptions = {}) {
      const env = typeof options.env === 'object' && options.env !== null ? options.env : process.env
      const place = typeof file === 'string' && !options.eval ? hostPath(file) : file
      super(place, { ...options, env: { ...env, [SETTINGS_VARIABLE]: text } })
    }
  }
  Object.assign(workers, { Worker })
}

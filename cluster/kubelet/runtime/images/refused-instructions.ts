import type { Instruction } from './dockerfile.ts'

/** What an instruction asks that the practice cluster does not do, and what to write instead; undefined: it is done. */
export function refusal({ name, rest }: Instruction, base: string): string | undefined {
  if (name === 'RUN')
    return `RUN is not done on the practice cluster, which starts no programs of an image's making. ${insteadOfRun(rest, base)}`
  if (name === 'ONBUILD') return 'ONBUILD is not done on the practice cluster; write the instruction where it is needed'
  if (name === 'ADD') {
    const words = rest.split(/\s+/)
    const remote = words.find((word) => /^(https?|ftp|git):|^git@/.test(word))
    if (remote !== undefined) return `ADD ${remote}: nothing is downloaded; fetch the file yourself and COPY it`
    const archive = words.slice(0, -1).find((word) => /\.(tar|tgz|tar\.(gz|bz2|xz|zst))$/.test(word))
    if (archive !== undefined) return `ADD ${archive}: archives are not unpacked here; unpack it and COPY the folder`
  }
  return undefined
}

function insteadOfRun(command: string, base: string): string {
  if (/\bnpm (ci|install|i)\b|\b(yarn|pnpm)\b/.test(command)) {
    return 'Install before building (`npm ci` in your folder) and write COPY node_modules ./node_modules'
  }
  if (/\bnpm run\b|\btsc\b|\bnpx\b/.test(command)) {
    return base.startsWith('node:')
      ? 'Build before, in your folder, and COPY the result; TypeScript needs no build: CMD ["node", "server.ts"] works'
      : 'Build before, in your folder, and COPY the result'
  }
  if (/\b(apt-get|apt|apk|yum|dnf)\b/.test(command))
    return 'System packages cannot be installed; leave the line out here'
  if (/\bmkdir\b/.test(command)) return 'WORKDIR makes a folder, and so does COPY'
  if (/\b(adduser|useradd|addgroup|groupadd|chown|chmod)\b/.test(command)) {
    return 'Owners and modes are not kept here; leave the line out, USER with a number works'
  }
  return 'Do it before building and COPY the result'
}

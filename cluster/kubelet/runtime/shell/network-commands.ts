import dns from 'node:dns/promises'
import http from 'node:http'
import net from 'node:net'
import os from 'node:os'
import { type Command, defineCommand, type ResolvedCommandContext } from 'just-bash'

const NAMESERVER = '10.96.0.10'
/** A body that is longer is cut. */
const MAX_BODY = 64 * 1024 * 1024

const failed = (stderr: string, exitCode = 1) => ({ stdout: '', stderr, exitCode })

/** Commands of the network: `node:net` and `node:dns` are what the preload made of them, so they reach what the pod reaches. */
export function networkCommands(): Command[] {
  return [
    defineCommand('wget', wget),
    defineCommand('curl', curl),
    defineCommand('nslookup', nslookup),
    defineCommand('nc', netcat),
    defineCommand('hostname', async (args) => {
      const address = os.networkInterfaces().eth0?.[0]?.address
      return { stdout: `${args[0] === '-i' ? address : os.hostname()}\n`, stderr: '', exitCode: 0 }
    }),
  ]
}

interface Reply {
  readonly status: number
  readonly statusText: string
  readonly headers: http.IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  readonly httpVersion: string
}

interface Request {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Milliseconds without a byte; 0: for ever. */
  readonly timeout: number
}

class TimedOut extends Error {}

function send(url: URL, { method, headers, body, timeout }: Request): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size <= MAX_BODY) chunks.push(chunk)
      })
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          statusText: response.statusMessage ?? '',
          headers: response.headers,
          rawHeaders: response.rawHeaders,
          body: Buffer.concat(chunks),
          httpVersion: response.httpVersion,
        }),
      )
    })
    request.on('error', reject)
    if (timeout > 0) {
      const timer = setTimeout(() => request.destroy(new TimedOut()), timeout)
      request.on('close', () => clearTimeout(timer))
    }
    request.end(body)
  })
}

function address(text: string): URL | undefined {
  try {
    return new URL(/^\w+:\/\//.test(text) ? text : `http://${text}`)
  } catch {
    return undefined
  }
}

async function wget(args: string[], ctx: ResolvedCommandContext) {
  const { flags, words } = options(args, {
    short: 'OTPUY',
    long: ['output-document', 'timeout', 'header', 'post-data', 'user-agent', 'tries'],
    letters: 't',
  })
  const url = address(words[0] ?? '')
  if (!url) return failed('Usage: wget [-cqS] [--spider] [-O FILE] [--header STR] [--post-data STR] [-T SEC] URL...\n')
  if (url.protocol !== 'http:') return failed(`wget: not an http url: ${words[0]}\n`)
  const quiet = flags.q !== undefined
  const body = flags['post-data']?.at(-1)
  const target = (flags.O ?? flags['output-document'])?.at(-1)
  const timeout = Number((flags.T ?? flags.timeout)?.at(-1) ?? 900) * 1000
  const headers = { 'user-agent': 'Wget', connection: 'close', ...headersOf(flags.header) }
  let stderr = ''
  const say = (text: string) => {
    if (!quiet) stderr += text
  }
  let reply: Reply
  let at = url
  try {
    for (let hops = 0; ; hops += 1) {
      const [ip] = net.isIP(at.hostname)
        ? [at.hostname]
        : await dns.lookup(at.hostname, { all: true }).then((all) => all.map((one) => one.address))
      say(`Connecting to ${at.host} (${ip}:${at.port || 80})\n`)
      reply = await send(at, {
        method: body === undefined ? 'GET' : 'POST',
        headers,
        timeout,
        ...(body === undefined ? {} : { body }),
      })
      const location = reply.headers.location
      if (reply.status < 300 || reply.status > 399 || location === undefined || hops >= 5) break
      at = new URL(location, at)
    }
  } catch (error) {
    return failed(stderr + wgetError(error as NodeJS.ErrnoException, at))
  }
  if (flags.S) {
    stderr += `  HTTP/${reply.httpVersion} ${reply.status} ${reply.statusText}\n`
    for (let index = 0; index < reply.rawHeaders.length; index += 2)
      stderr += `  ${reply.rawHeaders[index]}: ${reply.rawHeaders[index + 1]}\n`
  }
  if (reply.status >= 400) {
    return failed(
      `${stderr}wget: server returned error: HTTP/${reply.httpVersion} ${reply.status} ${reply.statusText}\n`,
    )
  }
  if (flags.spider) {
    say('remote file exists\n')
    return { stdout: '', stderr, exitCode: 0 }
  }
  if (target === '-') {
    say('writing to stdout\n')
    return { stdout: reply.body.toString('latin1'), stdoutKind: 'bytes' as const, stderr, exitCode: 0 }
  }
  const file = target ?? (at.pathname.split('/').at(-1) || 'index.html')
  say(`saving to '${file}'\n`)
  await ctx.fs.writeFile(ctx.fs.resolvePath(ctx.cwd, file), reply.body)
  say(`'${file}' saved\n`)
  return { stdout: '', stderr, exitCode: 0 }
}

function wgetError(error: NodeJS.ErrnoException & { address?: string }, url: URL): string {
  if (error instanceof TimedOut) return 'wget: download timed out\n'
  if (error.code === 'ENOTFOUND') return `wget: bad address '${url.host}'\n`
  const ip = error.address ?? url.hostname
  if (error.code === 'ECONNREFUSED') return `wget: can't connect to remote host (${ip}): Connection refused\n`
  if (error.code === 'ENETUNREACH') return `wget: can't connect to remote host (${ip}): Network unreachable\n`
  return 'wget: error getting response: Connection reset by peer\n'
}

async function curl(args: string[], ctx: ResolvedCommandContext) {
  const { flags, words } = options(args, {
    short: 'oXHdmwA',
    long: ['output', 'request', 'header', 'data', 'max-time', 'connect-timeout', 'write-out', 'retry', 'user-agent'],
    letters: '',
  })
  const url = address(words[0] ?? flags.url?.at(-1) ?? '')
  if (!url) return failed("curl: try 'curl --help' for more information\n", 2)
  const silent = flags.s !== undefined || flags.silent !== undefined
  const complain = (text: string, code: number) =>
    failed(silent && !flags.S && !flags['show-error'] ? '' : `curl: (${code}) ${text}\n`, code)
  if (url.protocol !== 'http:') return complain(`Protocol "${url.protocol.slice(0, -1)}" not supported`, 1)
  const body = (flags.d ?? flags.data)?.join('&')
  const head = flags.I !== undefined || flags.head !== undefined
  const method = (flags.X ?? flags.request)?.at(-1) ?? (head ? 'HEAD' : body === undefined ? 'GET' : 'POST')
  const headers = {
    'user-agent': 'curl/8.14.1',
    accept: '*/*',
    ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    ...headersOf([...(flags.H ?? []), ...(flags.header ?? [])]),
  }
  const timeout = Number((flags.m ?? flags['max-time'])?.at(-1) ?? 0) * 1000
  let reply: Reply
  try {
    reply = await send(url, { method, headers, timeout, ...(body === undefined ? {} : { body }) })
  } catch (thrown) {
    const error = thrown as NodeJS.ErrnoException
    if (error instanceof TimedOut)
      return complain(`Operation timed out after ${timeout} milliseconds with 0 bytes received`, 28)
    if (error.code === 'ENOTFOUND') return complain(`Could not resolve host: ${url.hostname}`, 6)
    if (error.code === 'ECONNREFUSED' || error.code === 'ENETUNREACH') {
      return complain(`Failed to connect to ${url.hostname} port ${url.port || 80}: Could not connect to server`, 7)
    }
    return complain('Recv failure: Connection reset by peer', 56)
  }
  if ((flags.f || flags.fail) && reply.status >= 400)
    return complain(`The requested URL returned error: ${reply.status}`, 22)
  let text = ''
  if (head || flags.i || flags.include) {
    text += `HTTP/${reply.httpVersion} ${reply.status} ${reply.statusText}\r\n`
    for (let index = 0; index < reply.rawHeaders.length; index += 2)
      text += `${reply.rawHeaders[index]}: ${reply.rawHeaders[index + 1]}\r\n`
    text += '\r\n'
  }
  const file = (flags.o ?? flags.output)?.at(-1)
  if (file !== undefined) await ctx.fs.writeFile(ctx.fs.resolvePath(ctx.cwd, file), reply.body)
  else text += reply.body.toString('latin1')
  const format = (flags.w ?? flags['write-out'])?.at(-1) ?? ''
  text += format.replaceAll('%{http_code}', String(reply.status)).replaceAll('\\n', '\n')
  return { stdout: text, stdoutKind: 'bytes' as const, stderr: '', exitCode: 0 }
}

async function nslookup(args: string[]) {
  const name = args.find((arg) => !arg.startsWith('-'))
  if (name === undefined) return failed('Usage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]\n')
  const head = `Server:\t\t${NAMESERVER}\nAddress:\t${NAMESERVER}:53\n\n`
  const found = await dns.resolve4(name).catch(() => [])
  if (found.length === 0)
    // Said twice: for its A and its AAAA records.
    return { stdout: head + `** server can't find ${name}: NXDOMAIN\n\n`.repeat(2), stderr: '', exitCode: 1 }
  const lines = found.map((one) => `Name:\t${name}\nAddress: ${one}\n`)
  return { stdout: `${head}${lines.join('')}\n`, stderr: '', exitCode: 0 }
}

/** Only what a check needs: whether a port can be reached. */
async function netcat(args: string[]) {
  const { flags, words } = options(args, { short: 'w', long: [], letters: '' })
  const [host, port] = words
  if (host === undefined || port === undefined) return failed('Usage: nc [-z] [-v] [-w SEC] HOST PORT\n')
  const timeout = Number(flags.w?.at(-1) ?? 0) * 1000
  const socket = net.connect({ host, port: Number(port) })
  if (timeout > 0) socket.setTimeout(timeout, () => socket.destroy(new TimedOut()))
  return new Promise<{ stdout: string; stderr: string; exitCode: number }>((resolve) => {
    socket.once('connect', () => {
      socket.destroy()
      resolve({ stdout: '', stderr: flags.v ? `${host} (${host}:${port}) open\n` : '', exitCode: 0 })
    })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const text =
        error.code === 'ENOTFOUND'
          ? `nc: bad address '${host}'\n`
          : `nc: ${host} (${host}:${port}): Connection refused\n`
      resolve(failed(flags.v || error.code === 'ENOTFOUND' ? text : ''))
    })
  })
}

function headersOf(lines: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(':')
      return [line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()]
    }),
  )
}

/** `-qO- --header=A:b URL`: flags with their values, and the other words. `short`: letters that take a value; `letters`: some more. */
function options(
  args: readonly string[],
  { short, long, letters }: { readonly short: string; readonly long: readonly string[]; readonly letters: string },
) {
  const flags: Record<string, string[]> = {}
  const words: string[] = []
  const add = (name: string, value: string) => {
    flags[name] = [...(flags[name] ?? []), value]
  }
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] as string
    if (arg.startsWith('--')) {
      const [name = '', value] = arg.slice(2).split(/=([\s\S]*)/)
      if (value !== undefined || !long.includes(name)) add(name, value ?? '')
      else add(name, args[++index] ?? '')
    } else if (arg.startsWith('-') && arg.length > 1) {
      for (let at = 1; at < arg.length; at += 1) {
        const letter = arg[at] as string
        if (!short.includes(letter) && !letters.includes(letter)) {
          add(letter, '')
          continue
        }
        add(letter, arg.slice(at + 1) || (args[++index] ?? ''))
        break
      }
    } else {
      words.push(arg)
    }
  }
  return { flags, words }
}

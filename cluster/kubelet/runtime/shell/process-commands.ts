import { type Command, decodeBytesToUtf8, defineCommand } from 'just-bash'
import { NODE_BECOME, NODE_DIRECT, WRITABLE } from './direct-output.ts'
import type { ShellAnswer, ShellDoor } from './requests.ts'
import { cannotCreate, quoted } from './words.ts'

const ok = (stdout = '') => ({ stdout, stderr: '', exitCode: 0 })
const failed = (stderr: string, exitCode = 1) => ({ stdout: '', stderr, exitCode })

/** Commands that have to do with processes: those of the container, never of this machine. */
export function processCommands(
  door: ShellDoor,
  user: { readonly uid: number; readonly gid: number; readonly name: string },
): Command[] {
  const run = async (argv: readonly string[], env: Record<string, string>, cwd: string, capture: boolean) => {
    const answer = await door({ do: 'run', argv: ['node', ...argv], env, cwd, capture })
    return answer as Extract<ShellAnswer, { exitCode: number }>
  }
  return [
    defineCommand('node', (args, ctx) => run(args, ctx.exportedEnv ?? {}, ctx.cwd, true)),
    defineCommand(NODE_DIRECT, (args, ctx) => run(args, ctx.exportedEnv ?? {}, ctx.cwd, false)),
    defineCommand(NODE_BECOME, async (args, ctx) => {
      const answer = await door({ do: 'become', argv: ['node', ...args], env: ctx.exportedEnv ?? {}, cwd: ctx.cwd })
      // Answered only when it could not be started, or when there was nothing to take the place of.
      return answer as Extract<ShellAnswer, { exitCode: number }>
    }),
    defineCommand('sleep', async (args) => {
      const total = args.map(seconds).reduce((sum, part) => sum + part, 0)
      if (args.length === 0) return failed('BusyBox multi-call binary.\n\nUsage: sleep [N]...\n')
      if (Number.isNaN(total))
        return failed(`sleep: invalid number '${args.find((arg) => Number.isNaN(seconds(arg)))}'\n`)
      await pause(total * 1000)
      return ok()
    }),
    defineCommand('ps', async () => {
      const { processes } = (await door({ do: 'processes' })) as Extract<ShellAnswer, { processes: unknown }>
      const lines = processes.map(
        ({ pid, command }) => `${String(pid).padStart(5)} ${user.name.padEnd(8)} ${command}\n`,
      )
      return ok(`PID   USER     COMMAND\n${lines.join('')}`)
    }),
    defineCommand('kill', async (args) => {
      const [first = '', ...rest] = args
      const named = first.startsWith('-') ? first.replace(/^-(s$)?/, '') || rest.shift() : 'TERM'
      const pids = first.startsWith('-') ? rest : args
      if (first === '-l') return ok('HUP INT QUIT KILL USR1 USR2 TERM\n')
      if (pids.length === 0) return failed('sh: you need to specify whom to kill\n', 2)
      for (const pid of pids) {
        if (!/^\d+$/.test(pid)) return failed(`sh: invalid number '${pid}'\n`, 2)
        const answer = (await door({ do: 'kill', pid: Number(pid), signal: String(named) })) as { ok: boolean }
        if (!answer.ok) return failed(`sh: can't kill pid ${pid}: No such process\n`)
      }
      return ok()
    }),
    defineCommand('id', async (args) => {
      const group = user.uid === 0 ? 'root' : user.name
      if (args[0] === '-u') return ok(`${args[1] === '-n' ? user.name : user.uid}\n`)
      if (args[0] === '-un' || args[0] === '-nu') return ok(`${user.name}\n`)
      if (args[0] === '-g') return ok(`${user.gid}\n`)
      return ok(`uid=${user.uid}(${user.name}) gid=${user.gid}(${group}) groups=${user.gid}(${group})\n`)
    }),
    defineCommand('whoami', async () => ok(`${user.name}\n`)),
    defineCommand('uname', async (args, ctx) => {
      const name = ctx.env.get('HOSTNAME') ?? 'localhost'
      const parts: Record<string, string> = {
        s: 'Linux',
        n: name,
        r: '6.12.0',
        v: '#1 SMP',
        m: 'x86_64',
        o: 'GNU/Linux',
      }
      const wanted = (args[0] ?? '-s').replace(/^-/, '')
      const all = wanted === 'a' ? Object.keys(parts) : [...wanted]
      return ok(`${all.map((letter) => parts[letter] ?? '').join(' ')}\n`)
    }),
    defineCommand('env', (args, ctx) => {
      let index = 0
      const clean = args[0] === '-i' || args[0] === '-'
      if (clean) index += 1
      const env = new Map(Object.entries(clean ? {} : variables(ctx.exportedEnv)))
      for (; args[index] === '-u'; index += 2) env.delete(args[index + 1] ?? '')
      for (; args[index]?.includes('='); index += 1) {
        const [name = '', ...value] = (args[index] as string).split('=')
        env.set(name, value.join('='))
      }
      const [program, ...rest] = args.slice(index)
      if (program === undefined)
        return Promise.resolve(ok([...env].map(([name, value]) => `${name}=${value}\n`).join('')))
      if (!ctx.exec) return Promise.resolve(failed(`env: can't execute '${program}': No such file or directory\n`, 127))
      // What is given to `exec` is known there, but not yet exported.
      const names = [...env.keys()].filter((name) => /^[A-Za-z_]\w*$/.test(name))
      const exported = names.length > 0 ? `export ${names.join(' ')}; ` : ''
      return ctx.exec(exported + [program, ...rest].map(quoted).join(' '), {
        cwd: ctx.cwd,
        env: Object.fromEntries(env),
        replaceEnv: true,
      })
    }),
    defineCommand('printenv', async (args, ctx) => {
      const env = variables(ctx.exportedEnv)
      const names = args.length > 0 ? args : Object.keys(env)
      const known = names.filter((name) => Object.hasOwn(env, name))
      const text = known.map((name) => `${args.length > 0 ? '' : `${name}=`}${env[name]}\n`).join('')
      return { stdout: text, stderr: '', exitCode: known.length === names.length ? 0 : 1 }
    }),
    defineCommand(WRITABLE, async (args, ctx) => {
      for (const file of args) {
        try {
          await ctx.fs.appendFile(ctx.fs.resolvePath(ctx.cwd, file), '')
        } catch (error) {
          return failed(cannotCreate(file, error as NodeJS.ErrnoException))
        }
      }
      return ok()
    }),
    // busybox reads the program from a file or from stdin; both are lines of this very shell.
    defineCommand('ash', (args, ctx) => {
      const script = args[0] === '-c' ? (args[1] ?? '') : decodeBytesToUtf8(ctx.stdin)
      return ctx.exec ? ctx.exec(script, { cwd: ctx.cwd }) : Promise.resolve(failed('ash: no shell\n'))
    }),
  ]
}

/** What just-bash sets beside what it was given, and no busybox has. */
const INTERNAL = new Set(['BASHOPTS', 'SHELLOPTS', 'IFS', 'OSTYPE', 'MACHTYPE', 'HOSTTYPE', 'OPTIND', 'OLDPWD', 'PWD'])

function variables(exported: Readonly<Record<string, string>> = {}): Record<string, string> {
  const entries = Object.entries(exported)
  return Object.fromEntries(entries.filter(([name]) => !INTERNAL.has(name) || process.env[name] !== undefined))
}

/** `1`, `0.5`, `3m`, `1h`, `2d`, `infinity`, in seconds. */
function seconds(text: string): number {
  if (text === 'infinity' || text === 'inf') return Number.POSITIVE_INFINITY
  const [, number, unit = 's'] = /^(\d*\.?\d+)([smhd]?)$/.exec(text) ?? []
  if (number === undefined) return Number.NaN
  return Number(number) * { s: 1, m: 60, h: 3600, d: 86_400, '': 1 }[unit as 's']
}

/** Longer than a timer can be set at once. */
async function pause(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 2 ** 31 - 1) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, 2 ** 31 - 1)))
  }
}

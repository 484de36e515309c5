import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Image, ImageConfig } from '../runtime.ts'
import { CopyError, copyFiles } from './copy-files.ts'
import { DockerfileError, execForm, type Instruction, pairs, parseDockerfile, quotedWords } from './dockerfile.ts'
import { expand, type Variables } from './dockerfile-words.ts'
import { IgnoreFile } from './ignore-file.ts'
import { imageId } from './image-id.ts'
import { parseImageName } from './image-name.ts'
import type { ImageStore } from './image-store.ts'
import { refusal } from './refused-instructions.ts'
import { Stage } from './stage.ts'

export interface BuildOptions {
  /** The folder that COPY reads from. */
  readonly context: string
  /** Left out: `Dockerfile` in the context. */
  readonly dockerfile?: string
  /** As given to `docker build --tag`; left out: the image gets none. */
  readonly name?: string
  readonly buildArgs?: Readonly<Record<string, string>>
  readonly onStep?: (step: BuildStep) => void
}

export interface BuildStep {
  /** From 1. */
  readonly number: number
  readonly total: number
  /** The instruction as it stands in the file. */
  readonly text: string
  readonly line: number
  /** What is different here, or not done here. */
  readonly note?: string
}

/** A wrong call, not a wrong Dockerfile: a bad name, a name that is taken. */
export class BuildError extends Error {
  override readonly name = 'BuildError'
}

/**
 * Builds an image as `docker build` does, except that nothing is run: RUN is refused. Throws DockerfileError (file and line),
 * BuildError.
 */
export async function buildImage(store: ImageStore, options: BuildOptions): Promise<Image> {
  const full = options.name === undefined ? undefined : checkedName(store, options.name)
  const { id } = await buildFiles(store, options)
  if (full !== undefined) await store.tag(id, full)
  const image = await store.byId(id)
  if (!image) throw new BuildError(`the image ${id} is gone`)
  return image
}

/** Builds and stores an image without a name. */
export async function buildFiles(store: ImageStore, options: BuildOptions): Promise<{ readonly id: string }> {
  const dockerfile = options.dockerfile ?? path.join(options.context, 'Dockerfile')
  const file = path.basename(dockerfile)
  const text = await readFile(dockerfile, 'utf8').catch(() => undefined)
  if (text === undefined) throw new BuildError(`no Dockerfile at ${dockerfile}`)
  const work = path.join(store.folder, `.build-${randomBytes(6).toString('hex')}`)
  await mkdir(work, { recursive: true, mode: 0o700 })
  try {
    const build = new Build(store, options, file, work, await IgnoreFile.of(options.context, dockerfile))
    const stage = await build.run(parseDockerfile(text, file))
    const config = stage.config()
    const id = await imageId(stage.rootfs, config)
    await store.put(id, config, stage.rootfs)
    return { id }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

function checkedName(store: ImageStore, name: string): string {
  const parsed = parseImageName(name)
  if (!parsed || name.includes('@')) {
    throw new BuildError(
      `invalid tag "${name}": invalid reference format. Expected NAME:TAG in small letters, as in my-server:1.0`,
    )
  }
  if (store.isBuiltIn(parsed.full)) {
    throw new BuildError(`${parsed.familiar} is built in and cannot be overwritten; choose another name or tag`)
  }
  return parsed.full
}

/** One run through a Dockerfile. */
class Build {
  readonly #store: ImageStore
  readonly #options: BuildOptions
  readonly #file: string
  readonly #work: string
  readonly #ignore: IgnoreFile
  readonly #stages: Stage[] = []
  /** ARGs before the first FROM: known to FROM, and to a stage that declares them again. */
  readonly #globals: Record<string, string> = {}
  readonly #usedArgs = new Set<string>()

  constructor(store: ImageStore, options: BuildOptions, file: string, work: string, ignore: IgnoreFile) {
    this.#store = store
    this.#options = options
    this.#file = file
    this.#work = work
    this.#ignore = ignore
  }

  /** Gives the last stage. */
  async run(instructions: readonly Instruction[]): Promise<Stage> {
    for (const [index, instruction] of instructions.entries()) {
      const { name, rest, line, flags } = instruction
      const written = Object.entries(flags).map(([flag, value]) => `--${flag}${value === '' ? '' : `=${value}`} `)
      const step = { number: index + 1, total: instructions.length, text: `${name} ${written.join('')}${rest}`, line }
      let note: string | undefined
      try {
        note = await this.#step(instruction)
      } catch (error) {
        if (error instanceof CopyError) throw this.#error(instruction, error.message)
        throw error
      }
      if (index === instructions.length - 1) note = [note, this.#unusedArgs()].filter(Boolean).join('; ') || undefined
      this.#options.onStep?.(note === undefined ? step : { ...step, note })
    }
    const stage = this.#stages.at(-1)
    if (!stage) throw new DockerfileError(this.#file, 1, 'no FROM: an image begins with one, as in FROM node:24-alpine')
    return stage
  }

  async #step(instruction: Instruction): Promise<string | undefined> {
    const { name } = instruction
    if (name === 'FROM') return this.#from(instruction)
    const stage = this.#stages.at(-1)
    if (!stage) {
      if (name === 'ARG') return this.#arg(instruction, this.#globals, this.#globals)
      throw this.#error(instruction, `${name} before FROM: an image begins with FROM, as in FROM node:24-alpine`)
    }
    const refused = refusal(instruction, stage.config().base)
    if (refused !== undefined) throw this.#error(instruction, refused)
    const variables = stage.variables()
    const text = expand(instruction.rest, variables)
    switch (name) {
      case 'ARG':
        return this.#arg(instruction, stage.args, variables)
      case 'ENV':
        Object.assign(stage.env, pairs(instruction, this.#file, variables))
        return undefined
      case 'LABEL':
        Object.assign(stage.labels, pairs(instruction, this.#file, variables))
        return undefined
      case 'WORKDIR':
        return stage.changeFolder(text)
      case 'USER':
        stage.user = text
        return undefined
      case 'EXPOSE':
        return this.#expose(instruction, stage, text)
      case 'COPY':
      case 'ADD':
        return this.#copy(instruction, stage)
      case 'CMD':
      case 'ENTRYPOINT':
        return this.#command(instruction, stage)
      case 'SHELL':
        return this.#shell(instruction, stage)
      case 'HEALTHCHECK':
        return 'left out: Kubernetes does not read it, probes in the manifest do that'
      case 'VOLUME':
        return 'left out: volumes stand in the manifest'
      case 'STOPSIGNAL':
        if (text !== 'SIGTERM' && text !== '15') throw this.#error(instruction, 'only SIGTERM is sent here')
        return undefined
      default:
        return 'left out'
    }
  }

  async #from(instruction: Instruction): Promise<string | undefined> {
    const match = /^(\S+)(?:\s+[aA][sS]\s+([a-zA-Z][\w.-]*))?$/.exec(instruction.rest)
    if (!match)
      throw this.#error(instruction, `expected FROM IMAGE or FROM IMAGE AS NAME, found FROM ${instruction.rest}`)
    const image = expand(match[1] as string, this.#globals)
    const name = match[2]?.toLowerCase()
    const folder = path.join(this.#work, String(this.#stages.length))
    const earlier = this.#stages.find((stage) => stage.name === image.toLowerCase())
    const base = earlier ?? (await this.#store.base(image))
    if (!base) {
      throw this.#error(
        instruction,
        `the image ${image} is not here, and no registry is asked. FROM knows node (any tag), busybox, scratch, and images that ` +
          'you built',
      )
    }
    const config: ImageConfig = base instanceof Stage ? base.config() : base.config
    this.#stages.push(await Stage.begin(name, folder, config, base.rootfs))
    return config.base.startsWith('node:') ? `runs on this machine's Node ${process.versions.node}` : undefined
  }

  #arg(instruction: Instruction, args: Record<string, string>, variables: Variables): undefined {
    for (const word of quotedWords(instruction.rest)) {
      const [, name = '', value] = /^([A-Za-z_]\w*)(?:=([\s\S]*))?$/.exec(word) ?? []
      if (name === '') throw this.#error(instruction, `expected ARG NAME or ARG NAME=value, found ${word}`)
      const given = this.#options.buildArgs?.[name]
      if (given !== undefined) this.#usedArgs.add(name)
      const known = given ?? (value === undefined ? this.#globals[name] : expand(value, { ...variables, ...args }))
      if (known !== undefined) args[name] = known
    }
    return undefined
  }

  #expose(instruction: Instruction, stage: Stage, text: string): undefined {
    for (const port of text.split(/\s+/)) {
      if (!/^\d{1,5}(-\d{1,5})?(\/(tcp|udp))?$/i.test(port))
        throw this.#error(instruction, `invalid containerPort: ${port}`)
      stage.exposedPorts.add(port.includes('/') ? port.toLowerCase() : `${port}/tcp`)
    }
    return undefined
  }

  async #copy(instruction: Instruction, stage: Stage): Promise<string | undefined> {
    const { flags, name } = instruction
    const unknown = Object.keys(flags).find((flag) => !['from', 'chown', 'chmod', 'link'].includes(flag))
    if (unknown !== undefined) throw this.#error(instruction, `${name} --${unknown} is not known here`)
    const variables = stage.variables()
    const words = (execForm(instruction) ?? quotedWords(instruction.rest)).map((word) => expand(word, variables))
    const target = words.at(-1) as string
    const sources = words.slice(0, -1)
    if (sources.length === 0) throw this.#error(instruction, `${name} requires at least two arguments`)
    const heredoc = sources.find((source) => source.startsWith('<<'))
    if (heredoc !== undefined)
      throw this.#error(instruction, `${name} ${heredoc}: write the text into a file and copy that`)
    const from = flags.from === undefined ? undefined : await this.#source(instruction, expand(flags.from, variables))
    await copyFiles({
      root: from?.rootfs ?? this.#options.context,
      rootName: from ? `the stage or image ${flags.from}` : 'the build context',
      sources,
      rootfs: stage.rootfs,
      target: stage.absolute(target),
      ignores: (file) => !from && this.#ignore.ignores(file),
    })
    return flags.chown === undefined && flags.chmod === undefined ? undefined : 'owner and mode are left as they are'
  }

  async #source(instruction: Instruction, name: string): Promise<{ readonly rootfs: string }> {
    const number = /^\d+$/.test(name) ? Number(name) : -1
    const stages = this.#stages.slice(0, -1)
    const found =
      stages[number] ?? stages.find((stage) => stage.name === name.toLowerCase()) ?? (await this.#store.find(name))
    if (!found) throw this.#error(instruction, `--from=${name}: no earlier stage and no image here has this name`)
    return found
  }

  #command(instruction: Instruction, stage: Stage): string | undefined {
    const list = execForm(instruction) ?? [...stage.shell, instruction.rest]
    if (instruction.name === 'CMD') {
      stage.cmd = list
    } else {
      stage.entrypoint = list
      // A CMD that came with the base was meant for the base's own entrypoint.
      if (!stage.ownCmd) stage.cmd = []
    }
    if (instruction.name === 'CMD') stage.ownCmd = true
    return instruction.rest.startsWith('[') && !execForm(instruction)
      ? 'not a JSON list (single quotes?), so it is taken as a line for the shell, as Docker does'
      : undefined
  }

  #shell(instruction: Instruction, stage: Stage): undefined {
    const list = execForm(instruction)
    if (!list || list.length === 0)
      throw this.#error(instruction, 'SHELL requires the JSON form, as in SHELL ["/bin/sh", "-c"]')
    stage.shell = list
    return undefined
  }

  #unusedArgs(): string | undefined {
    const unused = Object.keys(this.#options.buildArgs ?? {}).filter((name) => !this.#usedArgs.has(name))
    return unused.length === 0 ? undefined : `build arguments that no ARG declares: ${unused.join(', ')}`
  }

  #error({ line }: Instruction, message: string): DockerfileError {
    return new DockerfileError(this.#file, line, message)
  }
}

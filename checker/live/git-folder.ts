import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** The same for everybody: whoever has no name, signs commits or runs hooks has the same history as others. */
const SETTINGS = [
  'user.name=the check',
  'user.email=check@invalid',
  'commit.gpgsign=false',
  'core.autocrlf=false',
  'core.hooksPath=no-hooks',
  'init.defaultBranch=main',
].flatMap((setting) => ['-c', setting])

/** There is no git on this machine. */
export class NoGit extends Error {
  override readonly name = 'NoGit'
}

/** A temporary folder of files with a history. */
export class GitFolder {
  readonly path: string
  readonly #remove = () => rmSync(this.path, { recursive: true, force: true })

  private constructor() {
    this.path = mkdtempSync(path.join(tmpdir(), 'source-of-truth-'))
    process.once('exit', this.#remove)
  }

  /** Begins the history with these files. Throws NoGit. */
  static async begin(files: Readonly<Record<string, string>>): Promise<GitFolder> {
    const folder = new GitFolder()
    try {
      await folder.#git('init', '--quiet')
      await folder.commit('as it is', files)
    } catch (error) {
      folder.close()
      throw error
    }
    return folder
  }

  /** Writes files and commits them. */
  async commit(message: string, files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(this.path, name), text)
    await this.#git('add', '--all')
    await this.#git('commit', '--quiet', '--message', message)
  }

  /** Takes the last commits back, each with a commit of its own. */
  async revert(count = 1): Promise<void> {
    await this.#git('revert', '--no-edit', `HEAD~${count}..HEAD`)
  }

  /** The messages of all commits, the last first. */
  async log(): Promise<readonly string[]> {
    return (await this.#git('log', '--format=%s')).trim().split('\n')
  }

  /** Takes the folder away. */
  close(): void {
    process.removeListener('exit', this.#remove)
    this.#remove()
  }

  #git(...words: string[]): Promise<string> {
    // inside a hook of another repository its variables would lead git there
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')))
    return new Promise((resolve, reject) => {
      execFile('git', [...SETTINGS, ...words], { cwd: this.path, env, windowsHide: true }, (error, stdout, stderr) => {
        if (!error) resolve(stdout)
        else if ((error as NodeJS.ErrnoException).code === 'ENOENT') reject(new NoGit('git is not installed'))
        else reject(new Error(`git ${words[0]}: ${stderr.trim() || error.message}`))
      })
    })
  }
}

import fs from 'node:fs'
import vm from 'node:vm'

/** What Node makes when it is first looked at, and the shell looks at each without use for it: half of its start. */
const WEB = [
  'fetch',
  'Headers',
  'Request',
  'Response',
  'FormData',
  'WebSocket',
  'EventSource',
  'MessageEvent',
  'CloseEvent',
]

/** A script whose value is a function, as it was bundled. */
export interface CompiledScript {
  readonly script: vm.Script
  run(): void
}

/** Reads a bundle; with what V8 made of it earlier it need not be compiled again. A code cache of another V8 is passed over. */
export function compiledScript(file: string, codeCache: string): CompiledScript {
  const cachedData = readIfThere(codeCache)
  // The bundle is plain ASCII; so read, it takes no decoding.
  const script = new vm.Script(fs.readFileSync(file, 'latin1'), {
    filename: file,
    ...(cachedData && { cachedData }),
  })
  return {
    script,
    run() {
      for (const name of WEB) delete (globalThis as Record<string, unknown>)[name]
      const module = { exports: {} }
      script.runInThisContext()(require, module, module.exports, file)
    },
  }
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return fs.readFileSync(file)
  } catch {
    return undefined
  }
}

/** Makes a process on pipes believe that it has a terminal: the runtime does for it what a kernel would. */
export function patchTerminal(): void {
  for (const stream of [process.stdin, process.stdout, process.stderr]) {
    Object.defineProperty(stream, 'isTTY', { value: true, configurable: true, writable: true })
  }
  // The runtime cannot hear of it; a program that edits its own lines is shown them twice.
  process.stdin.setRawMode = () => process.stdin
}

/** The client's terminal has this size now. */
export function resizeTerminal({ columns, rows }: { readonly columns: number; readonly rows: number }): void {
  for (const stream of [process.stdout, process.stderr]) {
    Object.assign(stream, { columns, rows })
    stream.emit('resize')
  }
}

/** The package has no types of its own; this is what is used of it. */
declare module 'marked-terminal' {
  import type { MarkedExtension } from 'marked'
  export function markedTerminal(options?: {
    readonly width?: number
    readonly reflowText?: boolean
    readonly tab?: number
    readonly showSectionPrefix?: boolean
  }): MarkedExtension
}

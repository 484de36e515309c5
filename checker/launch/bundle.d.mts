export interface Bundle {
  /** Holds the entry points and their chunks. */
  readonly folder: string
  /** Changes when the bundle's code does. */
  readonly version: string
}

/** Builds the bundle if the source is newer, else finds it. Throws esbuild's errors. */
export function ensureBundle(root: string, name: 'checker' | 'cluster'): Promise<Bundle>

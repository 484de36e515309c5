import { fileURLToPath } from 'node:url'

/** The folder of this copy of the workbook, with a slash at its end. */
export const workbook = fileURLToPath(new URL('../..', import.meta.url))

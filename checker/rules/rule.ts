import type { Finding } from '../files/finding.ts'
import type { Located } from '../files/located.ts'

/**
 * What objects say about each other. Pure. An error is something that certainly cannot work, whatever else the cluster has; anything
 * less is a note, since a right answer must never be called wrong.
 */
export type Rule = (objects: readonly Located[], namespace: string) => readonly Finding[]

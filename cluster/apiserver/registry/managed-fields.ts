import type { AnyObject } from '../../apimachinery/objects.ts'
import type { DraftObject } from '../resource.ts'
import type { Call, Registry } from './call.ts'

export function managedByCreate(_registry: Registry, _call: Call, _object: DraftObject): void {}
export function managedByUpdate(_registry: Registry, _call: Call, _next: DraftObject, _last: AnyObject): void {}
export function sameButTimes(_next: AnyObject, _last: AnyObject): boolean {
  return false
}

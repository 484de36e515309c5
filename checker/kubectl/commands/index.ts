import type { Command } from '../command.ts'
import { get } from './get.ts'

export const commands: readonly Command[] = [get]

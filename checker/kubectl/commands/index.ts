import type { Command } from '../command.ts'
import { apiResources, apiVersions, clusterInfo, config, version } from './about.ts'
import { apply } from './apply.ts'
import { auth } from './auth.ts'
import { create } from './create.ts'
import { remove } from './delete.ts'
import { describe } from './describe.ts'
import { edit } from './edit.ts'
import { events } from './events.ts'
import { exec } from './exec.ts'
import { explain } from './explain.ts'
import { expose } from './expose.ts'
import { get } from './get.ts'
import { annotate, label } from './label.ts'
import { logs } from './logs.ts'
import { patch } from './patch.ts'
import { portForward } from './port-forward.ts'
import { rollout } from './rollout.ts'
import { run } from './run.ts'
import { scale } from './scale.ts'
import { set } from './set.ts'
import { wait } from './wait.ts'

/** All that this kubectl can do, in the order of its help. */
export const commands: readonly Command[] = [
  get,
  describe,
  apply,
  create,
  remove,
  edit,
  explain,
  logs,
  exec,
  portForward,
  events,
  rollout,
  scale,
  set,
  label,
  annotate,
  patch,
  expose,
  run,
  wait,
  auth,
  apiResources,
  apiVersions,
  clusterInfo,
  config,
  version,
]

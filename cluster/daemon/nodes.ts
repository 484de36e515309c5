import type { Readable } from 'node:stream'
import type { RealClock } from '../apimachinery/clock.ts'
import { failure } from '../apimachinery/errors.ts'
import type { Pod } from '../apimachinery/objects.ts'
import type { LogOptions } from '../apiserver/node-connector.ts'
import type { ApiClient } from '../client/api-client.ts'
import type { Component } from '../client/component.ts'
import type { PodNetwork } from '../kubelet/runtime/pod-network.ts'
import type { StateFolder } from './state-folder.ts'

export class Nodes {
  readonly kubelets: readonly Component[] = []
  constructor(_options: {
    state: StateFolder
    clock: RealClock
    client(manager: string): ApiClient
    network: PodNetwork
  }) {}
  async logs(_pod: Pod, _container: string, _options: LogOptions): Promise<Readable> {
    throw failure(500, 'InternalError', 'no kubelet')
  }
  async close(): Promise<void> {}
}

/**
 * The objects of the Kubernetes API as this project's code sees them: JSON, read-only, with what the server always sets.
 * The shapes come from the types that client-node ships; no field is typed by hand.
 */
import type * as models from '@kubernetes/client-node'

/** A value as JSON carries it: dates are RFC 3339 strings, `_continue` is `continue`, everything is read-only. */
export type Json<T> = unknown extends T
  ? T
  : T extends Date
    ? string
    : T extends readonly (infer Item)[]
      ? readonly Json<Item>[]
      : T extends object
        ? { readonly [K in keyof T as K extends `_${infer Name}` ? Name : K]: Json<T[K]> }
        : T

/** What a server answered: apiVersion, kind, a name, a uid and, where the kind has them, spec and status are there. */
export type Live<T> = Omit<Json<T>, 'apiVersion' | 'kind' | 'metadata' | 'spec' | 'status'> & {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
} & (T extends { spec?: infer Spec } ? { readonly spec: Json<NonNullable<Spec>> } : unknown) &
  (T extends { status?: infer Status } ? { readonly status: Json<NonNullable<Status>> } : unknown)

/** Metadata of an object that a server holds. `namespace` is `''` for none only in keys; here it is absent. */
export type ObjectMeta = Omit<Json<models.V1ObjectMeta>, 'name' | 'uid' | 'resourceVersion' | 'creationTimestamp'> & {
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
  readonly creationTimestamp: string
}

/** The same value, to be changed: what `structuredClone` of a cached object gives. */
export type Mutable<T> = unknown extends T
  ? T
  : T extends readonly (infer Item)[]
    ? Mutable<Item>[]
    : T extends object
      ? { -readonly [K in keyof T]: Mutable<T[K]> }
      : T

/** What one may send: any part of the object may be missing. */
export type Draft<T> = unknown extends T
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Draft<Item>[]
    : T extends object
      ? { readonly [K in keyof T]?: Draft<T[K]> }
      : T

/** A private copy of an object from a cache, to be changed and sent back. */
export function copyOf<T>(object: T): Mutable<T> {
  return structuredClone(object) as Mutable<T>
}

export type OwnerReference = Json<models.V1OwnerReference>
export type LabelSelector = Json<models.V1LabelSelector>
export type ManagedFields = Json<models.V1ManagedFieldsEntry>
export type Condition = Json<models.V1Condition>
export type Status = Json<models.V1Status>
export type StatusCause = Json<models.V1StatusCause>

export type Container = Json<models.V1Container>
export type ContainerStatus = Json<models.V1ContainerStatus>
export type PodSpec = Json<models.V1PodSpec>
export type PodTemplate = Json<models.V1PodTemplateSpec>
export type PodCondition = Json<models.V1PodCondition>
export type Probe = Json<models.V1Probe>
export type Volume = Json<models.V1Volume>
export type Taint = Json<models.V1Taint>
export type Toleration = Json<models.V1Toleration>
export type ServicePort = Json<models.V1ServicePort>
export type EndpointSliceEndpoint = Json<models.V1Endpoint>

export type Namespace = Live<models.V1Namespace>
export type Node = Live<models.V1Node>
export type Pod = Live<models.V1Pod>
export type ReplicaSet = Live<models.V1ReplicaSet>
export type Deployment = Live<models.V1Deployment>
export type Service = Live<models.V1Service>
export type EndpointSlice = Live<models.V1EndpointSlice>
export type Endpoints = Live<models.V1Endpoints>
export type ConfigMap = Live<models.V1ConfigMap>
export type Secret = Live<models.V1Secret>
export type ServiceAccount = Live<models.V1ServiceAccount>
export type Event = Live<models.CoreV1Event>
export type Lease = Live<models.V1Lease>

/** The kinds of the practice cluster, by `version Kind` (core group) or `group/version Kind`. */
export interface Kinds {
  'v1 Namespace': Namespace
  'v1 Node': Node
  'v1 Pod': Pod
  'apps/v1 ReplicaSet': ReplicaSet
  'apps/v1 Deployment': Deployment
  'v1 Service': Service
  'discovery.k8s.io/v1 EndpointSlice': EndpointSlice
  'v1 Endpoints': Endpoints
  'v1 ConfigMap': ConfigMap
  'v1 Secret': Secret
  'v1 ServiceAccount': ServiceAccount
  'v1 Event': Event
  'coordination.k8s.io/v1 Lease': Lease
}

/** `v1 Pod`, `apps/v1 Deployment`, … */
export type KindName = keyof Kinds

/** Any object of the API, when the kind does not matter. */
export type AnyObject = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
  readonly [field: string]: unknown
}

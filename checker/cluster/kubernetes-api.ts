/** One HTTP request to the API server, and its answer. What the rest of the checker knows of the way there. */
export interface KubernetesApi {
  /** Where it is, for messages: `https://127.0.0.1:6550`. */
  readonly server: string
  /**
   * Throws ClusterFault when nobody answers, or the answer says that the cluster is at fault (5xx, 401). Every other answer is
   * given back, also 403, 404, 409 and 422. Answers to `proxy` requests are always given back: their 5xx may be the app's.
   */
  request(request: ApiRequest): Promise<ApiAnswer>
}

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With its leading slash: `/api/v1/namespaces/default/pods`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: unknown
  readonly contentType?: string
  /** Milliseconds until silence counts as a fault of the cluster. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** Relayed by the API server to a pod or service. */
  readonly proxied?: boolean
}

export interface ApiAnswer {
  readonly status: number
  readonly text: string
  /** Texts of `Warning` headers. */
  readonly warnings: readonly string[]
}

/** The answer's JSON. Throws SyntaxError when it is none. */
export function jsonOf<T>(answer: ApiAnswer): T {
  return JSON.parse(answer.text) as T
}

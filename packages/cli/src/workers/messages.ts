/** What the first process of `serve --workers` and its workers tell each other. */

/** To a worker. */
export type ToWorker =
  /** What it is: the first has the admin listener. All have its token. */
  | { readonly kind: 'start'; readonly number: number; readonly adminToken: string }
  /** Finish the requests in flight, and end. */
  | { readonly kind: 'drain' }
  /** Read the configuration again. */
  | { readonly kind: 'reload' }
  /** Tell of your metrics. */
  | { readonly kind: 'metrics'; readonly id: number }
  /** Those of the other workers, as they were asked for. */
  | { readonly kind: 'others'; readonly id: number; readonly texts: readonly WorkerText[] };

/** From a worker. */
export type FromWorker =
  /** It is up, and waits to be told what it is. */
  | { readonly kind: 'up' }
  /** It listens. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'metrics'; readonly id: number; readonly text: string }
  /** The admin listener asks for those of the others. */
  | { readonly kind: 'ask-others'; readonly id: number }
  /** Its operator had the configuration read again. */
  | { readonly kind: 'reloading' };

export interface WorkerText {
  readonly worker: number;
  /** In the format of Prometheus. */
  readonly text: string;
}

/** What the first process of `serve --workers` and its workers tell each other. */
import type { LiveView } from '@countersign/api';
import type { SiblingQuestion } from '@countersign/gateway';

/** To a worker. */
export type ToWorker =
  /** What it is: the first has the admin listener. All have its token. */
  | { readonly kind: 'start'; readonly number: number; readonly adminToken: string }
  /** Finish the requests in flight, and end. */
  | { readonly kind: 'drain' }
  /** Read the configuration again. */
  | { readonly kind: 'reload' }
  /** Answer. */
  | { readonly kind: 'asked'; readonly id: number; readonly question: SiblingQuestion }
  /** What the other workers have answered. */
  | { readonly kind: 'others'; readonly id: number; readonly texts: readonly WorkerText[] }
  /** Whether another worker follows what happens at yours. */
  | { readonly kind: 'followed'; readonly isFollowed: boolean }
  /** What you follow. @see LiveBatch */
  | { readonly kind: 'happened'; readonly from: number; readonly batch: LiveBatch }
  /** Your last batch was taken: send the next. */
  | { readonly kind: 'taken' };

/** From a worker. */
export type FromWorker =
  /** It is up, and waits to be told what it is. */
  | { readonly kind: 'up' }
  /** It listens. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly id: number; readonly text: string }
  /** The admin listener asks the others. */
  | { readonly kind: 'ask-others'; readonly id: number; readonly question: SiblingQuestion }
  /** Its operator had the configuration read again. */
  | { readonly kind: 'reloading' }
  /** Whether it wants to know what happens at the others. */
  | { readonly kind: 'follow'; readonly isFollowing: boolean }
  /** For those who follow it. */
  | { readonly kind: 'happened'; readonly batch: LiveBatch }
  /** It has a batch of another one. */
  | { readonly kind: 'took'; readonly from: number };

/** What has happened at a worker, in its order. */
export interface LiveBatch {
  readonly views: readonly LiveView[];
  /** How many before these were left out; `some`: the worker was killed, and nobody knows. */
  readonly lost: number | 'some';
}

export interface WorkerText {
  readonly worker: number;
  readonly text: string;
}

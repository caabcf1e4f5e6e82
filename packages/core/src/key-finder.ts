/** What a look-up of keys needs of whoever finds them. */
import type { KeyQuery } from './keys.ts';
import type { MaybePromise } from './model.ts';
import type { Objection } from './objection.ts';
import type { TokenBucket } from './token-bucket.ts';

/** By what keys are looked for, and where. */
export interface KeyFinder {
  /** In sentences: the function, or the source, of keys. */
  readonly what: 'function' | 'source';
  /** What it should return where it has returned something else. */
  readonly asList: string;
  /** How many look-ups may find nothing. Undefined: any number. */
  readonly misses: TokenBucket | undefined;
  /** What the request names: one name mostly; none where it names nothing that could be looked for. */
  namesOf(query: KeyQuery): MaybePromise<readonly (string | undefined)[]>;
  ask(name: string | undefined): unknown;
  /** What was answered; a text says what is wrong with it, and goes on from the title. */
  read(answer: unknown): FoundAnswer | string;
  /** Why a name has no keys, where it is known better than that. Undefined: it is an unknown key. */
  none(name: string | undefined): Objection | undefined;
  /** What a request names the keys by that were found under a name. */
  ringName(name: string | undefined): string | undefined;
}

export interface FoundAnswer {
  readonly specs: readonly unknown[];
  readonly tenant?: string;
}

/** What the caller's function says of a request that it was given: done, and what repeats are told; or failed. */

/** It ended well: its claim is committed. */
export interface Done<T> {
  readonly kind: 'done';
  readonly value: T;
  /** Given to the replay guard with the commit; a repeat's refusal has it (`repeat.answer`), while the guard keeps it. */
  readonly answer?: Uint8Array;
}

/** It came to nothing: its claim is free, and the sender's retry runs. */
export interface Failed<T> {
  readonly kind: 'failed';
  readonly value: T;
}

export type Acted<T> = Done<T> | Failed<T>;

/** The request ended well: see `Gate.receive`. @param answer given to repeats, within the replay guard's bounds */
export function done(): Done<undefined>;
export function done<T>(value: T, answer?: Uint8Array): Done<T>;
export function done<T>(value?: T, answer?: Uint8Array): Done<T | undefined> {
  return answer === undefined ? { kind: 'done', value } : { kind: 'done', value, answer };
}

/** The request failed: see `Gate.receive`. */
export function failed(): Failed<undefined>;
export function failed<T>(value: T): Failed<T>;
export function failed<T>(value?: T): Failed<T | undefined> {
  return { kind: 'failed', value };
}

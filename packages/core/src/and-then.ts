/** Going on from a value that may be a promise. */
import type { MaybePromise } from './model.ts';

/**
 * Goes on at once where the value is there, so that no promise is made where none is needed. What `next` needs besides
 * is handed to it: so it can be a function with a name of its own, and a request in sight makes no closures.
 */
export function andThen<A, B>(value: MaybePromise<A>, next: (value: A) => MaybePromise<B>): MaybePromise<B>;
export function andThen<A, B, G, P>(
  value: MaybePromise<A>,
  next: (value: A, gate: G, passage: P) => MaybePromise<B>,
  gate: G,
  passage: P,
): MaybePromise<B>;
export function andThen<A, B, G, P>(
  value: MaybePromise<A>,
  next: (value: A, gate: G, passage: P) => MaybePromise<B>,
  gate?: G,
  passage?: P,
): MaybePromise<B> {
  return value instanceof Promise
    ? value.then((settled) => next(settled, gate as G, passage as P))
    : next(value, gate as G, passage as P);
}

/** Going on from a value that may be a promise. */
import type { MaybePromise } from './model.ts';

/** Goes on at once where the value is there, so that no promise is made where none is needed. */
export function andThen<A, B>(value: MaybePromise<A>, next: (value: A) => MaybePromise<B>): MaybePromise<B> {
  return value instanceof Promise ? value.then(next) : next(value);
}

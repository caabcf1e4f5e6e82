/** Going on from a value that may be a promise. `andThen` knows our own; what other people’s code returns is made one first. */
import type { MaybePromise } from './model.ts';

/**
 * Goes on at once where the value is there, so that no promise is made where none is needed. What `next` needs besides
 * is handed to it: so it can be a function with a name of its own, and a request in sight makes no closures.
 */
export function andThen<A, B>(value: MaybePromise<A>, next: (value: A) => MaybePromise<B>): MaybePromise<B>;
export function andThen<A, B, F>(
  value: MaybePromise<A>,
  next: (value: A, first: F) => MaybePromise<B>,
  first: F,
): MaybePromise<B>;
export function andThen<A, B, F, S>(
  value: MaybePromise<A>,
  next: (value: A, first: F, second: S) => MaybePromise<B>,
  first: F,
  second: S,
): MaybePromise<B>;
export function andThen<A, B, F, S>(
  value: MaybePromise<A>,
  next: (value: A, first: F, second: S) => MaybePromise<B>,
  first?: F,
  second?: S,
): MaybePromise<B> {
  return value instanceof Promise
    ? value.then((settled) => next(settled, first as F, second as S))
    : next(value, first as F, second as S);
}

/** What other people's code returned: a promise of any library or realm as one of ours, anything else as it is. */
export function ownPromise<T>(value: MaybePromise<T>): MaybePromise<T> {
  return isThenable(value) && !(value instanceof Promise) ? Promise.resolve(value) : value;
}

function isThenable<T>(value: MaybePromise<T>): value is Promise<T> {
  const mayHaveMembers = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return mayHaveMembers && 'then' in value && typeof value.then === 'function';
}

/** Where the work throws or rejects, it is undone before its error goes on. */
export function orUndo<T>(work: () => MaybePromise<T>, undo: () => MaybePromise<void>): MaybePromise<T> {
  const failed = (error: unknown): MaybePromise<never> =>
    andThen(undo(), () => {
      throw error;
    });
  let worked: MaybePromise<T>;
  try {
    worked = work();
  } catch (error) {
    return failed(error);
  }
  return worked instanceof Promise ? worked.catch(failed) : worked;
}

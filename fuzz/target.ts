/** What is searched: code that reads a stranger's bytes, and what must hold of whatever it makes of them. */

type MaybePromise<T> = T | Promise<T>;

/** @typeParam Read what the code under test makes of an input */
export interface Target<Read = unknown> {
  /** What each input is, and what it is held to, for people. */
  readonly about: string;
  /** Pieces of inputs that the code's own literals do not show, and whole ones: the search begins with them. */
  readonly words?: readonly string[];
  /** Longer inputs are not made. Default 4 KB. */
  readonly mostBytes?: number;
  /** The code under test, whose own refusals are values here. What it throws is a fault, and its time and memory are bounded. */
  readonly read: (input: Uint8Array) => MaybePromise<Read>;
  /** Compares with an independent reading. @throws Error for a difference, which is a fault */
  readonly judge: (input: Uint8Array, read: Read) => MaybePromise<void>;
}

/** A target whose reading nobody else looks into. */
export function target<Read>(declared: Target<Read>): Target {
  // The reading that is judged is the one that was made, so its type holds.
  return declared as unknown as Target;
}

/** Ends a judgement with what does not hold. */
export function require(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}

/** What an action may answer besides text and JSON, and how the gateway knows it. */

import type { FileResult } from './file.ts';
import type { Html, Page } from './html.ts';
import type { Progress } from './progress.ts';
import type { Redirect } from './redirect.ts';
import type { StreamResult } from './stream.ts';

/** A value that one of `html`, `page`, `redirect`, `file`, `stream` and `progress` made. */
export type Result = Html | Page | Redirect | FileResult | StreamResult | Progress;

/** Holds between two copies of this package, the gateway's and that of an actions module; no JSON can carry it. */
const RESULT = Symbol.for('countersign.result');

/** Marks a value as made by one of the constructors, apart from an object that happens to have such members. */
export function asResult<T extends object>(value: T): T {
  return Object.freeze(Object.defineProperty(value, RESULT, { value: true }));
}

/** Whether a value was made by one of the constructors, of this copy of the package or another. */
export function isResult(value: unknown): value is Result {
  return typeof value === 'object' && value !== null && RESULT in value;
}

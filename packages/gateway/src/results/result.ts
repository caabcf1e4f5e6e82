/** What an action may answer besides text and JSON. */

import type { FileResult } from './file.ts';
import type { Html, Page } from './html.ts';
import { isMarked } from './mark.ts';
import type { Progress } from './progress.ts';
import type { Redirect } from './redirect.ts';
import type { StreamResult } from './stream.ts';

/** A value that one of `html`, `page`, `redirect`, `file`, `stream` and `progress` made. */
export type Result = Html | Page | Redirect | FileResult | StreamResult | Progress;

/** Whether a value is one. */
export function isResult(value: unknown): value is Result {
  return isMarked(value);
}

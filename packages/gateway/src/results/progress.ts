/** A page that grows while a long action works. */
import type { Html } from './html.ts';
import { asResult } from './mark.ts';
import { openSource, type Source } from './source.ts';

export interface Progress {
  readonly kind: 'progress';
  readonly title?: string;
  readonly updates: AsyncIterable<Html | string, unknown>;
}

export interface ProgressOptions {
  /** The heading, and the name of the browser's tab. Default: the gate's `title`. */
  readonly title?: string;
}

/**
 * A page that shows each update as it comes, without a script: what was done, what is being done, and at the end what the
 * generator returned. An `ActionError` ends the page with its text, any other error with a neutral one, and the log has it.
 * Where the person leaves, the generator's `return()` is called and `context.signal` aborts.
 * @throws TypeError for a source that is no async iterable.
 */
export function progress({ title }: ProgressOptions, updates: Source<Html | string>): Progress {
  const opened = openSource(updates, 'progress: the source');
  return asResult({ kind: 'progress', ...(title !== undefined && { title }), updates: opened });
}

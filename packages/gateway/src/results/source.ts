/** Where the parts of a long answer come from. */
import { Readable } from 'node:stream';

/** Parts that come one by one: an async generator function, what one returned, a stream. */
export type Source<T, R = unknown> = AsyncIterable<T, R> | (() => AsyncIterable<T, R>);

/** @throws TypeError for what gives no parts one by one. */
export function openSource<T, R>(source: Source<T, R>, what: string): AsyncIterable<T, R> {
  const opened: unknown = typeof source === 'function' ? source() : source;
  // Its error is told where it is read. One that fails before, or is never read since its caller has left, would end the process.
  if (opened instanceof Readable) opened.on('error', () => {});
  if (typeof opened === 'object' && opened !== null && Symbol.asyncIterator in opened)
    return opened as AsyncIterable<T, R>;
  throw new TypeError(`${what} is not an async iterable. Give an async generator function, or a stream.`);
}

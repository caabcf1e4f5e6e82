/** Where the parts of a long answer come from. */
import type { Readable } from 'node:stream';

/** Parts that come one by one: an async generator function, what one returned, a stream. */
export type Source<T, R = unknown> = AsyncIterable<T, R> | (() => AsyncIterable<T, R>);

/** @throws TypeError for what gives no parts one by one. */
export function openSource<T, R>(source: Source<T, R>, what: string): AsyncIterable<T, R> {
  const opened: unknown = typeof source === 'function' ? source() : source;
  if (!isIterable<T, R>(opened))
    throw new TypeError(`${what} is not an async iterable. Give an async generator function, or a stream.`);
  // Its error is told where it is read. One that fails before, or is never read since its caller has left, would end the process.
  if (isEmitter(opened)) opened.on('error', () => {});
  return opened;
}

function isIterable<T, R>(value: unknown): value is AsyncIterable<T, R> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** A stream: Node's, or one of a package that brings its own class of them. */
function isEmitter(value: object): value is Pick<Readable, 'on'> {
  return 'on' in value && typeof value.on === 'function';
}

/** A body as fetch takes it, read into the bytes that are signed and sent. */
import { describeGiven, isPlain } from '../given.ts';
import { SetupError } from '../setup-error.ts';
import { counted } from '../text/amounts.ts';
import { collectBytes } from '../text/collect-bytes.ts';

export interface ReadBody {
  readonly bytes: Uint8Array;
  /** What fetch would call the body where the caller calls it nothing. */
  readonly contentType: string | null;
}

export interface ReadLimits {
  /** Whether a stream is read, up to `maxBodyBytes`, or refused. */
  readonly bufferStreams: boolean;
  readonly maxBodyBytes: number;
  /** Ends the reading of a stream. */
  readonly signal: AbortSignal | null;
}

/**
 * Reads a body once; forms are encoded here, so that the boundary is part of what is signed.
 * @throws TypeError for a stream that may not be read or is too long; the signal's reason where that ends it.
 */
export async function readBody(body: unknown, limits: ReadLimits): Promise<ReadBody> {
  const stream = asStream(body);
  if (stream === undefined) {
    refuseParsed(body);
    const encoded = new Response(body as BodyInit | null);
    return {
      bytes: new Uint8Array(await encoded.arrayBuffer()),
      contentType: encoded.headers.get('content-type'),
    };
  }
  if (!limits.bufferStreams) {
    throw new TypeError(
      'a stream cannot be signed before it is read: give text or bytes, or set bufferStreams: true',
    );
  }
  return { bytes: await readStream(stream, limits), contentType: null };
}

/** `fetch` makes `[object Object]` of these, and sends it. */
function refuseParsed(body: unknown): void {
  if (body === null || typeof body === 'string' || ArrayBuffer.isView(body)) return;
  const isText = typeof body !== 'object' || Array.isArray(body) || isPlain(body);
  if (!isText) return;
  throw new SetupError(
    'body',
    `it is ${describeGiven(body)}`,
    'Give text or bytes: JSON.stringify(…), with content-type: application/json.',
  );
}

async function readStream(
  stream: ReadableStream<unknown>,
  { maxBodyBytes, signal }: ReadLimits,
): Promise<Uint8Array> {
  const reader = stream.getReader();
  const cancel = (reason: unknown): void => {
    // The caller learns `reason`; what the source says to its end is nobody's.
    reader.cancel(reason).catch(() => {});
  };
  const onAbort = (): void => cancel(signal?.reason);
  signal?.addEventListener('abort', onAbort);
  try {
    const collected = collectBytes();
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done) return collected.take();
      if (!(value instanceof Uint8Array)) throw new TypeError('a stream’s chunk is not a Uint8Array');
      if (collected.length + value.length > maxBodyBytes) {
        throw new TypeError(
          `the stream is longer than ${counted(maxBodyBytes, 'byte')}: raise maxBodyBytes, or send it in parts`,
        );
      }
      collected.add(value);
    }
  } catch (error) {
    cancel(error);
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

/** Undefined for what is no stream. Node's fetch takes async iterables too, Node's own streams among them. */
function asStream(body: unknown): ReadableStream<unknown> | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  if (body instanceof ReadableStream) return body;
  if (!(Symbol.asyncIterator in body)) return undefined;
  const iterator = (body as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel(reason) {
        await iterator.return?.(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/** Streams as bodies: refused, or read up to a limit. */
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { signedFetch } from '../../src/client/index.ts';
import { createGate } from '../../src/create-gate.ts';
import { listen } from './server.ts';

const KEY = 'a-secret-nobody-may-see-0123';
const LIMIT = 1000;

/** A body that TypeScript’s RequestInit may not know. */
const post = (body: unknown): RequestInit => ({ method: 'POST', body: body as BodyInit });

/** A stream that tells how it ended. */
function watched(chunks: readonly Uint8Array[]): {
  readonly stream: ReadableStream<Uint8Array>;
  readonly cancelled: () => unknown;
} {
  const left = [...chunks];
  let reason: unknown;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = left.shift();
      if (next) controller.enqueue(next);
      else controller.close();
    },
    cancel: (given) => {
      reason = given;
    },
  });
  return { stream, cancelled: () => reason };
}

async function* generated(...chunks: readonly unknown[]): AsyncGenerator<unknown> {
  yield* chunks;
}

describe('a stream', () => {
  it.each([
    ['a ReadableStream', watched([new Uint8Array(1)]).stream],
    ['an async iterable', generated(new Uint8Array(1))],
    ['a stream of Node', Readable.from([Buffer.from('x')])],
  ])('is refused with what to do, and left as it was: %s', async (_, stream) => {
    const { url, requests } = await listen();
    await expect(signedFetch('github', KEY)(url, post(stream))).rejects.toThrow(
      new TypeError(
        'a stream cannot be signed before it is read: give text or bytes, or set bufferStreams: true',
      ),
    );
    expect(requests).toEqual([]);
    let chunks = 0;
    for await (const _chunk of stream) chunks++;
    expect(chunks).toBe(1);
  });

  it.each([
    ['a ReadableStream', () => watched([Buffer.from('aü'), Buffer.from('b')]).stream],
    ['an async iterable', () => generated(Buffer.from('aü'), Buffer.from('b'))],
    ['a stream of Node', () => Readable.from([Buffer.from('aü'), Buffer.from('b')])],
    ['a long one of small pieces', () => Readable.from(Array(LIMIT).fill(Buffer.from('x')))],
  ])('is read and signed where that is asked for: %s', async (_, make) => {
    const { url, requests } = await listen();
    const send = signedFetch('github', KEY, { bufferStreams: true, maxBodyBytes: LIMIT });
    await send(url, post(make()));
    const [request] = requests;
    if (request === undefined) throw new Error('no request');
    expect(await createGate({ provider: 'github', keys: [KEY] }).verify(request)).toMatchObject({ ok: true });
    expect(Buffer.from(request.body).toString()).toBe(
      request.body.length === LIMIT ? 'x'.repeat(LIMIT) : 'aüb',
    );
    expect(request.headers.get('content-type')).toBeUndefined();
  });

  it.each([
    { bytes: LIMIT - 1, taken: true },
    { bytes: LIMIT, taken: true },
    { bytes: LIMIT + 1, taken: false },
  ])('of $bytes bytes, where 1000 are allowed: taken is $taken', async ({ bytes, taken }) => {
    const { url, requests } = await listen();
    const send = signedFetch('github', KEY, { bufferStreams: true, maxBodyBytes: LIMIT });
    const { stream, cancelled } = watched([new Uint8Array(bytes - 1), new Uint8Array(1), new Uint8Array(0)]);
    const error = await send(url, post(stream)).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(requests.map(({ body }) => body.length)).toEqual(taken ? [bytes] : []);
    expect(error === undefined).toBe(taken);
    expect(cancelled()).toBe(error);
    if (!taken) {
      expect(error).toEqual(
        new TypeError('the stream is longer than 1000 bytes: raise maxBodyBytes, or send it in parts'),
      );
    }
  });

  it('that is too long ends its source', async () => {
    const send = signedFetch('github', KEY, { bufferStreams: true, maxBodyBytes: LIMIT });
    const source = new Readable({ read: () => source.push(Buffer.alloc(600)) });
    const closed = new Promise((done) => source.once('close', done));
    await expect(send('http://x/', post(source))).rejects.toThrow('longer than 1000 bytes');
    await closed;
    expect(source.destroyed).toBe(true);
  });

  it('has a limit of 1 MiB unless another is given', async () => {
    const { url, requests } = await listen();
    const send = signedFetch('github', KEY, { bufferStreams: true });
    await send(url, post(watched([new Uint8Array(1024 * 1024)]).stream));
    await expect(send(url, post(watched([new Uint8Array(1024 * 1024 + 1)]).stream))).rejects.toThrow(
      '1048576',
    );
    expect(requests.length).toBe(1);
  });

  it('that fails, or gives what is no bytes, is not sent', async () => {
    const { url, requests } = await listen();
    const send = signedFetch('github', KEY, { bufferStreams: true });
    const broken = new Error('the disk is gone');
    const failing = new ReadableStream({ pull: () => Promise.reject(broken) });
    await expect(send(url, post(failing))).rejects.toBe(broken);
    await expect(send(url, post(generated('text')))).rejects.toThrow('not a Uint8Array');
    expect(requests).toEqual([]);
  });

  it('that never goes on is left when the signal says so', async () => {
    const send = signedFetch('github', KEY, { bufferStreams: true });
    const reason = new Error('enough');
    const hanging = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise<IteratorResult<unknown>>(() => {}) }),
    };
    for (const body of [new ReadableStream(), hanging]) {
      const controller = new AbortController();
      const sent = send('http://x/', { ...post(body), signal: controller.signal });
      controller.abort(reason);
      await expect(sent).rejects.toBe(reason);
      await expect(send('http://x/', { ...post(body), signal: controller.signal })).rejects.toThrow();
    }
  });
});

describe('the body of a Request', () => {
  it('is always read: whatever it was made from, it is a stream by then', async () => {
    const { url, requests } = await listen();
    const send = signedFetch('github', KEY, { maxBodyBytes: LIMIT });
    const request = (bytes: number) => new Request(url, { method: 'POST', body: 'x'.repeat(bytes) });
    await send(request(LIMIT));
    await expect(send(request(LIMIT + 1))).rejects.toThrow('longer than 1000 bytes');
    expect(requests.map(({ body }) => body.length)).toEqual([LIMIT]);
  });
});

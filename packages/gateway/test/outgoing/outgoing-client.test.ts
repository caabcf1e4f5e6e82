import { describe, expect, it } from 'vitest';
import { freePort } from '../../../../scripts/free-ports.ts';
import { createOutgoingClient, type OutgoingClientOptions } from '../../src/outgoing/outgoing-client.ts';
import { createOutgoingFetch } from '../../src/outgoing/outgoing-fetch.ts';
import { resolver, startServer } from './support.ts';

const open = (changes: Partial<OutgoingClientOptions> = {}) =>
  createOutgoingClient({
    fetch: createOutgoingFetch({ policy: 'configured' }),
    timeoutMs: 10_000,
    maxAnswerBytes: 7,
    ...changes,
  });
const get = (port: number) => ({ method: 'GET', url: `http://127.0.0.1:${port}/`, headers: {} }) as const;

describe('one outgoing call', () => {
  it('gives status, headers and body of whatever is answered; a redirect is an answer', async () => {
    const { port } = await startServer((request, response) => {
      response.writeHead(307, { location: '/', 'x-method': request.method });
      request.pipe(response);
    });
    const answer = await open().send({ ...get(port), method: 'PUT', body: '1234567' });
    if (answer.kind !== 'answered') throw new Error(answer.reason);
    expect([answer.status, answer.headers.get('x-method')]).toEqual([307, 'PUT']);
    expect(Buffer.from(answer.body ?? []).toString()).toBe('1234567');
  });

  it('gives no body where it is longer than an answer may be, and reads no further', async () => {
    const left = Promise.withResolvers<void>();
    const { port } = await startServer((_, response) => {
      const writing = setInterval(() => response.write('12345678'), 1);
      response.on('close', () => {
        clearInterval(writing);
        left.resolve();
      });
    });
    expect(await open().send(get(port))).toMatchObject({ kind: 'answered', status: 200, body: undefined });
    await left.promise;
  });

  it('is bounded in time, before the answer and in the middle of it', async () => {
    for (const begins of [false, true]) {
      const { port } = await startServer((_, response) => {
        if (begins) response.write('1');
      });
      const client = open({ timeoutMs: 150 });
      expect(await client.send(get(port))).toMatchObject({ kind: 'timeout' });
    }
  });

  it('ends with its signal, before and after it was sent', async () => {
    const arrived = Promise.withResolvers<void>();
    const { port } = await startServer(() => arrived.resolve());
    const ending = new AbortController();
    const call = open().send({ ...get(port), signal: ending.signal });
    await arrived.promise;
    ending.abort();
    expect(await call).toMatchObject({ kind: 'given-up' });
    expect(await open().send({ ...get(port), signal: ending.signal })).toMatchObject({ kind: 'given-up' });
  });

  it('says whether it may have arrived', async () => {
    const { port } = await startServer((_, response) => void response.destroy());
    expect(await open().send(get(port))).toMatchObject({ kind: 'lost' });
    const closed = await freePort();
    expect(await open().send(get(closed))).toMatchObject({ kind: 'not-sent', code: 'ECONNREFUSED' });
    const refusing = createOutgoingFetch({ policy: 'public', lookup: resolver(['10.0.0.1']).lookup });
    expect(await open({ fetch: refusing }).send({ ...get(closed), url: 'http://a.example' })).toMatchObject({
      kind: 'not-sent',
      code: 'REFUSED_PRIVATE_ADDRESS',
      reason: 'REFUSED_PRIVATE_ADDRESS',
    });
  });
});

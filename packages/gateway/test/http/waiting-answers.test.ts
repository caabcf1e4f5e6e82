/** Answers that wait behind a slow one of their connection are bounded by their bytes, on a connection and over all. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLong, longReason, runs } from '../../../../scripts/effort.ts';
import {
  actionsModule,
  hmacHeaders,
  openSocket,
  readToEnd,
  SECRET,
  send,
  start,
  startUpstream,
  type TestGateway,
} from '../harness.ts';

const MEBIBYTE = 1024 * 1024;
const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n${more}\r\n`;
const LAST = get('/health', 'connection: close\r\n');

const textOf = (bytes: number) => ({
  provider: 'none' as const,
  methods: ['GET'] as const,
  respond: { status: 200, body: 'x'.repeat(bytes) },
});

/** Answers of every size at once; and one that is slow until `release` is called. */
async function slowFirst(): Promise<{ gateway: TestGateway; asked: Promise<void>; release: () => void }> {
  const held: ServerResponse[] = [];
  const asked = Promise.withResolvers<void>();
  const upstream = await startUpstream((_, response) => {
    held.push(response);
    asked.resolve();
  });
  // All of them answer together, once they are told to.
  const actions = actionsModule(`
const told = Promise.withResolvers();
let begun = 0;
const input = { type: 'object', additionalProperties: true };
export const large = {
  name: 'large', description: 'Large.', input, concurrency: 1000,
  run: async ({ tell, letter = 'x' }) => {
    if (tell === 'begun') return String(begun);
    if (tell === 'now') told.resolve();
    begun++;
    await told.promise;
    return letter.repeat(1024 * 1024);
  },
};`);
  const gateway = await start({
    slow: { path: '/slow', provider: 'none', methods: ['GET'], forward: { to: upstream.url } },
    large: { path: '/large', ...textOf(MEBIBYTE / 4) },
    small: { path: '/small', ...textOf(100) },
    act: { path: '/act', provider: 'hmac', keys: [{ secret: SECRET }], answer: { actions, action: 'large' } },
  });
  return {
    gateway,
    asked: asked.promise,
    release: () => {
      for (const response of held) response.end('slow');
    },
  };
}

const statuses = (text: string): number => text.match(/HTTP\/1\.1 200/g)?.length ?? 0;

/** What the gateway has answered so far, once it does no more by itself. */
async function settledCount({ records }: TestGateway): Promise<number> {
  for (let before = -1, still = 0; still < 50; ) {
    await turn();
    still = before === records.length ? still + 1 : 0;
    before = records.length;
  }
  return records.length;
}

let calls = 0;

function actRequest(parameters: object): string {
  const body = JSON.stringify({ ...parameters, call: calls++ });
  const lines = Object.entries({ ...hmacHeaders(body), 'content-type': 'application/json' });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `POST /act HTTP/1.1\r\nhost: x\r\n${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

async function tell(gateway: TestGateway, what: 'begun' | 'now'): Promise<string> {
  const body = JSON.stringify({ tell: what, call: calls++ });
  const headers = { ...hmacHeaders(body), 'content-type': 'application/json' };
  return (await send(`${gateway.publicUrl}/act`, { body, headers })).text;
}

/** A connection with a slow request and so many actions behind it, all of them begun. */
async function bring(
  gateway: TestGateway,
  actions: number,
  parameters: object = {},
): Promise<{ socket: Socket; closed: Promise<unknown> }> {
  const before = Number(/\d+/.exec(await tell(gateway, 'begun'))?.[0]);
  const socket = await openSocket(gateway.publicPort);
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  socket.resume();
  socket.write(get('/slow') + Array.from({ length: actions }, () => actRequest(parameters)).join(''));
  await expect
    .poll(async () => Number(/\d+/.exec(await tell(gateway, 'begun'))?.[0]), { timeout: 20_000 })
    .toBe(before + actions);
  return { socket, closed };
}

describe('behind a slow answer', () => {
  it('requests are run until 1 MiB of answers waits, and the others once these have left', async () => {
    const { gateway, asked, release } = await slowFirst();
    const socket = await openSocket(gateway.publicPort);
    const answers = readToEnd(socket);
    socket.write(get('/slow') + get('/large').repeat(40));
    await asked;
    // The fourth of 256 KiB reaches the bound.
    await expect.poll(() => gateway.records.length).toBe(4);
    expect(await settledCount(gateway)).toBe(4);
    socket.write(get('/large').repeat(20) + LAST);
    expect(await settledCount(gateway)).toBe(4);
    release();
    expect(statuses(await answers)).toBe(62);
    expect(gateway.records).toHaveLength(61);
  });

  it('nothing is read of the connection meanwhile', async () => {
    const { gateway, asked, release } = await slowFirst();
    const socket = await openSocket(gateway.publicPort);
    const answers = readToEnd(socket);
    socket.write(get('/slow') + get('/large').repeat(5));
    await asked;
    await expect.poll(() => gateway.records.length).toBe(4);
    // More than the system holds for either side: it stays with the sender.
    const filler = get('/small', `x: ${'a'.repeat(8_000)}\r\n`).repeat(4_000);
    expect(socket.write(filler + LAST)).toBe(false);
    await settledCount(gateway);
    expect(socket.writableLength).toBeGreaterThan(MEBIBYTE);
    release();
    expect(statuses(await answers)).toBe(1 + 5 + 4_000 + 1);
  });

  it('a connection that stops reading holds up no other one', async () => {
    const { gateway, asked, release } = await slowFirst();
    const socket = await openSocket(gateway.publicPort);
    const answers = readToEnd(socket);
    socket.write(get('/slow') + get('/large').repeat(20) + LAST);
    await asked;
    expect((await fetch(`${gateway.publicUrl}/large`)).status).toBe(200);
    release();
    expect(statuses(await answers)).toBe(22);
  });

  it('64 MiB end the connection, where all were begun before the first was answered', async () => {
    const { gateway, asked } = await slowFirst();
    const { socket, closed } = await bring(gateway, 100);
    await asked;
    expect(socket.destroyed).toBe(false);
    await tell(gateway, 'now');
    await closed;
    const says = 'a connection was ended: more than 64 MiB of answers waited on it behind a slow one';
    expect(gateway.log.filter((line) => line.includes(says))).toHaveLength(1);
    expect((await fetch(`${gateway.publicUrl}/small`)).status).toBe(200);
  });

  it('a text counts by the bytes that it will be: 30 Mi characters of three bytes are more than 64 MiB', async () => {
    const { gateway, asked } = await slowFirst();
    const { closed } = await bring(gateway, 30, { letter: '漢' });
    await asked;
    await tell(gateway, 'now');
    await closed;
    const says = 'a connection was ended: more than 64 MiB of answers waited on it behind a slow one';
    expect(gateway.log.filter((line) => line.includes(says))).toHaveLength(1);
  });

  it.skipIf(!isLong)(
    `256 MiB on all connections end those that bring more${longReason}`,
    async () => {
      const { gateway, release } = await slowFirst();
      const connections: { readonly socket: Socket }[] = [];
      for (let i = 0; i < 6; i++) connections.push(await bring(gateway, 50));
      await tell(gateway, 'now');
      await expect
        .poll(() => gateway.records.filter(({ path }) => path === '/act').length, { timeout: 20_000 })
        .toBeGreaterThan(256);
      const ended = () => connections.filter(({ socket }) => socket.destroyed).length;
      await expect.poll(ended, { timeout: 20_000 }).toBe(1);
      const says =
        'a connection was ended: more than 256 MiB of answers waited on all of them behind slow ones';
      expect(gateway.log.filter((line) => line.includes(says))).toHaveLength(1);
      // What has left makes room again.
      release();
      const socket = await openSocket(gateway.publicPort);
      const answers = readToEnd(socket);
      socket.write(`${actRequest({})}${actRequest({})}${LAST}`);
      expect(statuses(await answers)).toBe(3);
    },
    60_000,
  );
});

it('whatever is pipelined, in whatever pieces: each is answered once, in its order', async () => {
  const { gateway, release } = await slowFirst();
  const paths = fc.array(fc.constantFrom('/small', '/large', '/health', '/slow'), {
    minLength: 1,
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(paths, fc.array(fc.nat(4_000), { maxLength: 5 }), async (all, cuts) => {
      const socket = await openSocket(gateway.publicPort);
      const answers = readToEnd(socket);
      const text = all.map((path) => get(path)).join('') + LAST;
      const places = [...new Set([0, ...cuts.filter((cut) => cut < text.length), text.length])].sort(
        (a, b) => a - b,
      );
      for (const [i, place] of places.entries()) {
        socket.write(text.slice(place, places[i + 1]));
        await turn();
      }
      const releasing = setInterval(release, 5);
      const read = await answers;
      clearInterval(releasing);
      const lengths = [
        ...read.matchAll(/HTTP\/1\.1 200[\s\S]*?\r\n\r\n(\{"status"|x{100,}|slow|4\r\nslow)/g),
      ].map(([, body = '']) =>
        body.startsWith('{')
          ? '/health'
          : body.includes('slow')
            ? '/slow'
            : body.length > 100
              ? '/large'
              : '/small',
      );
      expect(lengths).toEqual([...all, '/health']);
    }),
    { numRuns: runs(200) },
  );
}, 60_000);

/** Senders who have more under way than a gateway waits for, and senders who do not read. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  openSocket,
  readToEnd,
  send,
  start,
  startUpstream,
  type TestGateway,
  type TestOptions,
} from '../harness.ts';

const GET = 'GET /f HTTP/1.1\r\nhost: a\r\n\r\n';
const LAST = GET.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n');

interface Held {
  readonly gateway: TestGateway;
  /** The upstream's answers so far, which it has not given yet. */
  readonly answers: ServerResponse[];
  /** Resolves when the upstream holds so many. */
  holds(count: number): Promise<void>;
}

/** A gateway whose upstream answers when the test does. */
async function held(options: TestOptions = {}): Promise<Held> {
  const answers: ServerResponse[] = [];
  const upstream = await startUpstream((_request, response) => void answers.push(response));
  const gates = {
    f: { path: '/f', provider: 'none', methods: 'all', forward: { to: upstream.url, timeout: '1m' } },
  } as const;
  return {
    gateway: await start(gates, options),
    answers,
    holds: (count) => until(() => answers.length >= count),
  };
}

/** Waits for what another process or the system does. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

async function open(gateway: TestGateway): Promise<Socket> {
  const socket = await openSocket(gateway.publicPort);
  socket.on('error', () => {});
  return socket;
}

/** Resolves when the connection has ended, however it does. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** Resolves when a sender who takes nothing has been cut off: as long as anybody is waited for. */
async function oneIsCutOff({ gateway, answers, holds }: Held): Promise<void> {
  const socket = await open(gateway);
  socket.pause();
  const count = answers.length;
  socket.write(GET);
  await holds(count + 1);
  const gone = once(answers[count] as ServerResponse, 'close');
  answers[count]?.end(Buffer.alloc(30_000_000));
  await gone;
}

describe('requests on one connection', () => {
  it('are read no further than 64 that wait, and all are answered in their order once the first are', async () => {
    const { gateway, answers, holds } = await held();
    const socket = await open(gateway);
    const whole = readToEnd(socket);
    for (let i = 0; i < 64; i++) socket.write(GET);
    await holds(64);
    socket.write(GET.repeat(99) + LAST);
    await fetch(`${gateway.publicUrl}/health`);
    expect(answers).toHaveLength(64);
    for (let answered = 0; answered < 164; answered++) {
      await holds(answered + 1);
      answers[answered]?.end(`<${answered}>`);
    }
    const numbers = [...(await whole).matchAll(/<(\d+)>/g)].map(([, number]) => Number(number));
    expect(numbers).toEqual(Array.from({ length: 164 }, (_, i) => i));
  });

  it('end it where more than 256 wait, whatever has come behind them', async () => {
    const { gateway, answers } = await held();
    const socket = await open(gateway);
    const closed = closing(socket);
    socket.write(GET.repeat(50_000));
    await closed;
    expect(answers.length).toBeLessThanOrEqual(256);
    await until(() => answers.every(({ destroyed, closed: isClosed }) => destroyed || isClosed));
    expect((await fetch(`${gateway.publicUrl}/health`)).status).toBe(200);
    expect(gateway.log.filter((line) => line.includes('more than 256 requests'))).toHaveLength(1);
  });
});

describe('requests whose outcome is awaited', () => {
  it('are at most maxRequestsInFlight; the next is answered 503 and when to try again', async () => {
    const { gateway, answers, holds } = await held({ limits: { maxRequestsInFlight: 3 } });
    const first = [1, 2, 3].map(() => send(`${gateway.publicUrl}/f`));
    await holds(3);
    expect(await send(`${gateway.publicUrl}/f`)).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
    });
    expect(gateway.records.at(-1)).toMatchObject({ reason: 'intake-full' });
    for (const answer of answers) answer.end();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200, 200]);
    const next = send(`${gateway.publicUrl}/f`);
    await holds(4);
    answers[3]?.end();
    expect((await next).status).toBe(200);
  });
});

describe('a sender who does not read', () => {
  const limits = { requestTimeout: '300ms', headersTimeout: '300ms' };

  it('is cut off after the request’s time: of a large answer', async () => {
    await oneIsCutOff(await held({ limits }));
  });

  it('is cut off after the request’s time: of many answers', async () => {
    // So long that some hundreds fill what the system buffers: of short ones tens of thousands would have to be answered.
    const respond = { status: 200, body: 'x'.repeat(10_000) } as const;
    const gates = { r: { path: '/f', provider: 'none', methods: 'all', respond } } as const;
    const gateway = await start(gates, { limits });
    const socket = await open(gateway);
    socket.pause();
    const closed = closing(socket);
    const writing = setInterval(() => socket.write(GET.repeat(100)), 1);
    await closed;
    clearInterval(writing);
  });

  it('is waited for where he reads, however slowly the answer comes', async () => {
    const world = await held({ limits });
    const { gateway, answers, holds } = world;
    const socket = await open(gateway);
    const whole = readToEnd(socket);
    socket.write(LAST);
    await holds(1);
    await oneIsCutOff(world);
    answers[0]?.write('half');
    await oneIsCutOff(world);
    answers[0]?.end(' and half');
    expect(await whole).toMatch(/half[\s\S]*and half/);
  });
});

describe('what Node would answer by itself', () => {
  it.each([
    ['no Host', 'GET /f HTTP/1.1\r\nconnection: close\r\n\r\n', 400],
    ['an unknown expectation', `${LAST.replace('\r\n\r\n', '\r\nexpect: wonders\r\n\r\n')}`, 417],
  ])('has an id and a line in the log: %s', async (_what, text, status) => {
    const { gateway } = await held();
    const socket = await open(gateway);
    socket.write(text);
    const answer = await readToEnd(socket);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const [, id] = /x-request-id: (\S+)/.exec(answer) ?? [];
    expect(gateway.records).toMatchObject([{ status, requestId: id, reason: 'malformed-request' }]);
  });
});

describe('a stop', () => {
  it('waits for nobody who has sent nothing', async () => {
    const { gateway } = await held({ limits: { drainTimeout: '1m' } });
    const socket = await open(gateway);
    const closed = closing(socket);
    const startMs = performance.now();
    await gateway.drain();
    await closed;
    expect(performance.now() - startMs).toBeLessThan(2_500);
  });
});

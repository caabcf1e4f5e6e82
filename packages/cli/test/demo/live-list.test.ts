/** The live list of the demo, over real connections. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLiveList, type LiveListLimits } from '../../src/demo/live-list.ts';

const LIMITS: LiveListLimits = {
  remembered: 3,
  maxListeners: 2,
  maxUnsentBytes: 1_000_000,
  heartbeatMs: 60_000,
};

async function started(limits: Partial<LiveListLimits> = {}) {
  const list = createLiveList({ ...LIMITS, ...limits });
  const server = createServer((asked, response) => list.stream(asked, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const join = async (lastEventId?: string): Promise<IncomingMessage> => {
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const sent = request({ port, host: '127.0.0.1', headers, agent: false }).end();
    onTestFinished(() => void sent.destroy());
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.on('error', () => {});
    return answer;
  };
  return { list, server, join };
}

/** Reads until a text has come, and gives all that came. */
async function until(answer: IncomingMessage, text: string): Promise<string> {
  let read = '';
  while (!read.includes(text)) read += String((await once(answer, 'data'))[0]);
  return read;
}

const itemsOf = (text: string): readonly number[] =>
  [...text.matchAll(/"n":(\d+)/g)].map(([, n]) => Number(n));

describe('the live list', () => {
  it('shows who joins the last items, and then each as it comes', async () => {
    const { list, join } = await started();
    for (const n of [1, 2, 3, 4]) list.push({ n });
    const answer = await join();
    expect(answer.headers['content-type']).toBe('text/event-stream');
    expect(itemsOf(await until(answer, '"n":4'))).toEqual([2, 3, 4]);
    list.push({ n: 5 });
    expect(itemsOf(await until(answer, '"n":5'))).toEqual([5]);
  });

  it('gives who comes back what it missed, and nothing twice', async () => {
    const { list, join } = await started();
    for (const n of [1, 2]) list.push({ n });
    const first = await join();
    const id = /id: (\S+)\ndata: {"n":2}/.exec(await until(first, '"n":2'))?.[1] ?? '';
    first.destroy();
    list.push({ n: 3 });
    expect(itemsOf(await until(await join(id), '"n":3'))).toEqual([3]);
  });

  it.each(['another-2', '2', '-', 'x'.repeat(5000)])(
    'gives who comes with the id of another run, or with none, all that is remembered: %s',
    async (id) => {
      const { list, join } = await started();
      for (const n of [1, 2]) list.push({ n });
      expect(itemsOf(await until(await join(id), '"n":2'))).toEqual([1, 2]);
    },
  );

  it('refuses one listener too many, and takes another when one has left', async () => {
    const { server, join } = await started();
    const gone = new Promise<void>((resolve) => {
      server.once('request', (_, response) => response.once('close', () => resolve()));
    });
    const [first] = [await join(), await join()];
    const refused = await join();
    expect(refused.statusCode).toBe(503);
    expect(await until(refused, '\n')).toBe('Too many watch this list, or it has ended.\n');
    first.destroy();
    await gone;
    expect((await join()).statusCode).toBe(200);
  });

  it('lets go of a listener who has stopped reading', async () => {
    const { list, server, join } = await started({ maxUnsentBytes: 10_000 });
    const gone = new Promise<number>((resolve) => {
      server.once('request', (_, response) => response.once('close', () => resolve(response.writableLength)));
    });
    const slow = await join();
    slow.pause();
    // More than the system takes on its way.
    for (let n = 0; n < 400; n++) list.push({ n, text: 'x'.repeat(100_000) });
    await gone;
    expect((await join()).statusCode).toBe(200);
  });

  it('writes something to who hears nothing', async () => {
    const { join } = await started({ heartbeatMs: 5 });
    expect(await until(await join(), ':\n\n:\n\n')).toMatch(/^retry: 1000\n\n(:\n\n)+$/);
  });

  it('ends its answers when it is closed, and gives no more', async () => {
    const { list, join } = await started();
    const answer = await join();
    const ended = once(answer.resume(), 'end');
    list.close();
    await ended;
    expect((await join()).statusCode).toBe(503);
  });
});

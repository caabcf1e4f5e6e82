import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { openStore } from '../src/stores/open-store.ts';
import { actionsModule, flowentBody, later, openSocket, readToEnd, SECRET, send, start } from './harness.ts';

const keys = [{ secret: SECRET }];

interface Control {
  readonly started: Promise<void>;
  end(): void;
}

/** A gateway whose action ends when it is told to. */
async function waiting(drainTimeout = '10s') {
  const actions = actionsModule(`
    let started; let end; const ended = new Promise((resolve) => { end = resolve; });
    globalThis.countersignDrain = { started: new Promise((resolve) => { started = resolve; }), end };
    export const wait = { name: 'wait', description: 'Waits.', input: { type: 'object' },
      run: async () => { started(); await ended; return 'done'; } };`);
  const gates = { f: { path: '/f', provider: 'flowent', keys, answer: { actions } } } as const;
  const gateway = await start(gates, { limits: { drainTimeout } });
  return { gateway, control: (globalThis as unknown as { countersignDrain: Control }).countersignDrain };
}

describe('drain', () => {
  it('finishes what is in flight, and takes nothing new', async () => {
    const { gateway, control } = await waiting();
    const inFlight = send(`${gateway.publicUrl}/f`, { body: flowentBody('wait') });
    await control.started;
    const drained = gateway.drain();
    await expect(send(`${gateway.publicUrl}/f`, { body: flowentBody('wait') })).rejects.toThrow(
      /ECONNREFUSED/,
    );
    control.end();
    expect(await inFlight).toMatchObject({ status: 200, headers: { connection: 'close' } });
    await drained;
    expect(gateway.log.at(-1)).toContain('the gateway has stopped');
  });

  it('is over at once when the gateway is closed meanwhile, in either order, however often', async () => {
    for (const calls of [
      ['drain', 'close'],
      ['drain', 'drain', 'close', 'close'],
      ['close', 'drain'],
      ['close', 'drain', 'close'],
    ] as const) {
      const { gateway, control } = await waiting();
      const cut = expect(send(`${gateway.publicUrl}/f`, { body: flowentBody('wait') })).rejects.toThrow();
      await control.started;
      const startMs = performance.now();
      const ends = calls.map((call) => gateway[call]());
      await Promise.all([...ends, cut]);
      expect(performance.now() - startMs).toBeLessThan(3_000);
      control.end();
    }
  });

  it('refuses a new request on a connection that was kept', async () => {
    const { gateway, control } = await waiting();
    const socket = await openSocket(gateway.publicPort);
    const answers = readToEnd(socket);
    const body = flowentBody('wait');
    const post = `POST /f HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    socket.write(post);
    await control.started;
    const drained = gateway.drain();
    const refused = gateway.nextRecord();
    socket.write(`${post}GET /ready HTTP/1.1\r\nhost: x\r\n\r\n`);
    expect(await refused).toMatchObject({ reason: 'draining', status: 503 });
    control.end();
    // The answer in flight closes the connection; what was pipelined behind it is not answered.
    expect((await answers).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200']);
    await drained;
  });

  it('says once when to try again', async () => {
    const { gateway, control } = await waiting();
    const inFlight = send(`${gateway.publicUrl}/f`, { body: flowentBody('wait') });
    await control.started;
    const socket = await openSocket(gateway.publicPort);
    const answer = readToEnd(socket);
    // A request of which a part has come does not count as idle.
    await new Promise((resolve) => socket.write('POST /f HTTP/1.1\r\nhost: x\r\n', resolve));
    await send(`${gateway.publicUrl}/health`);
    const drained = gateway.drain();
    socket.write('content-length: 2\r\n\r\n{}');
    const text = await answer;
    expect(text).toMatch(/^HTTP\/1\.1 503 /);
    expect(text.match(/^retry-after: .*$/gim)).toEqual(['retry-after: 1']);
    control.end();
    await inFlight;
    await drained;
  });

  it('does not wait for idle connections', async () => {
    const { gateway } = await waiting();
    const agent = new Agent({ keepAlive: true });
    later(() => agent.destroy());
    const get = request(`${gateway.publicUrl}/health`, { agent });
    get.end();
    const [response] = (await once(get, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    const startMs = performance.now();
    await gateway.drain();
    // Of the 10 s that it may take.
    expect(performance.now() - startMs).toBeLessThan(2_500);
  });

  it('ends what does not finish in time', async () => {
    const { gateway, control } = await waiting('100ms');
    const inFlight = send(`${gateway.publicUrl}/f`, { body: flowentBody('wait') });
    inFlight.catch(() => {});
    await control.started;
    await gateway.drain();
    await expect(inFlight).rejects.toThrow();
    control.end();
  });

  it('leaves a part that does not end, says which, and closes the others', async () => {
    const opened = await openStore(':memory:');
    later(() => opened.close());
    const remember = () => new Promise<void>(() => {});
    const sharedStore = { ...opened, claims: { ...opened.claims, remember } };
    const gates = { g: { path: '/g', provider: 'github', keys, respond: { status: 200 } } } as const;
    const gateway = await start(gates, { sharedStore, limits: { drainTimeout: '100ms' } });
    const signature = createHmac('sha256', SECRET).update('{}').digest('hex');
    const headers = { 'x-hub-signature-256': `sha256=${signature}` };
    expect((await send(`${gateway.publicUrl}/g`, { body: '{}', headers })).status).toBe(200);
    const startMs = performance.now();
    await gateway.drain();
    expect(performance.now() - startMs).toBeLessThan(2_500);
    expect(gateway.log.map((line) => JSON.parse(line)).filter(({ part }) => part)).toMatchObject([
      {
        level: 'warn',
        part: 'the writer of claims',
        msg: 'a part of the gateway did not end in time, and was left',
      },
    ]);
    for (const url of [gateway.publicUrl, gateway.adminUrl])
      await expect(send(`${url}/health`)).rejects.toThrow('ECONNREFUSED');
  });

  it('may be asked for twice', async () => {
    const { gateway } = await waiting();
    await Promise.all([gateway.drain(), gateway.drain()]);
    await gateway.close();
    expect(gateway.log.filter((line) => line.includes('the gateway has stopped'))).toHaveLength(1);
  });
});

/** What becomes of a request's claim, at every outcome: how long it is held, what uses it up, how it is freed. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createAdminClient } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../../../scripts/free-ports.ts';
import type { ConfigInput, GateInput } from '../../src/config/config-input.ts';
import {
  actionsModule,
  hmacHeaders,
  isReleased,
  later,
  SECRET,
  send,
  start,
  startUpstream,
} from '../harness.ts';
import { SINGLE_USE } from './single-use.ts';

const keys = [{ id: 'main', secret: SECRET }];
const LEASE_MS = 50;

/** An upstream that answers each request as it is told. */
async function told() {
  const answers: number[] = [];
  const upstream = await startUpstream((_, response) => {
    response.writeHead(answers.shift() ?? 200);
    response.end();
  });
  return { upstream, answers };
}

function hmacGate(outcome: Partial<GateInput>, replay: GateInput['replay'] = {}): ConfigInput['gates'] {
  return { gate: { path: '/*', provider: 'hmac', keys, replay, ...outcome } };
}

/** A clock that can be set forward, and the same request sent again when its lease is long over by it: it must be told to wait. */
function leaseClock() {
  let aheadMs = 0;
  return {
    now: () => Date.now() + aheadMs,
    async waits(post: () => Promise<{ status: number }>): Promise<void> {
      for (let repeat = 0; repeat < 3; repeat++) {
        aheadMs += 4 * LEASE_MS;
        expect((await post()).status).toBe(409);
      }
    },
  };
}

describe('a claim is held until its outcome has come, however short its lease', () => {
  it('at forward: while the upstream works, and while its answer streams', async () => {
    const begun = Promise.withResolvers<void>();
    const work = Promise.withResolvers<void>();
    const streamed = Promise.withResolvers<void>();
    const upstream = await startUpstream((_, response) => {
      begun.resolve();
      void work.promise.then(() => {
        response.writeHead(200);
        response.write('a');
        void streamed.promise.then(() => response.end('b'));
      });
    });
    const { now, waits } = leaseClock();
    const gates = hmacGate({ forward: { to: upstream.url } }, { lease: `${LEASE_MS}ms` });
    const gateway = await start(gates, { now });
    const headers = hmacHeaders('x');
    const post = () => send(`${gateway.publicUrl}/a`, { headers, body: 'x' });
    const first = post();
    await begun.promise;
    await waits(post);
    work.resolve();
    await waits(post);
    streamed.resolve();
    expect(await first).toMatchObject({ status: 200, text: 'ab' });
    expect(upstream.received).toHaveLength(1);
  });

  it('at answer: also where the sender was told long since that it takes too long', async () => {
    const work = Promise.withResolvers<string>();
    const begun = Promise.withResolvers<void>();
    let runs = 0;
    const hook = `held${randomUUID()}`;
    Object.assign(globalThis, {
      [hook]: () => {
        runs++;
        begun.resolve();
        return work.promise;
      },
    });
    later(() => void Reflect.deleteProperty(globalThis, hook));
    const actions = actionsModule(`
      export const work = { name: 'work', description: 'Works.', input: { type: 'object' }, deadlineMs: 100, run: () => globalThis[${JSON.stringify(hook)}]() };`);
    const { now, waits } = leaseClock();
    const gates = hmacGate({ answer: { actions, action: 'work' } }, { lease: `${LEASE_MS}ms` });
    const gateway = await start(gates, { now });
    const headers = hmacHeaders('{}');
    const post = () => send(`${gateway.publicUrl}/a`, { headers, body: '{}' });
    const first = post();
    await begun.promise;
    await waits(post);
    expect((await first).status).toBe(500);
    await waits(post);
    work.resolve('done');
    await gateway.drain();
    expect(runs).toBe(1);
  });

  it('of a process that has ended ends too: its lease is not in the store', async () => {
    const { upstream } = await told();
    const gates = hmacGate({ forward: { to: upstream.url } });
    const gateway = await start(gates);
    const headers = hmacHeaders('x');
    const held = await startUpstream(() => {});
    await gateway.drain();
    const dying = await start(hmacGate({ forward: { to: held.url } }), { dir: gateway.dir });
    const first = send(`${dying.publicUrl}/a`, { headers, body: 'x' }).catch(() => 'cut off');
    await expect.poll(() => held.received.length).toBe(1);
    await dying.close();
    expect(await first).toBe('cut off');
    const next = await start(gates, { dir: gateway.dir });
    expect((await send(`${next.publicUrl}/a`, { headers, body: 'x' })).status).toBe(200);
  });
});

describe('an upstream’s answer', () => {
  it.each([200, 201, 202, 204, 206])('%i uses the request up', async (status) => {
    const { upstream, answers } = await told();
    answers.push(status);
    const gateway = await start(hmacGate({ forward: { to: upstream.url } }));
    const headers = hmacHeaders('x');
    const post = () => send(`${gateway.publicUrl}/a`, { headers, body: 'x' });
    expect((await post()).status).toBe(status);
    expect((await post()).status).toBe(409);
    expect(gateway.records.map(({ claim }) => claim)).toEqual(['committed', 'repeat']);
  });

  it.each([
    301, 302, 304, 307, 400, 401, 403, 404, 408, 409, 410, 413, 418, 422, 425, 429, 500, 502, 503, 504,
  ])('%i leaves the request to be sent again', async (status) => {
    const { upstream, answers } = await told();
    answers.push(status, status);
    const gateway = await start(hmacGate({ forward: { to: upstream.url } }));
    const headers = hmacHeaders('x');
    const post = () => send(`${gateway.publicUrl}/a`, { headers, body: 'x' });
    for (const expected of [status, status, 200, 409]) expect((await post()).status).toBe(expected);
    expect(gateway.records.map(({ claim }) => claim)).toEqual(['aborted', 'aborted', 'committed', 'repeat']);
    expect(upstream.received).toHaveLength(3);
  });

  it.each([
    [['3xx'], 302],
    [['3xx', 410], 410],
    [['3xx', 410], 304],
    [[404], 404],
  ] as const)('that the gate counts as done (%j) uses it up: %i', async (alsoCommitOn, status) => {
    const { upstream, answers } = await told();
    answers.push(status);
    const gateway = await start(hmacGate({ forward: { to: upstream.url, alsoCommitOn } }));
    const headers = hmacHeaders('x');
    const post = () => send(`${gateway.publicUrl}/a`, { headers, body: 'x' });
    expect((await post()).status).toBe(status);
    expect((await post()).status).toBe(409);
  });
});

describe('a fixed answer', () => {
  it.each([
    [200, 409],
    [204, 409],
    [302, 302],
    [404, 404],
    [503, 503],
  ])('of %i is followed by %i', async (status, then) => {
    const gateway = await start(hmacGate({ respond: { status } }));
    const headers = hmacHeaders('x');
    const post = () => send(`${gateway.publicUrl}/a`, { headers, body: 'x' });
    expect((await post()).status).toBe(status);
    expect((await post()).status).toBe(then);
  });
});

describe.each(SINGLE_USE)('$name', ({ gate, headersFor }) => {
  const gates = (outcome: Partial<GateInput>): ConfigInput['gates'] => ({
    gate: { path: '/*', ...gate, ...outcome },
  });

  it.each([404, 429, 500, 302])(
    'is used up by what was passed on, though it was answered %i',
    async (status) => {
      const { upstream, answers } = await told();
      answers.push(status);
      const gateway = await start(gates({ forward: { to: upstream.url } }));
      const headers = headersFor(gateway.publicUrl);
      const post = () => send(`${gateway.publicUrl}/a`, { headers, body: 'x' });
      expect((await post()).status).toBe(status);
      expect((await post()).status).toBe(409);
      expect(upstream.received).toHaveLength(1);
    },
  );

  it('is used up where the connection broke after it was sent, and where no answer came in time', async () => {
    const received: Socket[] = [];
    const server = createServer((socket) => {
      received.push(socket);
      socket.once('data', () => socket.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    later(() => void server.close());
    const silent = await startUpstream(() => {});
    for (const [to, status, timeout] of [
      [`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 502, '30s'],
      [silent.url, 504, '200ms'],
    ] as const) {
      const gateway = await start(gates({ forward: { to, timeout } }));
      const headers = headersFor(gateway.publicUrl);
      const post = () => send(`${gateway.publicUrl}/a`, { headers, body: 'x' });
      expect((await post()).status).toBe(status);
      expect((await post()).status).toBe(409);
    }
    expect(received).toHaveLength(1);
  });

  it('is not used up where there was nobody to pass it on to', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;
    const gateway = await start(gates({ forward: { to: nobody } }));
    const headers = headersFor(gateway.publicUrl);
    const post = () => send(`${gateway.publicUrl}/a`, { headers, body: 'x' });
    expect([(await post()).status, (await post()).status]).toEqual([502, 502]);
  });

  it('is used up by an action that failed, and not by one that never ran', async () => {
    const actions = actionsModule(`
      export const fails = {
        name: 'fails', description: 'Fails.', input: { type: 'object' }, run() { throw new Error('down'); },
      };`);
    for (const [body, statuses] of [
      // No JSON object: the action does not see it.
      ['x', [400, 400]],
      ['{}', [500, 409]],
    ] as const) {
      const gateway = await start(gates({ answer: { actions, action: 'fails' } }));
      const headers = headersFor(gateway.publicUrl, body);
      const post = () => send(`${gateway.publicUrl}/a`, { headers, body });
      expect([(await post()).status, (await post()).status]).toEqual(statuses);
    }
  });

  it('cannot be set to run again', async () => {
    await expect(start(gates({ respond: { status: 200 }, replay: { repeat: 'run' } }))).rejects.toThrow(
      /gates\.gate\.replay\.repeat: is run, and a proof of this gate is good for one request/,
    );
  });
});

describe('a gate whose repeats run', () => {
  it.each(['forward', 'respond', 'keep'] as const)('runs a request again and again: %s', async (kind) => {
    const { upstream } = await told();
    const outcome = { forward: { to: upstream.url }, respond: { status: 200 }, keep: {} }[kind];
    const gateway = await start(hmacGate({ [kind]: outcome }, { repeat: 'run' }));
    const headers = hmacHeaders('x');
    const post = () => send(`${gateway.publicUrl}/a`, { headers, body: 'x' });
    for (let n = 0; n < 3; n++) expect((await post()).status).toBe(200);
    if (kind === 'forward') expect(upstream.received).toHaveLength(3);
    if (kind === 'keep') expect(await gateway.store.events.list()).toHaveLength(3);
  });

  it('still does not run beside itself', async () => {
    const begun = Promise.withResolvers<void>();
    const work = Promise.withResolvers<void>();
    const upstream = await startUpstream((_, response) => {
      begun.resolve();
      void work.promise.then(() => response.end());
    });
    const gateway = await start(hmacGate({ forward: { to: upstream.url } }, { repeat: 'run' }));
    const headers = hmacHeaders('x');
    const post = () => send(`${gateway.publicUrl}/a`, { headers, body: 'x' });
    const first = post();
    await begun.promise;
    expect((await post()).status).toBe(409);
    work.resolve();
    expect((await first).status).toBe(200);
    expect((await post()).status).toBe(200);
  });
});

describe('a claim that an operator releases', () => {
  it.each(['forward', 'respond', 'keep', 'answer'] as const)(
    'lets the same request run once more: %s',
    async (kind) => {
      const { upstream } = await told();
      const actions = actionsModule(`
      export const work = { name: 'work', description: 'Works.', input: { type: 'object' }, run: () => 'done' };`);
      const outcome = {
        forward: { to: upstream.url },
        respond: { status: 200 },
        keep: {},
        answer: { actions, action: 'work' },
      }[kind];
      const gates = hmacGate({ [kind]: outcome }, { repeat: 'refuse' });
      const gateway = await start(gates);
      const admin = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
      const headers = hmacHeaders('{}');
      const post = (url = gateway.publicUrl) => send(`${url}/a`, { headers, body: '{}' });
      expect([(await post()).status, (await post()).status]).toEqual([200, 409]);
      const [first, repeat] = gateway.records;
      expect(first?.claimId).toMatch(/^[0-9a-f]{32}$/);
      expect(repeat?.claimId).toBe(first?.claimId);
      const claimId = first?.claimId ?? '';
      if (kind === 'keep') {
        const [event] = (await admin.call('events')).events;
        expect((await admin.call('event', { id: event?.id ?? '' })).claimId).toBe(claimId);
      }

      expect(await isReleased(gateway, 'gate', '0'.repeat(32))).toBe(false);
      await expect(isReleased(gateway, 'other', claimId)).rejects.toMatchObject({ code: 'no-such-gate' });
      expect((await post()).status).toBe(409);
      expect(await isReleased(gateway, 'gate', claimId.toUpperCase())).toBe(true);
      expect(await isReleased(gateway, 'gate', claimId)).toBe(false);
      expect(gateway.log.join('\n')).toContain('a claim was released: its request may run again');
      expect([(await post()).status, (await post()).status]).toEqual([200, 409]);
      if (kind === 'keep') expect(await gateway.store.events.list()).toHaveLength(2);

      // Released, and the gateway restarts: it is free still.
      expect(await isReleased(gateway, 'gate', claimId)).toBe(true);
      expect(gateway.log.join('')).toContain('a claim was released');
      await gateway.drain();
      const next = await start(gates, { dir: gateway.dir });
      expect([(await post(next.publicUrl)).status, (await post(next.publicUrl)).status]).toEqual([200, 409]);
    },
  );

  it('is not one whose request is under way', async () => {
    const begun = Promise.withResolvers<void>();
    const work = Promise.withResolvers<void>();
    const upstream = await startUpstream((_, response) => {
      begun.resolve();
      void work.promise.then(() => response.end());
    });
    const gateway = await start(hmacGate({ forward: { to: upstream.url } }));
    const headers = hmacHeaders('x');
    const post = () => send(`${gateway.publicUrl}/a`, { headers, body: 'x' });
    const first = post();
    await begun.promise;
    expect((await post()).status).toBe(409);
    expect(await isReleased(gateway, 'gate', gateway.records[0]?.claimId ?? '')).toBe(false);
    work.resolve();
    expect((await first).status).toBe(200);
    expect(upstream.received).toHaveLength(1);
  });

  it('is released for who has the token, in one form only', async () => {
    const gateway = await start(hmacGate({ respond: { status: 200 } }));
    const id = '0'.repeat(32);
    const ask = (path: string, headers: Record<string, string> = {}) =>
      send(`${gateway.adminUrl}${path}`, { method: 'DELETE', headers });
    const good = { authorization: `Bearer ${gateway.adminToken}` };
    expect((await ask(`/api/gates/gate/claims/${id}`)).status).toBe(401);
    expect(
      (await ask(`/api/gates/gate/claims/${id}`, { ...good, origin: 'https://evil.example' })).status,
    ).toBe(403);
    expect((await ask('/api/gates/gate/claims/abc', good)).status).toBe(400);
    expect((await ask(`/api/gates/gate/claims/${id}`, good)).status).toBe(404);
    expect(
      (await send(`${gateway.adminUrl}/api/gates/gate/claims/${id}`, { method: 'PUT', headers: good }))
        .status,
    ).toBe(405);
  });
});

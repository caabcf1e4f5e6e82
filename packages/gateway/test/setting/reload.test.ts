/** What a reload of the configuration changes, and what it leaves as it was. */
import crypto from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdminClient } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import type { GateInput } from '../../src/config/config-input.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { later } from '../harness.ts';
import { SECRET, send, signed, startReloading } from './reloading.ts';

const OTHER_SECRET = 'another secret of more than sixteen bytes';

const gate = (path: string, more: Partial<GateInput> = {}): GateInput => ({
  path,
  provider: 'github',
  keys: [{ id: 'main', secret: SECRET }],
  respond: { status: 202 },
  ...more,
});

const keeping = (path: string, more: Partial<GateInput> = {}): GateInput => {
  const { respond: _, ...rest } = gate(path, more);
  return { keep: {}, ...rest };
};

describe('a reload', () => {
  it('opens a gate that is new, and closes one that is gone', async () => {
    const running = await startReloading({ gates: { a: gate('/a'), b: gate('/b') } });
    expect(await send(running, '/b', 'one')).toBe(202);
    const report = await running.reload({ gates: { a: gate('/a'), c: gate('/c') } });
    expect(report).toMatchObject({ result: 'applied', findings: [], restart: [] });
    expect(await send(running, '/a', 'one')).toBe(202);
    expect(await send(running, '/b', 'two')).toBe(404);
    expect(await send(running, '/c', 'one')).toBe(202);
    expect(running.gateway.gates.map(({ config }) => config.name)).toEqual(['a', 'c']);
  });

  it('takes another key from the next request on, and no longer the old one', async () => {
    const running = await startReloading({ gates: { a: gate('/a') } });
    const report = await running.reload({
      gates: { a: gate('/a', { keys: [{ id: 'main', secret: OTHER_SECRET }] }) },
    });
    expect(report.changes).toEqual([{ path: 'gates.a.keys[0].secret', kind: 'changed' }]);
    expect(await send(running, '/a', 'one', OTHER_SECRET)).toBe(202);
    expect(await send(running, '/a', 'two', SECRET)).toBe(401);
    expect(JSON.stringify(report) + running.log.join()).not.toContain(OTHER_SECRET);
  });

  it('leaves a gate alone that has not changed: the object is the same, with its counts', async () => {
    const running = await startReloading({ gates: { a: gate('/a'), b: gate('/b') } });
    await send(running, '/a', 'one');
    const [before] = running.gateway.gates;
    await running.reload({ gates: { a: gate('/a'), b: gate('/elsewhere') } });
    expect(running.gateway.gates[0]).toBe(before);
    expect(before?.counts.accepted).toBe(1);
  });

  it('goes on counting at a gate that has changed', async () => {
    const running = await startReloading({ gates: { a: gate('/a') } });
    await send(running, '/a', 'one');
    await running.reload({ gates: { a: gate('/b') } });
    await send(running, '/b', 'two');
    expect(running.gateway.gates[0]?.counts.accepted).toBe(2);
  });

  it.each(['sqlite:test.db', 'memory:'])(
    'knows a request again that was claimed before (%s)',
    async (store) => {
      const running = await startReloading({
        store,
        gates: { a: gate('/a', { replay: { repeat: 'refuse' } }) },
      });
      expect(await send(running, '/a', 'one')).toBe(202);
      await running.reload({ store, gates: { a: gate('/b', { replay: { repeat: 'refuse' } }) } });
      expect(await send(running, '/b', 'one')).toBe(409);
      expect(await send(running, '/b', 'two')).toBe(202);
    },
  );

  it.each(['sqlite:test.db', 'memory:'])(
    'knows a request again where its gate has gone and come back (%s)',
    async (store) => {
      const a = gate('/a', { replay: { repeat: 'refuse' } });
      const running = await startReloading({ store, gates: { a, b: gate('/b') } });
      expect(await send(running, '/a', 'one')).toBe(202);
      await running.reload({ store, gates: { b: gate('/b') } });
      await running.reload({ store, gates: { b: gate('/c') } });
      await running.reload({ store, gates: { a, b: gate('/b') } });
      expect(await send(running, '/a', 'one')).toBe(409);
    },
  );

  it('counts the claims that the store holds of a gate that comes back, as a start does', async () => {
    const a = gate('/a', { replay: { repeat: 'refuse' } });
    const running = await startReloading({ gates: { a, b: gate('/b') } });
    const { adminUrl = '', adminToken } = running.gateway;
    const admin = createAdminClient({ baseUrl: adminUrl, token: adminToken });
    expect(await send(running, '/a', 'one')).toBe(202);
    for (const path of ['/c', '/d']) await running.reload({ gates: { b: gate(path) } });
    await running.reload({ gates: { a, b: gate('/b') } });
    await expect.poll(() => admin.call('metrics')).toMatch(/^countersign_claims\w*\{gate="a"\} 1$/m);
  });

  it('refuses users on a Node that cannot check their passwords, as a start does', async () => {
    const running = await startReloading({ gates: { a: gate('/a') } });
    const { argon2 } = crypto;
    later(() => void Object.assign(crypto, { argon2 }));
    Object.assign(crypto, { argon2: undefined });
    const password =
      '$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
    const report = await running.reload({
      gates: { a: gate('/a') },
      admin: { users: [{ name: 'ann', password, role: 'viewer' }] },
    });
    expect(report).toMatchObject({
      result: 'broken',
      findings: [{ path: 'admin.users', problem: expect.stringContaining('argon2id, which Node') }],
    });
  });

  it('says that nothing has changed', async () => {
    const input = { gates: { a: gate('/a') } };
    const running = await startReloading(input);
    expect(await running.reload(input)).toMatchObject({ result: 'unchanged', changes: [] });
  });

  it('of a file that is broken applies nothing, and says what is wrong in the report and the log', async () => {
    const running = await startReloading({ gates: { a: gate('/a') } });
    const report = await running.reload({
      gates: { a: gate('/b', { allowShortKey: true, keys: [] }), c: gate('/c', { keys: [] }) },
    });
    expect(report.result).toBe('broken');
    expect(report.findings.length).toBeGreaterThan(0);
    expect(await send(running, '/a', 'one')).toBe(202);
    expect(await send(running, '/c', 'one')).toBe(404);
    expect(running.log.join('\n')).toContain(
      'the configuration was read again and nothing of it was applied: it has a problem, and the gateway goes on with what it had',
    );
  });

  it('warns in the log once of a gate that takes unsigned requests from now on', async () => {
    const running = await startReloading({ gates: { a: gate('/a') }, log: { level: 'info' } });
    const open = { path: '/b', provider: 'none', respond: { status: 202 } } as const;
    await running.reload({ gates: { a: gate('/a'), b: open }, log: { level: 'info' } });
    expect(running.log.filter((line) => line.includes('the gate takes unsigned requests'))).toHaveLength(1);
  });

  it('warns in the log once of a gate that monitors from now on', async () => {
    const running = await startReloading({ gates: { a: gate('/a') }, log: { level: 'info' } });
    await running.reload({ gates: { a: gate('/a', { mode: 'monitor' }) }, log: { level: 'info' } });
    const lines = running.log.filter((line) => line.includes('The gate monitors and does not enforce'));
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      expect.objectContaining({ level: 'warn', path: 'gates.a.mode' }),
    ]);
  });

  it('says in the log what is expected, and which name was probably meant', async () => {
    const running = await startReloading({ gates: { a: gate('/a') } });
    const misspelt: object = { replayy: {} };
    await running.reload({ gates: { a: { ...gate('/a'), ...misspelt } } });
    expect(running.log.map((line): unknown => JSON.parse(line))).toContainEqual(
      expect.objectContaining({
        path: 'gates.a.replayy',
        problem: 'is not known here',
        expected: expect.stringContaining('one of path, methods'),
        suggestion: 'replay',
      }),
    );
  });

  it('of a file that cannot be read applies nothing', async () => {
    const running = await startReloading({ gates: { a: gate('/a') } });
    rmSync(running.file);
    const report = await running.gateway.reload();
    expect(report).toMatchObject({ result: 'broken', findings: [{ problem: 'there is no such file' }] });
    expect(await send(running, '/a', 'one')).toBe(202);
  });

  it('applies nothing where the store does not take what is masked from then on', async () => {
    const running = await startReloading({ gates: { a: keeping('/a') } });
    // More than a record may hold.
    const members = Array.from({ length: 2_000 }, (_, i) => `member-${i}-${'x'.repeat(40)}`);
    const report = await running.reload({ gates: { a: keeping('/a', { keep: { mask: { members } } }) } });
    expect(report.result).toBe('broken');
    expect(await send(running, '/a', 'one')).toBe(200);
    const mended = await running.reload({
      gates: { a: keeping('/a', { keep: { mask: { members: ['email'] } } }) },
    });
    expect(mended.result).toBe('applied');
  });

  it('applies nothing where one gate of several cannot be opened', async () => {
    const running = await startReloading({ gates: { a: gate('/a') } });
    const report = await running.reload({
      gates: { a: gate('/b'), c: gate('/c', { keys: [{ secret: 'short' }] }) },
    });
    expect(report.result).toBe('broken');
    expect(report.findings[0]?.path).toBe('gates.c.keys');
    expect(await send(running, '/a', 'one')).toBe(202);
    expect(await send(running, '/b', 'one')).toBe(404);
  });

  it.each([
    [{ store: 'sqlite:other.db' }, 'store'],
    [{ listen: { public: '127.0.0.1:1', admin: '127.0.0.1:0' } }, 'listen'],
    [{ limits: { maxHeaders: 50 } }, 'limits.maxHeaders'],
    [{ replay: { maxClaims: 50_000 } }, 'replay'],
  ] as const)('is refused whole where %j needs a restart', async (change, path) => {
    const running = await startReloading({ gates: { a: gate('/a') } });
    const report = await running.reload({ ...change, gates: { a: gate('/b') } });
    expect(report).toMatchObject({ result: 'restart', restart: [path] });
    expect(await send(running, '/a', 'one')).toBe(202);
  });

  it('waits for another that is under way', async () => {
    const running = await startReloading({ gates: { a: gate('/a') } });
    const first = running.reload({ gates: { a: gate('/b') } });
    const second = running.gateway.reload();
    expect((await Promise.all([first, second])).map((report) => report?.result)).toEqual([
      'applied',
      'unchanged',
    ]);
  });
});

it('says in the log what did not end as it should, and is at work all the same', async () => {
  const store = await openStore(':memory:', {});
  later(() => store.close());
  let isFailing = false;
  const deliveries = Object.create(store.deliveries, {
    totals: {
      value: () => (isFailing ? Promise.reject(new Error('a test')) : store.deliveries.totals()),
    },
  });
  const running = await startReloading(
    { store: 'memory:', gates: { a: gate('/a') } },
    { store: { ...store, deliveries } },
  );
  isFailing = true;
  expect(await running.reload({ store: 'memory:', gates: { a: gate('/b') } })).toMatchObject({
    result: 'applied',
  });
  await expect
    .poll(() => running.log.join('\n'))
    .toContain('something that a reload of the configuration has replaced did not end as it should');
  expect(await send(running, '/b', 'one')).toBe(202);
});

describe('a request that is under way', () => {
  it('is answered by the gate that it began with, which ends behind it', async () => {
    const release = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const upstream = await serve((_request, response) => {
      arrived.resolve();
      void release.promise.then(() => response.end('the old upstream'));
    });
    const { respond: _, ...base } = gate('/a');
    const running = await startReloading({ gates: { a: { ...base, forward: { to: upstream } } } });
    const answered = fetch(`${running.gateway.publicUrl}/a`, signed('one'));
    await arrived.promise;
    await running.reload({ gates: { a: gate('/a') } });
    expect(await send(running, '/a', 'two')).toBe(202);
    release.resolve();
    expect(await (await answered).text()).toBe('the old upstream');
  });

  it('whose body is on its way still reaches its gate, though another has the path by now', async () => {
    const running = await startReloading({ gates: { a: keeping('/a') } });
    const body = 'a body in two pieces';
    const { headers } = signed(body);
    const pieces = Promise.withResolvers<void>();
    const stream = new ReadableStream({
      async start(controller) {
        controller.enqueue(new TextEncoder().encode(body.slice(0, 5)));
        await pieces.promise;
        controller.enqueue(new TextEncoder().encode(body.slice(5)));
        controller.close();
      },
    });
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', duplex: 'half', body: stream };
    const answered = fetch(
      `${running.gateway.publicUrl}/a`,
      headers === undefined ? init : { ...init, headers },
    );
    await expect.poll(() => running.gateway.bodyBytesInFlight()).toBeGreaterThan(0);
    await running.reload({ gates: { b: gate('/b') } });
    pieces.resolve();
    expect((await answered).status).toBe(200);
    expect(await running.gateway.store.events.list({ limit: 10 })).toHaveLength(1);
  });
});

describe('deliveries', () => {
  it('that wait go on to where the destination is now', async () => {
    const old = await serve((_request, response) => void response.writeHead(503).end());
    const arrived = Promise.withResolvers<string>();
    const next = await serve(async (request, response) => {
      let text = '';
      for await (const piece of request) text += String(piece);
      response.end();
      arrived.resolve(text);
    });
    const gates = (to: string) => ({
      a: keeping('/a', {
        keep: { deliver: [{ name: 'sink', to, retries: ['100ms', '100ms', '100ms', '1h'] }] },
      }),
    });
    const running = await startReloading({ gates: gates(old) });
    expect(await send(running, '/a', 'an event')).toBe(200);
    const report = await running.reload({ gates: gates(next) });
    expect(report.result).toBe('applied');
    expect(await arrived.promise).toBe('an event');
  });

  it('of a destination that is paused stay so', async () => {
    const sink = await serve((_request, response) => void response.end());
    const gates = (timeout: string) => ({
      a: keeping('/a', { keep: { deliver: [{ name: 'sink', to: sink, timeout }] } }),
    });
    const running = await startReloading({ gates: gates('5s') });
    await running.gateway.deliveries.pause('sink');
    await running.reload({ gates: gates('6s') });
    expect(running.gateway.deliveries.list()).toMatchObject([{ name: 'sink', state: 'paused' }]);
  });

  it('begin with a gate whose first destination comes with the reload', async () => {
    const arrived = Promise.withResolvers<void>();
    const sink = await serve((_request, response) => {
      response.end();
      arrived.resolve();
    });
    const running = await startReloading({ gates: { a: keeping('/a') } });
    await running.reload({
      gates: { a: keeping('/a', { keep: { deliver: [{ name: 'sink', to: sink }] } }) },
    });
    expect(await send(running, '/a', 'an event')).toBe(200);
    await arrived.promise;
  });
});

async function serve(onRequest: RequestListener): Promise<string> {
  const server = createServer(onRequest);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  later(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Keys that a platform hands over, at gateways on one store: none without an operator, one at a time, and none in the place of another. */
import { createHmac, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AdminClient, createAdminClient } from '@countersign/api';
import { describe, expect, it, vi } from 'vitest';
import type { Caller } from '../../src/admin/caller.ts';
import { createKeyDeliveryHandlers } from '../../src/admin/key-delivery-handlers.ts';
import { Problem } from '../../src/admin/problem.ts';
import type { GateInput } from '../../src/config/config-input.ts';
import { MINUTE, SECOND } from '../../src/config/units.ts';
import { createKeyDelivery } from '../../src/gates/key-delivery.ts';
import { SILENT_LOG } from '../../src/log/silent-log.ts';
import { createSealer } from '../../src/sealed/seal.ts';
import { openStore } from '../../src/stores/open-store.ts';
import type { Store } from '../../src/stores/store.ts';
import { later, send, start, type TestGateway, type TestOptions, temporaryDir } from '../harness.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../support/postgres-databases.ts';

const KEY = 'b537207f20cbfa02357cf448134da559e8bd39d61597dcd5631b8012eae53e81';
const OTHER = 'a_key_that_somebody_else_would_like_to_sign_with';
const gate = 'asana';
const scheme = {
  algorithm: 'hmac-sha256',
  signature: { header: 'x-hook-signature', encoding: 'hex' },
  message: '{body}',
  handshake: {
    signed: false,
    challenge: { header: 'x-hook-secret' },
    answer: '',
    headers: { 'x-hook-secret': '{challenge}' },
    deliversKey: true,
  },
} as const;
const GATES: Readonly<Record<string, GateInput>> = {
  asana: { path: '/asana', scheme, replay: { repeat: 'run' }, respond: { status: 200 } },
  monitor: { path: '/monitor', scheme, mode: 'monitor', replay: { repeat: 'acknowledge' }, keep: {} },
  plain: { path: '/plain', provider: 'github', keys: [{ secret: OTHER }], respond: { status: 200 } },
};
/** What is promised: see the guide of keys. */
const REACHES = { timeout: 5_000, interval: 50 };

interface Running {
  readonly gateway: TestGateway;
  readonly client: AdminClient;
  readonly clock: { aheadMs: number };
  /** Sends the platform's test. */
  handOver(key?: string): Promise<{ readonly status: number; readonly echo: unknown }>;
  /** Sends an event. */
  post(key?: string): Promise<number>;
}

async function running(options: TestOptions = {}): Promise<Running> {
  const clock = { aheadMs: 0 };
  const ahead = (now: () => number) => (): number => now() + clock.aheadMs;
  const gateway = await start(GATES, {
    storeKey: 'ab'.repeat(32),
    now: ahead(Date.now),
    monotonicMs: ahead(() => performance.now()),
    ...options,
  });
  const url = `${gateway.publicUrl}/asana`;
  return {
    gateway,
    clock,
    client: createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken }),
    async handOver(key = KEY) {
      const { status, headers } = await send(url, { headers: { 'x-hook-secret': key } });
      return { status, echo: headers['x-hook-secret'] };
    },
    async post(key = KEY) {
      const body = randomBytes(8).toString('hex');
      const headers = { 'x-hook-signature': createHmac('sha256', key).update(body).digest('hex') };
      return (await send(url, { body, headers })).status;
    },
  };
}

/** What the log says. */
const textsOf = ({ log }: TestGateway): readonly unknown[] => log.map((line) => JSON.parse(line).msg);

const REFUSED = { status: 401, echo: undefined };
const TAKEN = { status: 200, echo: KEY };

describe('a key that is handed over', () => {
  it('is taken by no gate that nobody has opened, with a key or without', async () => {
    const { gateway, client, handOver, post } = await running();
    expect(await client.call('keyDelivery', { gate })).toEqual({ gate });
    expect(await handOver()).toEqual(REFUSED);
    expect(await post()).toBe(401);
    expect(gateway.records.at(-1)).toMatchObject({ reason: 'unknown-key' });
    await client.call('addKey', { gate, id: 'own', secret: OTHER, state: 'active' });
    expect(await handOver()).toEqual(REFUSED);
    expect([await post(), await post(OTHER)]).toEqual([401, 200]);
  });

  it('comes to the gates that say so, with a storeKey or without', async () => {
    for (const options of [{}, { storeKey: '' }]) {
      const { client } = await running(options);
      const gates = await client.call('gates');
      expect(gates.map(({ name, handsOverKey }) => [name, handsOverKey])).toEqual([
        ['asana', true],
        ['monitor', true],
        ['plain', undefined],
      ]);
    }
  });

  it('is taken by a gate that is open, once, and proves requests from then on', async () => {
    const { gateway, client, handOver, post } = await running();
    const { openUntil } = await client.call('openKeyDelivery', { gate, minutes: 5 });
    expect(Date.parse(openUntil ?? '') - Date.now()).toBeGreaterThan(4 * MINUTE);
    expect(await handOver()).toEqual(TAKEN);
    expect(gateway.records.at(-1)).toMatchObject({ verdict: 'handshake', status: 200 });
    expect(await post()).toBe(200);
    expect(await handOver(OTHER)).toEqual(REFUSED);
    expect(await post(OTHER)).toBe(401);
    const { keys } = await client.call('gateKeys', { gate });
    expect(keys).toMatchObject([{ state: 'active', source: 'added', hits: 1 }]);
    const { takenKeyId, openUntil: isOpen } = await client.call('keyDelivery', { gate });
    expect([takenKeyId, isOpen]).toEqual([keys[0]?.id, undefined]);
  });

  it('stands beside those that are there, which an operator retires', async () => {
    const { client, handOver, post, clock } = await running();
    await client.call('openKeyDelivery', { gate });
    await handOver();
    clock.aheadMs += 2 * SECOND;
    await client.call('openKeyDelivery', { gate });
    expect(await handOver(OTHER)).toEqual({ status: 200, echo: OTHER });
    expect([await post(), await post(OTHER)]).toEqual([200, 200]);
    const { keys } = await client.call('gateKeys', { gate });
    await client.call('changeKey', { gate, key: keys[0]?.id ?? '', change: 'revoke' });
    expect([await post(), await post(OTHER)]).toEqual([401, 200]);
  });

  it('comes too late once the time is over, or the gate was closed again', async () => {
    const { gateway, client, handOver, clock } = await running();
    await client.call('openKeyDelivery', { gate, minutes: 1 });
    clock.aheadMs += MINUTE;
    expect(await handOver()).toEqual(REFUSED);
    await client.call('openKeyDelivery', { gate, minutes: 1 });
    expect(await client.call('openKeyDelivery', { gate, minutes: 0 })).toEqual({ gate });
    expect(await handOver()).toEqual(REFUSED);
    await client.call('openKeyDelivery', { gate });
    expect(await handOver()).toEqual(TAKEN);
    expect(textsOf(gateway)).toEqual(
      expect.arrayContaining([
        'the gate takes the next key that is handed over',
        'the gate takes no key that is handed over any more',
        'a key was handed over while the gate was open for one: it counts from now on',
      ]),
    );
  });

  it('is told as not taken where the gate does not take it', async () => {
    const { gateway, client, handOver, post, clock } = await running();
    await client.call('openKeyDelivery', { gate });
    for (let i = 0; i < 16; i++)
      await client.call('addKey', { gate, id: `k${i}`, generate: true, state: 'active' });
    clock.aheadMs += 2 * SECOND;
    expect(await handOver()).toEqual(REFUSED);
    expect(await post()).toBe(401);
    expect(await client.call('keyDelivery', { gate })).toEqual({ gate });
    expect(textsOf(gateway)).toContain(
      'a key that was handed over is not taken: open the gate again, and have it sent anew',
    );
  });

  it('is one of many that come at once', async () => {
    const { client, handOver } = await running();
    await client.call('openKeyDelivery', { gate });
    const keys = Array.from({ length: 20 }, () => randomBytes(32).toString('hex'));
    const answers = await Promise.all(keys.map((key) => handOver(key)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await client.call('gateKeys', { gate })).keys).toHaveLength(1);
  });

  it('may be a stranger’s where another comes while the gate would still be open: the log says so once', async () => {
    const { gateway, client, handOver, clock } = await running();
    const warning =
      'a second key was handed over while the gate was open for one, and is not taken: if the first is not your platform’s, revoke it, and open the gate again';
    const said = () => textsOf(gateway).filter((text) => text === warning).length;
    await client.call('openKeyDelivery', { gate });
    await handOver(OTHER);
    // A platform that has not heard the answer sends its test again.
    expect(await handOver(OTHER)).toEqual(REFUSED);
    expect(said()).toBe(0);
    for (let i = 0; i < 3; i++) {
      clock.aheadMs += 2 * SECOND;
      expect(await handOver()).toEqual(REFUSED);
    }
    expect(said()).toBe(1);
    clock.aheadMs += 10 * MINUTE;
    await client.call('openKeyDelivery', { gate, minutes: 0 });
    expect(await handOver()).toEqual(REFUSED);
    expect(said()).toBe(1);
  });

  it('is kept in no event of a gate that monitors, while that is closed', async () => {
    const dir = temporaryDir();
    const { gateway } = await running({ dir });
    const { status } = await send(`${gateway.publicUrl}/monitor`, { headers: { 'x-hook-secret': KEY } });
    expect(status).toBe(200);
    const files = readdirSync(dir).map((name) => readFileSync(join(dir, name)).toString('latin1'));
    expect(files.join('').toLowerCase()).toContain('x-hook-secret');
    expect(files.join('')).not.toContain(KEY);
  });

  it('is shown once, to an administrator, while the gate would have been open', async () => {
    const { gateway, client, handOver, clock } = await running();
    const reveal = () => client.call('revealHandedKey', { gate });
    await client.call('openKeyDelivery', { gate });
    await expect(reveal()).rejects.toMatchObject({
      code: 'no-such-key',
      message:
        'the admin API answered 404: no key was handed over while the gate was last open, that time is over, or the key was shown already: open the gate again, and have the platform send its key anew',
    });
    await handOver();
    expect(await reveal()).toMatchObject({ secret: KEY });
    expect(textsOf(gateway)).toContain('a key that was handed over was shown');
    await expect(reveal()).rejects.toMatchObject({ code: 'no-such-key' });
    clock.aheadMs += 2 * SECOND;
    await client.call('openKeyDelivery', { gate, minutes: 1 });
    await handOver(OTHER);
    clock.aheadMs += MINUTE;
    await expect(reveal()).rejects.toMatchObject({ code: 'no-such-key' });
  });

  it('is nowhere in the clear: in no file of the store, no line of the log, no view', async () => {
    const dir = temporaryDir();
    const { gateway, client, handOver } = await running({ dir });
    await client.call('openKeyDelivery', { gate });
    await handOver();
    const views = [await client.call('gateKeys', { gate }), await client.call('keyDelivery', { gate })];
    const files = readdirSync(dir).map((name) => readFileSync(join(dir, name)).toString('latin1'));
    expect(files.join('')).toContain('handed-over-');
    for (const text of [...files, ...gateway.log, JSON.stringify(views)]) expect(text).not.toContain(KEY);
  });

  it('is there after a restart', async () => {
    const dir = temporaryDir();
    const first = await running({ dir });
    await first.client.call('openKeyDelivery', { gate });
    await first.handOver();
    await first.gateway.close();
    const { post, handOver } = await running({ dir });
    expect(await post()).toBe(200);
    expect(await handOver(OTHER)).toEqual(REFUSED);
  });

  it('is taken by no gate without a storeKey, nor by one whose platform hands over none', async () => {
    const { client, handOver } = await running({ storeKey: '' });
    await expect(client.call('openKeyDelivery', { gate })).rejects.toMatchObject({
      code: 'store-key-missing',
      message:
        'the admin API answered 409: a key that is handed over is stored encrypted, and the configuration has no storeKey: make one with openssl rand -hex 32, set storeKey to it, and start the gateway again',
    });
    await expect(client.call('openKeyDelivery', { gate: 'plain' })).rejects.toMatchObject({
      code: 'no-key-handed',
      message:
        'the admin API answered 409: the gate’s platform hands over no key: its scheme has no handshake with deliversKey: true; add the key instead',
    });
    expect(await handOver()).toEqual(REFUSED);
  });

  it('finds a gate closed that was opened under another storeKey, or by somebody who wrote the store', async () => {
    const { gateway, client, handOver } = await running();
    await client.call('openKeyDelivery', { gate, minutes: 0 });
    const { records } = gateway.store;
    for await (const { key, version } of records.list('key-deliveries')) {
      const bytes = Buffer.from(JSON.stringify({ untilMs: Date.now() + MINUTE }));
      expect(await records.put({ space: 'key-deliveries', key, version, bytes })).toBeDefined();
    }
    expect(await handOver()).toEqual(REFUSED);
  });
});

describe('an operator', () => {
  it('is told that others open the gate at the same time', async () => {
    const { gateway } = await running();
    const { records } = gateway.store;
    const [open] = gateway.gates.filter(({ config }) => config.name === gate);
    if (open === undefined) throw new Error('the gate is open');
    const keyDelivery = createKeyDelivery({
      gate,
      keys: open.keys,
      records: {
        get: (space, key) => records.get(space, key),
        list: (space) => records.list(space),
        // Somebody else is always a moment earlier.
        async put(write) {
          await records.put(write);
          return records.put(write);
        },
      },
      sealer: createSealer(new Uint8Array(32).fill(7)),
      now: Date.now,
      monotonicMs: () => performance.now(),
      log: { info() {}, warn() {} },
    });
    const { openKeyDelivery } = createKeyDeliveryHandlers({
      gates: [{ ...open, keyDelivery }],
      keyUses: { of: () => undefined },
      now: Date.now,
      log: SILENT_LOG,
    } as unknown as Parameters<typeof createKeyDeliveryHandlers>[0]);
    expect(await openKeyDelivery({ gate }, { name: 'ada', role: 'admin' } as Caller, undefined)).toEqual(
      new Problem('changed-meanwhile', 'others open or close the gate at the same time: try again'),
    );
  });
});

async function onTwoGateways(store: Store): Promise<void> {
  later(() => store.close());
  const [a, b] = [await running({ sharedStore: store }), await running({ sharedStore: store })];
  expect(await b.handOver()).toEqual(REFUSED);
  await a.client.call('openKeyDelivery', { gate });
  await vi.waitFor(async () => expect(await b.handOver()).toEqual(TAKEN), REACHES);
  expect(await a.handOver(OTHER)).toEqual(REFUSED);
  expect(await b.post()).toBe(200);
  await vi.waitFor(async () => expect(await a.post()).toBe(200), REACHES);
  expect(await a.client.call('revealHandedKey', { gate })).toMatchObject({ secret: KEY });
}

describe('two gateways on one store', () => {
  it('take it where one of them was opened: on SQLite', async () => {
    await onTwoGateways(await openStore(':memory:'));
  });
});

describe.skipIf(leaveOutPostgres)(`two gateways on PostgreSQL${postgresReason}`, () => {
  const databases = postgresDatabases();

  it('take it where one of them was opened', async () => {
    await onTwoGateways(await openStore(await databases.create()));
  });
});

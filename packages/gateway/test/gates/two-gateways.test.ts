/** Two gateways on one store: what the admin API of one changes of keys, the other goes by. */
import { createHmac, randomBytes } from 'node:crypto';
import { type AdminClient, createAdminClient } from '@countersign/api';
import { describe, expect, it, vi } from 'vitest';
import { openStore } from '../../src/stores/open-store.ts';
import type { Store } from '../../src/stores/store.ts';
import { later, send, start, type TestGateway, type TestOptions } from '../harness.ts';

const OLD = 'the-old-secret-of-this-gate-0123456789';
const NEW = 'the-new-secret-of-this-gate-abcdefghij';
const THIRD = 'a-third-secret-of-this-gate-0123456789';
const gate = 'hook';
/** What is promised: see the guide of keys. */
const REACHES = { timeout: 5_000, interval: 50 };

interface Running {
  readonly gateway: TestGateway;
  readonly client: AdminClient;
  post(secret: string): Promise<number>;
}

async function startOn(store: Store, options: TestOptions = {}): Promise<Running> {
  const gateway = await start(
    {
      hook: {
        path: '/hook',
        provider: 'github',
        keys: [{ id: 'old', secret: OLD }],
        replay: { repeat: 'run' },
        respond: { status: 200 },
      },
    },
    { storeKey: 'ab'.repeat(32), ...options, sharedStore: store },
  );
  return {
    gateway,
    client: createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken }),
    async post(secret) {
      const body = randomBytes(8).toString('hex');
      const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
      const headers = { 'x-hub-signature-256': signature };
      return (await send(`${gateway.publicUrl}/hook`, { body, headers })).status;
    },
  };
}

async function shared(): Promise<Store> {
  const store = await openStore(':memory:');
  later(() => store.close());
  return store;
}

async function startBoth(): Promise<readonly [Running, Running]> {
  const store = await shared();
  return [await startOn(store), await startOn(store)];
}

describe('a key that one gateway’s admin API', () => {
  it('adds, changes, retires and removes counts so at the other within five seconds', async () => {
    const [a, b] = await startBoth();
    expect(await b.post(NEW)).toBe(401);
    await a.client.call('addKey', { gate, id: 'new', secret: NEW });
    await vi.waitFor(async () => expect(await b.post(NEW)).toBe(200), REACHES);
    await a.client.call('changeKey', { gate, key: 'new', change: 'activate' });
    await a.client.call('changeKey', { gate, key: 'old', change: 'revoke' });
    await vi.waitFor(async () => expect(await b.post(OLD)).toBe(401), REACHES);
    const states = async ({ client }: Running) =>
      (await client.call('gateKeys', { gate })).keys.map(({ id, state, source }) => [id, state, source]);
    expect(await states(b)).toEqual(await states(a));
    expect(b.gateway.log.join('')).toContain('the gate’s keys were changed by another gateway on the store');
    await b.client.call('changeKey', { gate, key: 'old', change: 'activate', force: true });
    await b.client.call('changeKey', { gate, key: 'new', change: 'remove' });
    await vi.waitFor(async () => expect(await a.post(NEW)).toBe(401), REACHES);
    expect([await a.post(OLD), await b.post(OLD)]).toEqual([200, 200]);
    expect(await states(a)).toEqual(await states(b));
  });

  it('changes is judged by the other as the store has it, though the change has not reached it', async () => {
    const [a, b] = await startBoth();
    await a.client.call('addKey', { gate, id: 'new', secret: NEW, state: 'active' });
    await a.client.call('changeKey', { gate, key: 'old', change: 'revoke' });
    // The other gateway may have heard of neither.
    await expect(b.client.call('changeKey', { gate, key: 'new', change: 'revoke' })).rejects.toMatchObject({
      code: 'last-usable-key',
    });
    await expect(b.client.call('addKey', { gate, id: 'new', secret: THIRD })).rejects.toMatchObject({
      code: 'key-exists',
    });
  });
});

describe('how keys are used', () => {
  it('is counted by both together, and is there when both have started again', async () => {
    const store = await shared();
    const a = await startOn(store);
    const b = await startOn(store);
    for (let i = 0; i < 3; i++) await a.post(OLD);
    for (let i = 0; i < 2; i++) await b.post(OLD);
    await a.gateway.close();
    await vi.waitFor(async () => {
      const [key] = (await b.client.call('gateKeys', { gate })).keys;
      expect(key).toMatchObject({ hits: 5, hitsLastHour: 5, hitsLastDay: 5, uses: [{ hits: 5 }] });
    }, REACHES);
    await b.gateway.close();
    const c = await startOn(store);
    const { keys } = await c.client.call('gateKeys', { gate });
    expect(keys[0]).toMatchObject({ hits: 5 });
  });

  it('is said to be unknown where the store does not say what others have counted', async () => {
    const store = await shared();
    let isBroken = false;
    let monotonicMs = 0;
    const records: Store['records'] = {
      get: async (space, key) => {
        if (isBroken && space === 'key-uses') throw new Error('gone');
        return store.records.get(space, key);
      },
      put: (write) => store.records.put(write),
      list: (space) => store.records.list(space),
    };
    const { client } = await startOn({ ...store, records }, { monotonicMs: () => monotonicMs });
    await client.call('addKey', { gate, id: 'new', secret: NEW, state: 'active' });
    isBroken = true;
    monotonicMs += 16_000;
    const { keys, asOf = '' } = await client.call('gateKeys', { gate });
    expect(keys.map(({ safeToRetire }) => safeToRetire)).toEqual(
      Array(2).fill({
        isSafe: false,
        code: 'counts-unread',
        sentence:
          'What other gateways on the store have counted cannot be read at present: this gateway alone cannot tell.',
      }),
    );
    // What another has counted within the last fifteen seconds may not have been there either.
    expect(Date.now() - Date.parse(asOf)).toBeGreaterThanOrEqual(31_000);
  });
});

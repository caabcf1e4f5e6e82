/** Two gateways on one store, and what an operator says of a destination to one of them. */
import { type AdminClient, createAdminClient, type DestinationView } from '@countersign/api';
import { describe, expect, it, vi } from 'vitest';
import { createDestinationWords } from '../../src/deliver/destination-words.ts';
import { openStore } from '../../src/stores/open-store.ts';
import type { Store } from '../../src/stores/store.ts';
import { later, send, start, type TestGateway } from '../harness.ts';
import { receiver } from './receiver.ts';

/** What is promised: see the page of operators. */
const REACHES = { timeout: 5_000, interval: 50 };
const destination = 'shop';

interface Running {
  readonly gateway: TestGateway;
  readonly client: AdminClient;
  view(): Promise<DestinationView | undefined>;
}

async function startOn(store: Store, to: string): Promise<Running> {
  const gateway = await start(
    { events: { path: '/events', provider: 'none', keep: { deliver: [{ name: destination, to }] } } },
    { sharedStore: store },
  );
  const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
  return {
    gateway,
    client,
    view: async () => (await client.call('destinations')).find(({ name }) => name === destination),
  };
}

async function startBoth(to: string): Promise<readonly [Running, Running, Store]> {
  const store = await openStore(':memory:');
  later(() => store.close());
  return [await startOn(store, to), await startOn(store, to), store];
}

describe('a destination that is changed at one gateway', () => {
  it('is paused and resumed at the other within five seconds, whatever that one had to write of it', async () => {
    const shop = await receiver();
    const [a, b, store] = await startBoth(shop.url);
    await a.client.call('changeDestination', { destination, change: 'pause' });
    // What the other gateway knew before it heard of that, and writes with how the destination fares.
    await store.deliveries.setCondition(destination, { state: 'active', isMuted: false, sinceMs: 1 });
    expect(await (await startOn(store, shop.url)).view()).toMatchObject({ state: 'paused' });
    await vi.waitFor(async () => expect(await b.view()).toMatchObject({ state: 'paused' }), REACHES);
    await send(`${b.gateway.publicUrl}/events`, { body: '{"n":1}' });
    expect(shop.received).toEqual([]);
    await b.client.call('changeDestination', { destination, change: 'resume' });
    await vi.waitFor(() => expect(shop.received).toHaveLength(1), REACHES);
    await vi.waitFor(async () => expect(await a.view()).toMatchObject({ state: 'active' }), REACHES);
  });

  it('is muted at the other as well', async () => {
    const shop = await receiver();
    const [a, b] = await startBoth(shop.url);
    await a.client.call('changeDestination', { destination, change: 'mute' });
    await vi.waitFor(async () => expect(await b.view()).toMatchObject({ muted: true }), REACHES);
    await send(`${b.gateway.publicUrl}/events`, { body: '{"n":1}' });
    expect((await b.client.call('deliveries', { state: 'muted' })).deliveries).toHaveLength(1);
  });

  it('that it says is gone is sent to by neither', async () => {
    const shop = await receiver((response) => void response.writeHead(410).end());
    const [a, b] = await startBoth(shop.url);
    await send(`${a.gateway.publicUrl}/events`, { body: '{"n":1}' });
    const disabled = { state: 'disabled', reason: 'gone' };
    await vi.waitFor(async () => expect(await b.view()).toMatchObject(disabled), REACHES);
    expect(await a.view()).toMatchObject(disabled);
  });
});

describe('what is said of a destination', () => {
  it('is changed from what is there, one after the other', async () => {
    const store = await openStore(':memory:');
    later(() => store.close());
    const words = [createDestinationWords(store.records), createDestinationWords(store.records)] as const;
    const mute = { state: 'active', isMuted: true, sinceMs: 1 } as const;
    await Promise.all(
      Array.from({ length: 4 }, (_, i) =>
        words[i % 2 === 0 ? 0 : 1].change('a', (before) => ({
          ...mute,
          sinceMs: (before?.sinceMs ?? 0) + 1,
        })),
      ),
    );
    expect(await words[0].change('a', () => undefined)).toEqual({
      name: 'a',
      number: 4,
      word: { ...mute, sinceMs: 4 },
    });
    expect([...(await words[1].all()).keys()]).toEqual(['a']);
  });

  it('is that it rests, where the record is damaged', async () => {
    const store = await openStore(':memory:');
    later(() => store.close());
    const words = createDestinationWords(store.records);
    await words.change('a', () => ({ state: 'active', isMuted: false, sinceMs: 1 }));
    for await (const { key, version } of store.records.list('destination-words'))
      await store.records.put({
        space: 'destination-words',
        key,
        version,
        bytes: Buffer.from('{"v":1,"name":"a","number":1,"word":{"state":"on"}}'),
      });
    expect((await words.all()).get('a')?.word).toMatchObject({
      state: 'paused',
      reason: 'condition-damaged',
    });
  });
});

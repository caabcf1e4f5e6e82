/** What is followed of a store that other gateways change. */
import { describe, expect, it, vi } from 'vitest';
import { behindText } from '../../src/setting/follow-others.ts';
import { followStore } from '../../src/setting/store-follower.ts';
import { markChange } from '../../src/stores/change-mark.ts';
import { openStore } from '../../src/stores/open-store.ts';
import type { RecordStore } from '../../src/stores/record-store.ts';
import { later, start } from '../harness.ts';

async function following(wrap: (records: RecordStore) => Pick<RecordStore, 'get'> = (records) => records) {
  const store = await openStore(':memory:');
  const said: string[] = [];
  const note = (_: object, text = ''): void => void said.push(text);
  const clock = { ms: 0 };
  const state = { looks: 0, fault: undefined as Error | undefined };
  const follower = followStore({
    records: wrap(store.records),
    look: async () => {
      state.looks++;
      if (state.fault !== undefined) throw state.fault;
    },
    monotonicMs: () => clock.ms,
    log: { info: note, warn: note },
  });
  later(async () => {
    await follower.close();
    await store.close();
  });
  return { follower, said, clock, state, mark: () => markChange(store.records) };
}

describe('a store that is followed', () => {
  it('is looked at once it was marked, and every half minute', async () => {
    const { follower, state, clock, mark } = await following();
    await follower.look();
    await follower.look();
    expect(state.looks).toBe(1);
    await mark();
    await follower.look();
    await follower.look();
    expect(state.looks).toBe(2);
    clock.ms += 29_000;
    await follower.look();
    expect([state.looks, follower.behindMs]).toEqual([2, 0]);
    clock.ms += 1_000;
    await follower.look();
    expect(state.looks).toBe(3);
  });

  it('says once that it cannot be looked at, looks again each time, and says that it can', async () => {
    const { follower, state, clock, said } = await following();
    state.fault = new Error('gone');
    await follower.look();
    clock.ms += 12_500;
    await follower.look();
    expect([state.looks, follower.behindMs]).toEqual([2, 12_500]);
    expect(behindText(follower)).toBe(
      'what other gateways change of keys and destinations has not been read from the store for 12 seconds',
    );
    state.fault = undefined;
    await follower.look();
    expect(behindText(follower)).toBeUndefined();
    expect(said).toEqual([
      'what other gateways change of keys and destinations is not read from the store at present: this gateway goes on with what it knows, and looks again each second',
      'what other gateways change is read from the store again',
    ]);
  });

  it('is told of where it does not answer', async () => {
    let answer = (): void => {};
    const get = (): Promise<undefined> =>
      new Promise((resolve) => {
        answer = () => resolve(undefined);
      });
    const { said, clock } = await following(() => ({ get }));
    later(() => answer());
    await vi.waitFor(
      () => {
        clock.ms += 5_000;
        expect(said).toHaveLength(1);
      },
      { timeout: 5_000 },
    );
  });
});

it('a gateway that cannot read the store for long goes on, and says so in /health and /metrics', async () => {
  const store = await openStore(':memory:');
  later(() => store.close());
  let isBroken = false;
  let monotonicMs = 0;
  const records: RecordStore = {
    get: async (space, key) => {
      if (isBroken) throw new Error('gone');
      return store.records.get(space, key);
    },
    put: (write) => store.records.put(write),
    list: (space) => store.records.list(space),
  };
  const gateway = await start(
    { one: { path: '/one', provider: 'none', respond: { status: 204 } } },
    { sharedStore: { ...store, records }, monotonicMs: () => monotonicMs },
  );
  const health = async (): Promise<unknown> => (await fetch(`${gateway.adminUrl}/health`)).json();
  expect(await health()).not.toHaveProperty('degraded');
  isBroken = true;
  monotonicMs += 42_000;
  expect(await health()).toMatchObject({
    status: 'healthy',
    degraded:
      'what other gateways change of keys and destinations has not been read from the store for 42 seconds',
  });
  const metrics = await fetch(`${gateway.adminUrl}/metrics`, {
    headers: { authorization: `Bearer ${gateway.adminToken}` },
  });
  expect(await metrics.text()).toContain('\ncountersign_store_shared_read_age_seconds 42\n');
});

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSealer } from '../../src/sealed/seal.ts';
import { createSealedCache, type TokenCache } from '../../src/sealed/token-cache.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import type { Store } from '../../src/stores/store.ts';
import { bench, Clock, DAY, HOUR, NOW, settle } from '../tokens/upstream.ts';

const KEY = new Uint8Array(32).fill(7);

let directory: string;
const stores: Store[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'countersign-tokens-'));
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  rmSync(directory, { recursive: true });
});

async function openStore(): Promise<Store> {
  const store = await openSqliteStore({ path: join(directory, 'store.db') });
  stores.push(store);
  return store;
}

/** Saves that nobody waits for. */
const saves: Promise<void>[] = [];

/** Resolves when every save that was begun has ended. */
async function saved(): Promise<void> {
  await settle();
  await Promise.allSettled(saves.splice(0));
}

/** A cache whose saves can be waited for. */
function watched(cache: TokenCache): TokenCache {
  const save: TokenCache['save'] = (name, token) => {
    const saving = cache.save(name, token);
    saves.push(saving);
    return saving;
  };
  return { load: cache.load, save };
}

async function openCache(key: Uint8Array = KEY): Promise<TokenCache> {
  // A file belongs to one process: what is open is shared.
  const { records } = stores[0] ?? (await openStore());
  return watched(createSealedCache(records, createSealer(key)));
}

describe('a token in a real SQLite file', () => {
  it('is there after a restart: no log-in', async () => {
    const clock = new Clock();
    const before = bench({ cache: await openCache() }, clock);
    await before.manager.get();
    await saved();
    await stores.splice(0)[0]?.close();

    clock.advance(HOUR);
    const after = bench({ cache: await openCache() }, clock);
    const tokens = await Promise.all(Array.from({ length: 100 }, () => after.manager.get()));
    expect(new Set(tokens)).toEqual(new Set(['token-1']));
    expect(after.upstream.logIns).toEqual([]);
    expect(after.problems).toEqual([]);
    expect(after.manager.status()).toEqual({
      state: 'good',
      ageMs: HOUR,
      expiresAtMs: NOW + DAY,
      failures: 0,
    });
  });

  it('is in none of the file’s bytes, nor in those of its log', async () => {
    const secret = 'eyJhbGciOiJIUzI1NiJ9.a-token-that-nobody-may-read.c2lnbmF0dXJl';
    const cache = await openCache();
    const { manager } = bench({
      cache,
      issue: async () => ({ token: secret, expiresAtMs: NOW + DAY }),
    });
    await manager.get();
    await saved();
    expect(await cache.load('test')).toMatchObject({ token: secret });
    const holdsSecret = (): boolean => {
      const files = readdirSync(directory).map((file) => readFileSync(join(directory, file)));
      expect(Buffer.concat(files).includes('records')).toBe(true);
      return files.some((bytes) => bytes.includes(secret) || bytes.includes('nobody-may-read'));
    };
    expect(holdsSecret()).toBe(false);
    await stores.splice(0)[0]?.close();
    expect(holdsSecret()).toBe(false);
  });

  it('sealed with another key is fetched again, reported, and replaced', async () => {
    const clock = new Clock();
    await bench({ cache: await openCache() }, clock).manager.get();
    await saved();
    const other = bench({ cache: await openCache(new Uint8Array(32).fill(8)) }, clock);
    expect(await other.manager.get()).toBe('token-1');
    expect(other.upstream.logIns).toHaveLength(1);
    expect(other.problems).toHaveLength(1);
    expect(other.problems[0]).toMatch(/read from its cache: Error: The stored token does not open/);
    await saved();

    const again = bench({ cache: await openCache(new Uint8Array(32).fill(8)) }, clock);
    await again.manager.get();
    expect(again.upstream.logIns).toEqual([]);
    expect(again.problems).toEqual([]);
  });

  it('of another account is not taken: names do not mix, nor do entries that were swapped', async () => {
    const store = await openStore();
    const cache = watched(createSealedCache(store.records, createSealer(KEY)));
    await bench({ cache }).manager.get();
    await saved();
    const other = bench({ cache, name: 'other' });
    await other.manager.get();
    expect(other.upstream.logIns).toHaveLength(1);

    const { bytes = new Uint8Array() } = (await store.records.get('token', 'test')) ?? {};
    await store.records.put({ space: 'token', key: 'third', version: 0, bytes });
    const third = bench({ cache, name: 'third' });
    await third.manager.get();
    expect(third.upstream.logIns).toHaveLength(1);
    expect(third.problems).toHaveLength(1);
  });

  it('of another form, though sealed by us, is fetched again; the error quotes nothing', async () => {
    const store = await openStore();
    const sealer = createSealer(KEY);
    const cache = watched(createSealedCache(store.records, sealer));
    for (const text of ['secret-text', '{}', 'null', '{"token":1,"issuedAtMs":1,"expiresAtMs":2}']) {
      const version = (await store.records.get('token', 'test'))?.version ?? 0;
      const bytes = sealer.seal(text, 'test');
      await store.records.put({ space: 'token', key: 'test', version, bytes });
      const { manager, upstream, problems } = bench({ cache });
      expect(await manager.get()).toBe('token-1');
      expect(upstream.logIns).toHaveLength(1);
      expect(problems).toHaveLength(1);
      expect(problems[0]).not.toContain('secret-text');
      await saved();
    }
  });

  it.each([
    ['has expired', { token: 'old', issuedAtMs: NOW - DAY, expiresAtMs: NOW }],
    [
      'is from the future, as a clock set back makes it',
      { token: 'old', issuedAtMs: NOW + HOUR, expiresAtMs: NOW + DAY },
    ],
  ])('that %s is not used', async (_, stored) => {
    const cache = await openCache();
    await cache.save('test', stored);
    const { manager } = bench({ cache });
    expect(await manager.get()).toBe('token-1');
  });

  it('that is past its 80 % serves at once, and is renewed behind its back', async () => {
    const cache = await openCache();
    await cache.save('test', { token: 'old', issuedAtMs: NOW - 0.9 * DAY, expiresAtMs: NOW + 0.1 * DAY });
    const { manager, upstream } = bench({ cache });
    expect(await manager.get()).toBe('old');
    expect(await manager.get()).toBe('old');
    await saved();
    expect(await manager.get()).toBe('token-1');
    expect(upstream.logIns).toHaveLength(1);
  });

  it('that is saved while another one is takes its place: the later stays', async () => {
    const cache = await openCache();
    const dated = { issuedAtMs: NOW, expiresAtMs: NOW + DAY };
    await Promise.all(['one', 'two', 'three'].map((token) => cache.save('test', { token, ...dated })));
    expect(await cache.load('test')).toEqual({ token: 'three', ...dated });
  });

  it('that is refused is not taken from there again', async () => {
    const cache = await openCache();
    await cache.save('test', { token: 'old', issuedAtMs: NOW - HOUR, expiresAtMs: NOW + DAY });
    const { manager } = bench({ cache });
    expect(await manager.get()).toBe('old');
    manager.invalidate('old');
    expect(await manager.get()).toBe('token-1');
  });

  it('is shared: where one instance has renewed it, another takes it over', async () => {
    const clock = new Clock();
    const first = bench({ cache: await openCache() }, clock);
    const second = bench({ cache: await openCache(), random: () => 0.999 }, clock);
    await first.manager.get();
    await saved();
    await second.manager.get();
    clock.advance(0.8 * DAY);
    await first.manager.get();
    await saved();
    expect(await first.manager.get()).toBe('token-2');
    clock.advance(0.06 * DAY);
    await second.manager.get();
    await saved();
    expect(await second.manager.get()).toBe('token-2');
    expect(second.upstream.logIns).toEqual([]);
  });
});

describe('a cache that fails', () => {
  it('is reported and costs nobody a token', async () => {
    const store = await openStore();
    const cache = watched(createSealedCache(store.records, createSealer(KEY)));
    await store.close();
    const { manager, problems } = bench({ cache });
    expect(await manager.get()).toBe('token-1');
    await saved();
    expect(problems).toEqual([
      'a token could not be read from its cache: StoreError: The store is closed.',
      'a token could not be written to its cache: StoreError: The store is closed.',
    ]);
  });

  it('by never answering a save holds nobody up', async () => {
    const cache: TokenCache = { load: async () => undefined, save: () => new Promise(() => {}) };
    expect(await bench({ cache }).manager.get()).toBe('token-1');
  });
});

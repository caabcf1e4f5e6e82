import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../src/stores/open-store.ts';

function temporaryDir(): string {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-address-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

describe('openStore', () => {
  it.each<[string, (dir: string) => Parameters<typeof openStore>[0]]>([
    ['sqlite:FILE', (dir) => `sqlite:${dir}/a.db`],
    ['a path that ends in .db', (dir) => `${dir}/a.db`],
    ['what the configuration made of one', (dir) => ({ kind: 'sqlite', file: `${dir}/a.db` })],
  ])('opens the file of %s, and finds again what it holds', async (_, addressIn) => {
    const dir = temporaryDir();
    const first = await openStore(addressIn(dir));
    const version = await first.records.put({ space: 's', key: 'k', version: 0, bytes: Uint8Array.of(1) });
    await first.close();
    expect(readdirSync(dir)).toEqual(['a.db']);
    const second = await openStore(addressIn(dir));
    expect((await second.records.get('s', 'k'))?.version).toBe(version);
    await second.close();
  });

  it.each([':memory:', 'memory:', 'memory', 'sqlite::memory:', { kind: 'memory' } as const])(
    'opens a store of its own in memory for %j',
    async (address) => {
      const stores = [await openStore(address), await openStore(address)];
      await stores[0]?.records.put({ space: 's', key: 'k', version: 0, bytes: Uint8Array.of(1) });
      expect(await stores[1]?.records.get('s', 'k')).toBeUndefined();
      for (const store of stores) await store.close();
    },
  );

  it.each(['postgres://me:hunter2@/x?host=/nowhere', 'postgresql://me:hunter2@/x?host=/nowhere'])(
    'says that nobody answers at %s, and not what is in it',
    async (address) => {
      const error: unknown = await openStore(address).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'SetupError', option: 'store' });
      expect(String(error)).toContain(
        'the PostgreSQL at postgres://me@/x?host=/nowhere does not answer (ENOENT). Start it, or',
      );
      expect(String(error)).not.toContain('hunter2');
    },
  );

  it.each([
    '',
    'redis://me:hunter2@db',
    'postgres://me:hunter2@db',
    'postgres:me:hunter2@db/x',
    'sqlite:',
    'sqlite://a.db',
  ])('refuses %j, and does not repeat it', async (address) => {
    const error: unknown = await openStore(address).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'SetupError', option: 'store' });
    expect(String(error)).not.toContain('hunter2');
  });

  it('reads the clock and the limits that it is given', async () => {
    let nowMs = 1;
    const store = await openStore(':memory:', { now: () => nowMs, maxQueued: 1 });
    const write = { space: 's', version: 0, bytes: Uint8Array.of(1), untilMs: 2 };
    const settled = await Promise.allSettled(['a', 'b'].map((key) => store.records.put({ ...write, key })));
    expect(settled).toMatchObject([{ status: 'fulfilled' }, { reason: { code: 'queue-full' } }]);
    expect(await store.records.get('s', 'a')).toBeDefined();
    nowMs = 2;
    expect(await store.records.get('s', 'a')).toBeUndefined();
    await store.close();
  });
});

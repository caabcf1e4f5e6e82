/** Records in a real file go the way of everything else: one queue, one transaction, one fsync for many. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { RecordWrite } from '../../src/stores/record-store.ts';
import { openSqliteStore, type SqliteStoreOptions } from '../../src/stores/sqlite.ts';
import { crashEvent } from './crash-event.ts';

const NOW = 1_760_000_000_000;
const PAGE_BYTES = 16_384;

async function openFile(options: Partial<SqliteStoreOptions> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-records-'));
  const path = join(directory, 'store.db');
  const store = await openSqliteStore({ path, now: () => NOW, ...options });
  onTestFinished(async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  });
  return { ...store, path };
}

function record(key: string, version = 0, bytes: Uint8Array = Uint8Array.of(1)): RecordWrite {
  return { space: 'space', key, version, bytes };
}

it('records that are written together share a transaction, and its fsync, with each other and with events', async () => {
  const { path, records, events } = await openFile();
  const pagesOfLog = (): number => Math.floor(statSync(`${path}-wal`).size / PAGE_BYTES);
  const before = pagesOfLog();
  const puts = Array.from({ length: 100 }, (_, n) => records.put(record(`k${n}`)));
  const kept = events.keep(crashEvent(1));
  await Promise.all([...puts, kept]);
  // Each transaction writes anew every page that it touches: a hundred would be some four hundred pages.
  expect(pagesOfLog() - before).toBeLessThan(40);
});

it('a record that cannot be held is rejected alone: what shares its transaction is written', async () => {
  const { records, events, claims } = await openFile();
  const { identity = new Uint8Array(16) } = crashEvent(2).claim ?? {};
  const settled = await Promise.allSettled([
    records.put(record('a')),
    events.keep(crashEvent(1)),
    records.put({ ...record('b'), untilMs: 1.5 }),
    claims.remember({ gate: 'gate', identity, untilMs: NOW + 1 }),
    records.put(record('c')),
  ]);
  expect(settled.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
  expect(settled[2]).toMatchObject({ reason: { name: 'StoreError', code: 'failed' } });
  expect(await records.get('space', 'b')).toBeUndefined();
  expect((await records.get('space', 'c'))?.bytes).toEqual(Uint8Array.of(1));
  expect(await events.get(crashEvent(1).id)).toEqual(crashEvent(1));
  expect(await claims.release('gate', identity)).toBe(true);
});

it('records, claims and releases wait in the same queue as events, and are rejected when it is full', async () => {
  const { records, events, claims } = await openFile({ maxQueued: 2 });
  const { identity } = crashEvent(1).claim ?? { identity: new Uint8Array(16) };
  const settled = await Promise.allSettled([
    records.put(record('a')),
    events.keep(crashEvent(1)),
    records.put(record('b')),
    claims.release('gate', identity),
  ]);
  const full = { status: 'rejected', reason: { code: 'queue-full' } };
  expect(settled).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }, full, full]);
  expect(await records.put(record('b'))).toBeTypeOf('number');
});

it('expired records are removed as new ones come, and those without an end never', async () => {
  let nowMs = NOW;
  const { path, records, close } = await openFile({ now: () => nowMs });
  await Promise.all(
    Array.from({ length: 100 }, (_, n) => records.put({ ...record(`k${n}`), untilMs: NOW + 1 })),
  );
  await Promise.all(Array.from({ length: 10 }, (_, n) => records.put(record(`token${n}`))));
  nowMs = Number.MAX_SAFE_INTEGER - 1;
  await Promise.all(Array.from({ length: 30 }, (_, n) => records.put(record(`more${n}`))));
  await close();
  const again = await openSqliteStore({ path, now: () => NOW });
  const keys: string[] = [];
  for await (const { key } of again.records.list('space')) keys.push(key);
  await again.close();
  expect(keys).toHaveLength(40);
});

it('records are there from one opening to the next, and no version comes again', async () => {
  const { path, records, close } = await openFile();
  const first = (await records.put(record('a'))) ?? 0;
  const second = (await records.put({ ...record('b'), untilMs: NOW })) ?? 0;
  // Removes the expired one, which has the highest version.
  await records.put(record('a', first));
  await close();
  const again = await openSqliteStore({ path, now: () => NOW });
  expect((await again.records.get('space', 'a'))?.bytes).toEqual(Uint8Array.of(1));
  expect(await again.records.put(record('c'))).toBeGreaterThan(second + 1);
  await again.close();
});

/** A copy of a store that is written to is whole, and opens as a store. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { migrateStore } from '../../src/stores/migrate-store.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { MIGRATIONS } from '../../src/stores/sqlite-migrations.ts';
import type { Store } from '../../src/stores/store.ts';
import { findingsOf } from '../../src/stores/verify-store.ts';
import { later, temporaryDir } from '../harness.ts';
import { erasedEvent } from './erasing-events.ts';

async function open(path: string): Promise<Store> {
  const store = await openStore(path);
  later(() => store.close());
  return store;
}

it('under load: each event that was there when it began is in it, byte for byte, and nobody waits', async () => {
  const dir = temporaryDir();
  const store = await open(join(dir, 'store.db'));
  const first = Array.from({ length: 1_500 }, (_, n) => n);
  await Promise.all(first.map((n) => store.events.keep(erasedEvent(n), [], [{ destination: 'a' }])));
  let n = 10_000;
  let isOver = false;
  let longestMs = 0;
  const writers = Array.from({ length: 20 }, async () => {
    while (!isOver) {
      const startMs = performance.now();
      await store.events.keep(erasedEvent(n++));
      longestMs = Math.max(longestMs, performance.now() - startMs);
    }
  });
  const copy = await store.upkeep.backup(join(dir, 'copy.db'));
  isOver = true;
  await Promise.all(writers);
  expect(statSync(copy.file).mode & 0o777).toBe(0o600);
  const bytes = readFileSync(copy.file);
  expect(copy).toMatchObject({
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  });
  expect(readdirSync(dir).filter((name) => name.endsWith('.part'))).toEqual([]);
  expect(longestMs).toBeLessThan(2_000);
  const restored = await open(copy.file);
  expect((await restored.upkeep.verify()).findings).toEqual([]);
  for (const number of first) {
    const { id, body, headers } = erasedEvent(number);
    const event = await restored.events.get(id);
    expect(Buffer.compare(event?.body ?? Buffer.alloc(0), body)).toBe(0);
    expect(event?.headers).toEqual(headers);
  }
  expect(await restored.deliveries.totals()).toEqual([{ destination: 'a', state: 'waiting', number: 1_500 }]);
  // What came later is in the first one alone, which goes on.
  expect((await store.upkeep.verify()).findings).toEqual([]);
});

it('another process still cannot open the store after it was copied, verified, and searched', async () => {
  const dir = temporaryDir();
  const path = join(dir, 'store.db');
  const store = await open(path);
  await store.events.keep(erasedEvent(0));
  await store.upkeep.backup(join(dir, 'copy.db'));
  await store.upkeep.verify();
  await store.upkeep.erase({ matches: () => true });
  const { execFileSync } = process.getBuiltinModule('node:child_process');
  const script = `new (process.getBuiltinModule('node:sqlite').DatabaseSync)(process.argv[1]).exec('SELECT * FROM events')`;
  expect(() =>
    execFileSync(process.execPath, ['--no-warnings', '--eval', script, path], { stdio: 'pipe' }),
  ).toThrow(/database is locked/);
});

it('a file that exists is left as it is, and so is one that cannot be written', async () => {
  const dir = temporaryDir();
  const store = await open(join(dir, 'store.db'));
  const taken = join(dir, 'taken.db');
  writeFileSync(taken, 'mine');
  await expect(store.upkeep.backup(taken)).rejects.toThrow(
    `backup: ${taken} exists, and is left as it is. Name a file that does not exist yet.`,
  );
  expect(readFileSync(taken, 'utf8')).toBe('mine');
  const nowhere = join(dir, 'no', 'copy.db');
  await expect(store.upkeep.backup(nowhere)).rejects.toThrow(
    `backup: ${nowhere} cannot be written (ENOENT). Name a file in a folder that exists, with room for the whole store.`,
  );
  const memory = await open(':memory:');
  await expect(memory.upkeep.backup(join(dir, 'copy.db'))).rejects.toThrow(
    'store: is in memory: there is nothing to copy. Name a file as the store.',
  );
  expect(existsSync(join(dir, 'copy.db'))).toBe(false);
});

it('what is damaged is found: totals, orphans, bodies, the file itself', async () => {
  const dir = temporaryDir();
  const path = join(dir, 'store.db');
  const filled = await open(path);
  for (let n = 0; n < 60; n++) await filled.events.keep(erasedEvent(n), [], [{ destination: 'a' }]);
  await filled.close();
  const db = new DatabaseSync(path);
  db.exec(`
    UPDATE totals SET number = number + 1 WHERE kind = 'events' AND name = 'gate-1';
    INSERT INTO attempts (place, delivery, number, started_ms, took_ms, code) VALUES (99, 999, 1, 1, 1, 'status');
    DELETE FROM events WHERE id = '${erasedEvent(5).id}';
    UPDATE events SET body = x'00' WHERE id = '${erasedEvent(6).id}';
    UPDATE events SET body = substr(body, 1, 100) WHERE encoding = 'zstd';
    INSERT INTO erasures VALUES ('none');
  `);
  db.close();
  const store = await open(path);
  const { findings } = await store.upkeep.verify();
  expect(findings.map(({ problem }) => problem)).toEqual([
    'The totals are not what is there: of gate-1, gate-2.',
    'Deliveries without their event: 1.',
    'Attempts without their delivery: 1.',
    'Events whose body does not come back, or not as long as it was: 3.',
  ]);
  await store.close();
  const bytes = readFileSync(path);
  bytes.fill(7, 3 * 16_384, 4 * 16_384);
  writeFileSync(path, bytes);
  const damaged = await openStore(path).catch(() => undefined);
  if (damaged === undefined) return;
  later(() => damaged.close());
  const found = await damaged.upkeep.verify().catch((error: unknown) => error);
  expect(JSON.stringify(found) + String(found)).toMatch(/The file is damaged|cannot be read|malformed/);
});

it('what else is found: a damaged file, an erasure that was not finished', () => {
  const findings = findingsOf({
    integrity: [
      { integrity_check: 'Tree 4 page 9: btreeInitPage() returns error code 11' },
      { integrity_check: 'more' },
    ],
    erasures: [{ number: 2 }],
  });
  expect(findings).toEqual([
    {
      code: 'file-damaged',
      problem: 'The file is damaged: Tree 4 page 9: btreeInitPage() returns error code 11; more.',
    },
    {
      code: 'erasure-unfinished',
      problem: 'Events whose erasure was not finished: 2. The next start finishes it.',
    },
  ]);
});

it('a file of an older build gives room back once it is migrated; a newer one is refused', async () => {
  const dir = temporaryDir();
  const path = join(dir, 'old.db');
  const old = new DatabaseSync(path);
  for (const step of MIGRATIONS.slice(0, 5)) old.exec(step);
  old.exec(`PRAGMA application_id = ${0x4373676e}; PRAGMA user_version = 5; PRAGMA journal_mode = WAL`);
  old.close();
  const before = await open(path);
  expect((await before.upkeep.stats()).canShrink).toBe(false);
  expect(await before.upkeep.shrink()).toBe(false);
  await before.events.keep(erasedEvent(1));
  await before.close();
  const migration = await migrateStore({ kind: 'sqlite', file: path });
  expect(migration).toEqual({ schemaVersion: MIGRATIONS.length, copiedMs: expect.any(Number) });
  const after = await open(path);
  expect((await after.upkeep.stats()).canShrink).toBe(true);
  const kept = (await after.events.get(erasedEvent(1).id))?.body ?? Buffer.alloc(0);
  expect(Buffer.compare(kept, erasedEvent(1).body)).toBe(0);
  await after.close();
  expect(await migrateStore({ kind: 'sqlite', file: path })).toEqual({ schemaVersion: MIGRATIONS.length });
  const newer = new DatabaseSync(path);
  newer.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
  newer.close();
  await expect(migrateStore({ kind: 'sqlite', file: path })).rejects.toThrow(
    /this build knows versions up to/,
  );
  const nowhere = join(dir, 'none.db');
  await expect(migrateStore({ kind: 'sqlite', file: nowhere })).rejects.toThrow(
    `store: ${nowhere} is not there.`,
  );
  expect(existsSync(nowhere)).toBe(false);
});

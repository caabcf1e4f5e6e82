/** Files that older builds made: opened, moved to the newest schema, nothing lost. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { createSealer } from '../../src/sealed/seal.ts';
import { createSealedCache } from '../../src/sealed/token-cache.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { APPLICATION_ID, MIGRATIONS } from '../../src/stores/sqlite-migrations.ts';
import { crashEvent } from './crash-event.ts';

const NOW = 1_760_000_000_000;
const DAY = 86_400_000;

function temporaryFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-upgrade-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return join(directory, 'store.db');
}

/** Runs `body` on the file as SQLite itself sees it. */
function raw<T>(path: string, body: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(path);
  try {
    return body(db);
  } finally {
    db.close();
  }
}

/**
 * A file that the build before records took over the secrets has written and closed: `crashEvent(1)`, a claim without an event,
 * two sealed tokens and 256 bytes among the secrets, an approval, a lease that has expired; the key is 32 times 7.
 */
function fileOfSchema5(): string {
  const path = temporaryFile();
  const packed = readFileSync(join(import.meta.dirname, 'fixtures/schema-5.db.gz'));
  writeFileSync(path, gunzipSync(packed), { mode: 0o600 });
  expect(raw(path, (db) => db.prepare('PRAGMA user_version').get())).toEqual({ user_version: 5 });
  return path;
}

it('a file of the first schema gets what came later, and keeps what it has', async () => {
  const path = temporaryFile();
  const { id } = crashEvent(1);
  raw(path, (db) => {
    db.exec(MIGRATIONS[0] ?? '');
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 1`);
    db.prepare("INSERT INTO events VALUES (?, 'g', 'p', 'k', 1, 'POST', '/', NULL, NULL, '[]', x'00ff')").run(
      id,
    );
  });
  const store = await openStore(path);
  expect(await store.events.get(id)).toMatchObject({ gate: 'g', body: Uint8Array.of(0, 255) });
  const version = await store.records.put({ space: 's', key: 'k', version: 0, bytes: Uint8Array.of(7) });
  expect(await store.records.get('s', 'k')).toEqual({ key: 'k', version, bytes: Uint8Array.of(7) });
  await store.close();
  expect(raw(path, (db) => db.prepare('PRAGMA user_version').get()?.['user_version'])).toBe(
    MIGRATIONS.length,
  );
});

it('the secrets of a running installation are records: its tokens still open, and can be replaced', async () => {
  const path = fileOfSchema5();
  const store = await openStore(path, { now: () => NOW + DAY });
  const cache = createSealedCache(store.records, createSealer(new Uint8Array(32).fill(7)));
  const dated = { issuedAtMs: NOW, expiresAtMs: NOW + DAY };
  expect(await cache.load('test')).toEqual({ token: 'token-of-old', ...dated });
  expect(await cache.load('flowent-token:0f0f')).toEqual({ token: 'other-of-old', ...dated });
  expect((await store.records.get('token', 'bytes'))?.bytes).toEqual(
    Uint8Array.from({ length: 256 }, (_, i) => i),
  );
  await cache.save('test', { token: 'new', ...dated });
  expect(await cache.load('test')).toEqual({ token: 'new', ...dated });
  await store.close();
});

it('everything else of it is there as well', async () => {
  const path = fileOfSchema5();
  const store = await openStore(path, { now: () => NOW });
  expect(await store.events.get(crashEvent(1).id)).toEqual(crashEvent(1));
  expect(await store.events.keep({ ...crashEvent(1), id: 'x' })).toEqual({
    kept: false,
    repeatOf: crashEvent(1).id,
  });
  // What was claimed before there were two ends has one, and is not given up before it.
  for await (const claim of store.claims.list(NOW)) {
    expect(claim).not.toHaveProperty('freshUntilMs');
    expect(await store.claims.giveUp('gate', claim.identity, claim.untilMs - 1)).toBe(false);
  }
  expect(await store.claims.release('gate', new Uint8Array(16).fill(9))).toBe(true);
  expect(await store.records.get('incode:approvals', 'k')).toEqual({
    key: 'k',
    version: 1,
    bytes: Uint8Array.of(1, 2, 3),
  });
  // Versions 1 and 2 were given before, the second to a record that has expired since.
  const version = await store.records.put({ space: 's', key: 'k', version: 0, bytes: Uint8Array.of(1) });
  expect(version).toBeGreaterThan(2);
  await store.close();
  const tables = raw(path, (db) => db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all());
  expect(tables.map(({ name }) => name)).not.toContain('secrets');
  expect(raw(path, (db) => db.prepare('PRAGMA integrity_check').get()?.['integrity_check'])).toBe('ok');
});

it('a start that is cut off in the middle of the move leaves the file as it was', async () => {
  const path = fileOfSchema5();
  const whole = `${path}.whole`;
  copyFileSync(path, whole);
  // Another program has taken the name that a secret would get: the move fails as a whole.
  raw(path, (db) =>
    db.exec("INSERT INTO records (space, key, until_ms, bytes) VALUES ('token', 'test', 1, x'00')"),
  );
  const before = readFileSync(path);
  await expect(openStore(path)).rejects.toThrow(/cannot be opened/);
  expect(readFileSync(path)).toEqual(before);
  copyFileSync(whole, path);
  await (await openStore(path)).close();
});

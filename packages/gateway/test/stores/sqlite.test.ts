import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KeptEvent } from '../../src/stores/event-store.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { MIGRATIONS } from '../../src/stores/sqlite-migrations.ts';
import { crashEvent } from './crash-event.ts';

const NOW = 1_760_000_000_000;

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'countersign-store-'));
  path = join(directory, 'store.db');
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Runs `body` on the file as SQLite itself sees it. */
function raw<T>(body: (db: DatabaseSync) => T, file: string = path): T {
  const db = new DatabaseSync(file);
  try {
    return body(db);
  } finally {
    db.close();
  }
}

function claimFree(event: KeptEvent): KeptEvent {
  const { claim: _, ...rest } = event;
  return rest;
}

describe('the file', () => {
  it('keeps events and claims from one opening to the next', async () => {
    const first = await openSqliteStore({ path, now: () => NOW });
    await first.events.keep(crashEvent(1));
    await first.claims.remember({ gate: 'g', identity: new Uint8Array(16), untilMs: NOW + 1 });
    await first.close();

    const second = await openSqliteStore({ path, now: () => NOW });
    expect(await second.events.get(crashEvent(1).id)).toEqual(crashEvent(1));
    expect(await second.events.keep({ ...crashEvent(1), id: 'x' })).toEqual({
      kept: false,
      repeatOf: crashEvent(1).id,
    });
    const claims = [];
    for await (const claim of second.claims.list(NOW)) claims.push(claim);
    expect(claims).toHaveLength(2);
    await second.close();
  });

  it('has finished what was queued when close() resolves', async () => {
    const store = await openSqliteStore({ path });
    const kept = Array.from({ length: 2_000 }, (_, n) => store.events.keep(crashEvent(n)));
    await store.close();
    await Promise.all(kept);
    expect(raw((db) => db.prepare('SELECT count(*) AS n FROM events').get()?.['n'])).toBe(2_000);
  });

  it('is for its owner’s eyes only, and so is its log; an index in shared memory there is none', async () => {
    const store = await openSqliteStore({ path });
    await store.events.keep(crashEvent(1));
    for (const suffix of ['', '-wal']) expect(statSync(path + suffix).mode & 0o777).toBe(0o600);
    expect(existsSync(`${path}-shm`)).toBe(false);
    await store.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  it('passes SQLite’s own integrity check after mixed use', async () => {
    let nowMs = NOW;
    const store = await openSqliteStore({ path, now: () => nowMs });
    for (let round = 0; round < 20; round++) {
      nowMs += 10;
      await Promise.allSettled(
        Array.from({ length: 50 }, (_, n) => {
          const event = crashEvent((round * 31 + n) % 300);
          const identity = event.claim?.identity ?? new Uint8Array(16);
          return store.events.keep({
            ...event,
            id: `${round}-${n % 45}`,
            claim: { identity, untilMs: nowMs + 50 },
          });
        }),
      );
    }
    await store.close();
    expect(raw((db) => db.prepare('PRAGMA integrity_check').get()?.['integrity_check'])).toBe('ok');
  });

  it('forgets expired claims as new ones come', async () => {
    let nowMs = NOW;
    const store = await openSqliteStore({ path, now: () => nowMs });
    const remember = (from: number, count: number, untilMs: number): Promise<unknown> =>
      Promise.all(
        Array.from({ length: count }, (_, n) => {
          const identity = crashEvent(from + n).claim?.identity ?? new Uint8Array(16);
          return store.claims.remember({ gate: 'g', identity, untilMs });
        }),
      );
    await remember(0, 1_000, NOW + 1);
    nowMs = NOW + 1;
    await remember(1_000, 500, NOW + 1_000);
    await remember(1_500, 1, NOW + 1_000);
    await store.close();
    expect(raw((db) => db.prepare('SELECT count(*) AS n FROM claims').get()?.['n'])).toBe(501);
  });

  it('forgets each claim with the next write once it has ended, whichever were taken before it', async () => {
    const nowMs = Date.now();
    const laterMs = nowMs + 60_000;
    const identityOf = (n: number): Uint8Array => new Uint8Array(16).fill(n);
    let store = await openSqliteStore({ path });
    const remember = (n: number, untilMs: number): Promise<unknown> =>
      store.claims.remember({ gate: 'g', identity: identityOf(n), untilMs });
    const left = async (): Promise<readonly unknown[]> => {
      await store.close();
      const rows = raw((db) => db.prepare('SELECT hex(identity) AS identity FROM claims').all());
      store = await openSqliteStore({ path });
      return rows.map(({ identity }) => Number.parseInt(String(identity).slice(0, 2), 16));
    };
    await remember(1, laterMs);
    await remember(2, nowMs - 1);
    await remember(3, laterMs);
    expect(await left()).toEqual([1, 3]);
    await remember(4, laterMs);
    await store.claims.release('g', identityOf(4));
    await remember(5, laterMs);
    await remember(6, nowMs - 2);
    await remember(7, nowMs - 3);
    await remember(8, laterMs);
    expect(await left()).toEqual([1, 3, 5, 8]);
    await store.close();
  });
});

describe('what it refuses at start, unchanged', () => {
  it('a file of a newer schema', async () => {
    await (await openSqliteStore({ path })).close();
    raw((db) => db.exec('PRAGMA user_version = 99'));
    const before = readFileSync(path);
    await expect(openSqliteStore({ path })).rejects.toThrow(
      `schema version 99, and this build knows versions up to ${MIGRATIONS.length}. Start the newer Countersign`,
    );
    expect(readFileSync(path)).toEqual(before);
  });

  it('another program’s SQLite file', async () => {
    raw((db) => db.exec('CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)'));
    const before = readFileSync(path);
    await expect(openSqliteStore({ path })).rejects.toThrow(/another program’s SQLite file/);
    expect(readFileSync(path)).toEqual(before);
  });

  it('another program’s SQLite file that is marked as such and has no table', async () => {
    raw((db) => db.exec('PRAGMA application_id = 7; PRAGMA user_version = 0'));
    await expect(openSqliteStore({ path })).rejects.toThrow(/another program’s SQLite file/);
  });

  it('a file that is not a database', async () => {
    writeFileSync(path, 'Dear diary, this is not a database. '.repeat(100));
    const before = readFileSync(path);
    await expect(openSqliteStore({ path })).rejects.toThrow(/not a database/);
    expect(readFileSync(path)).toEqual(before);
  });

  it.each([
    [
      'a directory that does not exist',
      () => join(directory, 'none', 'store.db'),
      /ENOENT.*directory that exists/,
    ],
    ['a directory', () => directory, /cannot be opened/],
    [
      'a path under a file',
      () => {
        writeFileSync(path, '');
        return join(path, 'store.db');
      },
      /ENOTDIR/,
    ],
    ['an empty path', () => '', /path is empty/],
  ])('%s', async (_, where, message) => {
    await expect(openSqliteStore({ path: where() })).rejects.toThrow(message);
    await expect(openSqliteStore({ path: where() })).rejects.toMatchObject({
      name: 'SetupError',
      option: 'store',
    });
  });

  it('a file that it may only read', async (context) => {
    if (process.getuid?.() === 0) return context.skip('root may write to every file');
    await (await openSqliteStore({ path })).close();
    chmodSync(path, 0o400);
    await expect(openSqliteStore({ path })).rejects.toThrow(/readonly|EACCES/);
  });

  it.each(['DEFERRED', 'IMMEDIATE', 'EXCLUSIVE'])('a file that another program holds (%s)', async (how) => {
    await (await openSqliteStore({ path })).close();
    const other = new DatabaseSync(path);
    other.exec(`BEGIN ${how}; SELECT * FROM events`);
    await expect(openSqliteStore({ path })).rejects.toThrow(
      /held by another process\. A SQLite file belongs to one/,
    );
    other.close();
    await (await openSqliteStore({ path })).close();
  });

  it('a size that is none', async () => {
    await expect(openSqliteStore({ path, maxFileBytes: 0.5 })).rejects.toThrow(/maxFileBytes/);
  });
});

describe('when the disk does not take it', () => {
  /** Beside the tables as they are made, for some of 600 events and not for all. */
  const ROOM_BYTES = 400_000;

  it('rejects what does not fit, keeps the rest, and has all that it acknowledged', async () => {
    await (await openSqliteStore({ path })).close();
    const store = await openSqliteStore({ path, maxFileBytes: statSync(path).size + ROOM_BYTES });
    const settled = await Promise.allSettled(
      Array.from({ length: 600 }, (_, n) => store.events.keep(crashEvent(n))),
    );
    const kept = settled.flatMap((one, n) => (one.status === 'fulfilled' ? [n] : []));
    const rejected = settled.filter((one) => one.status === 'rejected');
    expect(kept.length).toBeGreaterThan(50);
    expect(rejected.length).toBeGreaterThan(50);
    expect(rejected[0]?.reason).toMatchObject({ name: 'StoreError', code: 'failed' });
    expect(String(rejected[0]?.reason)).toMatch(/full/);
    await store.close();

    const reopened = await openSqliteStore({ path });
    for (const n of kept) expect(await reopened.events.get(crashEvent(n).id)).toEqual(crashEvent(n));
    expect(await reopened.events.list({ limit: 1_000 })).toHaveLength(kept.length);
    // What was rejected left no claim behind: the sender’s retry is kept.
    for (let n = 0; n < 600; n++) {
      if (!kept.includes(n)) expect(await reopened.events.keep(crashEvent(n))).toEqual({ kept: true });
    }
    await reopened.close();
  });

  it('rejects at once when more writes wait than may, and takes more when they are done', async () => {
    const store = await openSqliteStore({ path, maxQueued: 10 });
    const settled = await Promise.allSettled(
      Array.from({ length: 15 }, (_, n) => store.events.keep(crashEvent(n))),
    );
    expect(settled.map((one) => one.status)).toEqual([
      ...Array.from({ length: 10 }, () => 'fulfilled'),
      ...Array.from({ length: 5 }, () => 'rejected'),
    ]);
    const last = settled.at(-1);
    expect(last?.status === 'rejected' && last.reason).toMatchObject({ code: 'queue-full' });
    expect(await store.events.keep(crashEvent(20))).toEqual({ kept: true });
    await store.close();
  });

  it('rejects only the caller whose event it cannot hold', async () => {
    const store = await openSqliteStore({ path });
    const wrong: readonly KeptEvent[] = [
      { ...claimFree(crashEvent(1)), receivedMs: 1.5 },
      { ...crashEvent(2), claim: { identity: new Uint8Array(15), untilMs: NOW } },
      { ...crashEvent(3), claim: { identity: new Uint8Array(16), untilMs: Number.NaN } },
      { ...claimFree(crashEvent(4)), receivedMs: Number.POSITIVE_INFINITY },
    ];
    const settled = await Promise.allSettled(
      [crashEvent(10), ...wrong, crashEvent(11)].map((event) => store.events.keep(event)),
    );
    expect(settled.map((one) => one.status === 'fulfilled')).toEqual([
      true,
      false,
      false,
      false,
      false,
      true,
    ]);
    expect((await store.events.list()).map((event) => event.id)).toEqual([
      crashEvent(11).id,
      crashEvent(10).id,
    ]);
    await store.close();
  });
});

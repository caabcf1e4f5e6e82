/** The index of claims on disk: what a start reads, and that no claim falls between two pieces. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { between, isLong } from '../../../../scripts/effort.ts';
import { PIECE_ENTRIES } from '../../src/stores/claim-pieces.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { createSqliteClaims } from '../../src/stores/sqlite-claims.ts';
import type { Store } from '../../src/stores/store.ts';

const NOW = 1_760_000_000_000;
const HOUR = 3_600_000;
/** What one batch may hold beyond a piece, before the next writes it. */
const BATCH = 512;

const identity = (n: number): Uint8Array => {
  const bytes = new Uint8Array(16).fill(n & 0xff);
  new DataView(bytes.buffer).setUint32(0, Math.imul(n, 0x9e3779b9));
  new DataView(bytes.buffer).setUint32(4, Math.imul(n, 0x85ebca6b));
  new DataView(bytes.buffer).setUint32(12, n);
  return bytes;
};

function bench() {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-pieces-'));
  const path = join(dir, 'store.db');
  const clock = { nowMs: NOW };
  let store: Store | undefined;
  onTestFinished(async () => {
    await store?.close();
    rmSync(dir, { recursive: true });
  });
  return {
    clock,
    path,
    async open(): Promise<Store> {
      await store?.close();
      store = await openStore(`sqlite:${path}`, { now: () => clock.nowMs });
      return store;
    },
    async close(): Promise<void> {
      await store?.close();
      store = undefined;
    },
  };
}

async function fill(store: Store, from: number, to: number, untilMs = NOW + HOUR): Promise<void> {
  for (let at = from; at < to; at += 5_000) {
    const count = Math.min(5_000, to - at);
    await Promise.all(
      Array.from({ length: count }, (_, i) =>
        store.claims.remember({ gate: 'g', identity: identity(at + i), untilMs }),
      ),
    );
  }
}

function expectHeld(store: Store, from: number, to: number, nowMs = NOW): void {
  for (let n = from; n < to; n++) {
    if (store.claims.find('g', identity(n), nowMs) === undefined) expect.fail(`claim ${n} is not found`);
  }
}

/** Counts the rows that its statements give. */
function counting(db: DatabaseSync): { readonly db: DatabaseSync; readonly rows: () => number } {
  let rows = 0;
  const counted = (statement: StatementSync): StatementSync =>
    new Proxy(statement, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...given: unknown[]): unknown => {
          const result: unknown = member.apply(target, given);
          if (name === 'all') rows += (result as unknown[]).length;
          if (name === 'get' && result !== undefined) rows++;
          return result;
        };
      },
    });
  const proxy = new Proxy(db, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (name === 'prepare') return (sql: string) => counted(target.prepare(sql));
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  return { db: proxy, rows: () => rows };
}

/** Rows that making the claims' part of a store reads. */
function rowsReadAtStart(path: string): number {
  const file = new DatabaseSync(path);
  const { db, rows } = counting(file);
  createSqliteClaims(db, NOW);
  file.close();
  return rows();
}

const COUNTS = isLong ? [5_000, 20_000, 60_000] : [5_000, 20_000];

it('a start reads no more rows than a piece and a batch have, and the pieces, however many claims there are', async () => {
  const { open, close, path } = bench();
  const read: number[] = [];
  for (const claims of COUNTS) {
    const store = await open();
    await fill(store, 0, claims);
    await close();
    read.push(rowsReadAtStart(path));
    const pieces = Math.floor(claims / PIECE_ENTRIES);
    expect(read.at(-1)).toBeLessThanOrEqual(PIECE_ENTRIES + BATCH + pieces + 4);
  }
  expect(read[0]).toBeGreaterThanOrEqual(5_000);
  expectHeld(await open(), 0, COUNTS.at(-1) ?? 0);
});

const SEVERAL_PIECES = between(10_000, 30_000);

it('claims of a version that knew no pieces are put into pieces at the first start', async () => {
  const { open, close, path } = bench();
  await fill(await open(), 0, SEVERAL_PIECES);
  await close();
  const raw = new DatabaseSync(path);
  raw.exec('DELETE FROM claim_pieces');
  raw.close();
  expect(rowsReadAtStart(path)).toBeGreaterThanOrEqual(SEVERAL_PIECES);
  expect(rowsReadAtStart(path)).toBeLessThanOrEqual(PIECE_ENTRIES + BATCH + 8);
  expectHeld(await open(), 0, SEVERAL_PIECES);
});

it('a piece that is written at a start costs none of the older their claims', async () => {
  const { open, close, path } = bench();
  await fill(await open(), 0, 40_000);
  await close();
  const raw = new DatabaseSync(path);
  for (let n = 0; n < 2; n++)
    raw.exec('DELETE FROM claim_pieces WHERE last_row = (SELECT max(last_row) FROM claim_pieces)');
  raw.close();
  expect(rowsReadAtStart(path)).toBeGreaterThan(2 * PIECE_ENTRIES);
  expectHeld(await open(), 0, 40_000);
});

it('a row’s number is not given twice, though all rows after a piece are gone', async () => {
  const { open, close, path } = bench();
  await fill(await open(), 0, PIECE_ENTRIES + BATCH);
  await close();
  const raw = new DatabaseSync(path);
  const last = Number(raw.prepare('SELECT max(last_row) AS row FROM claim_pieces').get()?.['row']);
  expect(last).toBe(PIECE_ENTRIES);
  // As purging does when what came last ends first.
  raw.exec(`DELETE FROM claims WHERE row > ${last - 100}`);
  raw.close();
  await fill(await open(), 50_000, 50_050);
  expectHeld(await open(), 50_000, 50_050);
});

it('pieces of what has ended go, and what lasts longer is found', async () => {
  const { open, clock, path, close } = bench();
  const store = await open();
  let from = 0;
  for (let round = 0; round < 8; round++) {
    await fill(store, from, from + 10);
    await fill(store, from + 10, from + PIECE_ENTRIES, clock.nowMs + 1);
    from += PIECE_ENTRIES;
    clock.nowMs += 1;
  }
  await close();
  const raw = new DatabaseSync(path);
  const rows = Number(raw.prepare('SELECT count(*) AS n FROM claims').get()?.['n']);
  const entries = Number(raw.prepare('SELECT sum(length(entries)) / 16 AS n FROM claim_pieces').get()?.['n']);
  raw.close();
  expect(rows).toBeLessThan(3 * PIECE_ENTRIES);
  expect(entries).toBeLessThan(4 * PIECE_ENTRIES);
  const again = await open();
  for (let round = 0; round < 8; round++)
    expectHeld(again, round * PIECE_ENTRIES, round * PIECE_ENTRIES + 10, clock.nowMs);
});

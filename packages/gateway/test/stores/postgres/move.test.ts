/** A store that is moved from SQLite to a real PostgreSQL: all of it, once, however often it is interrupted. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import type { PostgresAddress } from '../../../src/config/postgres-address.ts';
import { readStore } from '../../../src/config/read-store.ts';
import { isMisfit } from '../../../src/config/read-text.ts';
import { openStore } from '../../../src/stores/open-store.ts';
import { connectDatabase } from '../../../src/stores/postgres/database.ts';
import { type MoveOptions, type MoveReport, moveStore } from '../../../src/stores/postgres/move-store.ts';
import { storable } from '../../../src/stores/postgres/text.ts';
import { openSqliteStore } from '../../../src/stores/sqlite.ts';
import type { Store } from '../../../src/stores/store.ts';
import { event } from '../../../src/testing/kept-events.ts';
import { temporaryDir } from '../../harness.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';

const NOW = Date.now();
const HOUR = 3_600_000;
const EVENTS = 1_203;
const TABLES = [
  'records',
  'events',
  'claims',
  'deliveries',
  'attempts',
  'destinations',
  'refused',
  'audit',
  'issues',
];

/** A store with a row of every kind, and bodies of every form. */
async function fill(path: string): Promise<void> {
  const store = await openSqliteStore({ path, now: () => NOW });
  const keeps = Array.from({ length: EVENTS }, (_, n) =>
    store.events.keep(
      event(n, {
        receivedMs: NOW - n,
        body: n % 7 === 0 ? Buffer.from('{"a":"long"}'.repeat(1_000)) : randomBytes(n % 900),
        headers: ['X-Odd', '\u0000\ud800', 'X-Twice', 'a', 'x-twice', 'b'],
        ...(n % 3 === 0 && { type: `odd\u0000\ud800 ${n}` }),
        ...(n % 5 === 0 && { claim: { identity: identityOf(n), untilMs: NOW + HOUR } }),
        ...(n % 11 === 0 && { withheld: { names: ['authorization'], sealed: randomBytes(60) } }),
        ...(n % 13 === 0 && { hashed: { sha256: 'ab'.repeat(32), bodyBytes: 7 }, body: new Uint8Array() }),
      }),
      [],
      n % 2 === 0
        ? [
            { destination: 'a', orderKey: `key ${n % 4}`, parks: n % 8 === 0 },
            { destination: 'b', isMuted: n % 6 === 0 },
          ]
        : undefined,
    ),
  );
  await Promise.all(keeps);
  // Places that are gone are not given out again.
  await store.events.drop({ gate: 'gate', maxBytes: 1_000_000, waitingBeforeMs: NOW + HOUR });
  const taken = await store.deliveries.take({
    destination: 'b',
    limit: 40,
    maxBytes: 1_000_000,
    leaseMs: 1_000,
    nowMs: NOW,
  });
  const attempt = {
    startedMs: NOW,
    tookMs: 3,
    code: 'status',
    status: 500,
    problem: 'no \u0000',
    answer: Buffer.from([0, 255]),
  };
  for (const [i, { place, lease }] of taken.entries())
    await store.deliveries.settle(
      i % 2 === 0
        ? { place, lease, state: 'waiting', dueMs: NOW + HOUR, attempt }
        : { place, lease, state: 'delivered', attempt: { startedMs: NOW, tookMs: 1, code: 'delivered' } },
    );
  await store.deliveries.setCondition('a', { state: 'paused', isMuted: false, sinceMs: NOW });
  for (let n = 0; n < 300; n++)
    await store.records.put({ space: 'odd "\u0000', key: `k ${n}`, version: 0, bytes: randomBytes(50) });
  await store.records.put({ space: 's', key: 'gone', version: 0, bytes: randomBytes(5), untilMs: NOW - 1 });
  await store.claims.remember({
    gate: 'gate',
    identity: identityOf(-1),
    untilMs: NOW + HOUR,
    answer: randomBytes(99),
  });
  await store.refused.keep(
    [
      {
        id: 'r1',
        gate: 'gate',
        receivedMs: NOW,
        untilMs: NOW + HOUR,
        head: randomBytes(9),
        body: randomBytes(0),
      },
    ],
    () => ({ atMost: 10, maxBytes: 1_000 }),
  );
  const seal = { keyId: 'k', macOf: () => new Uint8Array(32).fill(7), changeFrom: () => '{}' };
  for (const kind of ['change', 'ended'])
    await store.audit.append(
      JSON.stringify({ kind, at: NOW, who: { name: 'ada \ud83d\ude00' }, route: 'x' }),
      seal,
    );
  await store.issues.merge([
    {
      id: 'i1',
      gate: 'gate',
      reason: 'r',
      causes: [],
      failures: { count: 3, firstMs: NOW, lastMs: NOW, minutes: [1, 3], hours: [1, 3] },
    },
  ]);
  await store.close();
}

function identityOf(n: number): Uint8Array {
  const identity = Buffer.alloc(16);
  identity.writeInt32BE(n, 12);
  return new Uint8Array(identity);
}

/** All that the interfaces give of a store, in their order. */
async function contentsOf(store: Store): Promise<object> {
  const events = await pages((after) => store.events.follow({ after, limit: 500 }));
  const deliveries = await pages(async (after) => {
    const { deliveries: page } = await store.deliveries.list({
      limit: 1_000,
      ...(after > 0 && { before: after }),
    });
    return page;
  });
  const attempts = [];
  for (const { place, attempts: number } of deliveries)
    if (number > 0) attempts.push(await store.deliveries.attempts(place, 100));
  const whole = [];
  for (const { id } of events) whole.push(await store.events.get(id));
  const claims = [];
  for await (const claim of store.claims.list(NOW)) claims.push(claim);
  const records = [];
  for (const space of ['odd "\u0000', 's'])
    for await (const record of store.records.list(space)) records.push(record);
  const byText = <Item>(items: readonly Item[]) =>
    items.map((item) => JSON.stringify(plain(item))).toSorted();
  return {
    events,
    whole,
    deliveries,
    attempts,
    claims: byText(claims),
    answer: await store.claims.find('gate', identityOf(-1), NOW),
    records: byText(records),
    conditions: [...(await store.deliveries.conditions())],
    refused: [await store.refused.list(), await store.refused.get('r1')],
    audit: await store.audit.list(),
    issues: await store.issues.list(),
    totals: [byText(await store.events.totals()), byText(await store.deliveries.totals())],
  };
}

/** With bytes as text: whether they come as a Buffer is no difference. What names or explains is without what no text of PostgreSQL holds. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      ['type', 'problem'].includes(name) ? storable(String(member)) : plain(member),
    ]),
  );
}

async function pages<Item extends { readonly place: number }>(
  read: (after: number) => Promise<readonly Item[]>,
): Promise<readonly Item[]> {
  const all: Item[] = [];
  for (let after = 0; ; ) {
    const page = await read(after);
    all.push(...page);
    const last = page.at(-1);
    if (last === undefined) return all;
    after = last.place;
  }
}

function addressOf(text: string): PostgresAddress {
  const store = readStore(text);
  if (isMisfit(store) || store.kind !== 'postgres') throw new Error('no address');
  return store.address;
}

describe.skipIf(leaveOutPostgres)(
  `a store moved to PostgreSQL${postgresReason}`,
  { timeout: 180_000 },
  () => {
    const databases = postgresDatabases();
    const open: Store[] = [];
    afterAll(() => Promise.all(open.map((store) => store.close())));

    const options = (
      from: string,
      to: string,
      onProgress: MoveOptions['onProgress'] = () => {},
    ): MoveOptions => ({
      from,
      to: addressOf(to),
      now: () => NOW,
      onProgress,
    });

    async function openFor(address: string): Promise<Store> {
      const store = await openStore(address, { now: () => NOW });
      onTestFinished(() => store.close());
      return store;
    }

    it('has all that it had, and goes on from there, also where the move was broken off at every batch', async () => {
      const file = join(temporaryDir(), 'store.db');
      await fill(file);
      const address = await databases.create();
      let report: MoveReport | undefined;
      let broken = 0;
      for (let batches = 0; report === undefined; batches = 0)
        report = await moveStore(
          options(file, address, () => {
            if (broken < 8 && ++batches === 2) throw new Error('broken off');
          }),
        ).catch((error: unknown) => {
          if (!(error instanceof Error && error.message === 'broken off')) throw error;
          broken++;
          return undefined;
        });
      expect(broken).toBe(8);
      expect(report.tables.map(({ table }) => table)).toEqual(TABLES);
      expect(report.tables.filter(({ isSame, source }) => !isSame || source.rows === 0)).toEqual([]);
      expect(report).toMatchObject({ isWhole: true });
      const [before, after] = [await openFor(`sqlite:${file}`), await openFor(address)];
      expect(plain(await contentsOf(after))).toEqual(plain(await contentsOf(before)));
      const { findings } = await after.upkeep.verify();
      expect(findings).toEqual([]);
      const last = (await before.events.list({ limit: 1 }))[0]?.place ?? 0;
      await after.events.keep(event(9_999, { receivedMs: NOW }));
      const [next] = await after.events.follow({ after: last });
      expect(next?.place).toBeGreaterThan(last);
    });

    it('is not begun where the file is not there, or the database has other data', async () => {
      const address = await databases.create();
      const nowhere = join(temporaryDir(), 'no.db');
      await expect(moveStore(options(nowhere, address))).rejects.toThrow(
        `from: there is no store in ${nowhere}.`,
      );
      const file = join(temporaryDir(), 'store.db');
      await fill(file);
      const used = await openStore(address);
      await used.records.put({ space: 's', key: 'k', version: 0, bytes: new Uint8Array(1) });
      await expect(moveStore(options(file, address))).rejects.toThrow(
        ' is open in a gateway or another command. Stop all of them first.',
      );
      await used.close();
      await expect(moveStore(options(file, address))).rejects.toThrow(
        ' has data already: there are records in it. Name an empty database;',
      );
      const held = await openSqliteStore({ path: file });
      await expect(moveStore(options(file, await databases.create()))).rejects.toThrow(
        'is held by another process',
      );
      await held.close();
    });

    it('is opened by no gateway, and gone on with from no other file, until it has ended; a difference is told', async () => {
      const file = join(temporaryDir(), 'store.db');
      await fill(file);
      const address = await databases.create();
      let moved = 0;
      const broken = moveStore(
        options(file, address, () => {
          if (++moved === 3) throw new Error('broken off');
        }),
      );
      await expect(broken).rejects.toThrow('broken off');
      await expect(openStore(address)).rejects.toThrow(
        'store: is being moved from SQLite, and that has not ended. Run the same countersign store move again: it goes on where it stopped.',
      );
      const other = join(temporaryDir(), 'store.db');
      await fill(other);
      await expect(moveStore(options(other, address))).rejects.toThrow(
        /^from: is not as it was when the move into postgres:.* was begun, or is another store\./,
      );
      const database = await connectDatabase({ address });
      await database.query("UPDATE countersign.records SET bytes = 'x' WHERE key = 'k 7'");
      await database.close();
      const report = await moveStore(options(file, address));
      expect(report.isWhole).toBe(false);
      expect(report.tables.filter(({ isSame }) => !isSame).map(({ table }) => table)).toEqual(['records']);
      await expect(openStore(address)).rejects.toThrow('is being moved');
    });
  },
);

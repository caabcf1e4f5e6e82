/** Two gateways that write records, refused requests and the audit log of one PostgreSQL at once; and a server that crashes meanwhile. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { between, isLong, longReason, runs } from '../../../../../scripts/effort.ts';
import type { AuditSeal, StoredAuditEntry } from '../../../src/stores/audit-store.ts';
import type { IssueUpdate } from '../../../src/stores/issue-store.ts';
import { createPostgresAudit, type PostgresAudit } from '../../../src/stores/postgres/audit.ts';
import { connectDatabase, type Database } from '../../../src/stores/postgres/database.ts';
import { createPostgresIssues, type PostgresIssues } from '../../../src/stores/postgres/issues.ts';
import { createPostgresRecords, type PostgresRecords } from '../../../src/stores/postgres/records.ts';
import { createPostgresRefused, type PostgresRefused } from '../../../src/stores/postgres/refused.ts';
import { WriteMeter } from '../../../src/stores/postgres/write-meter.ts';
import type { StoredRefusal } from '../../../src/stores/refused-store.ts';
import { StoreError } from '../../../src/stores/store.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';

const NOW = 1_760_000_000_000;
const HOUR = 3_600_000;

interface Gateway {
  readonly database: Database;
  readonly records: PostgresRecords;
  readonly refused: PostgresRefused;
  readonly audit: PostgresAudit;
  readonly issues: PostgresIssues;
}

describe.skipIf(leaveOutPostgres)(`states that gateways share in PostgreSQL${postgresReason}`, () => {
  const databases = postgresDatabases();

  async function open(address: string): Promise<Gateway> {
    const database = await connectDatabase({ address, maxConnections: 4 });
    const options = { database, meter: new WriteMeter(1_000), now: () => NOW };
    const records = createPostgresRecords(options);
    const refused = createPostgresRefused(options);
    const audit = createPostgresAudit(options);
    const issues = createPostgresIssues(options);
    onTestFinished(async () => {
      await Promise.all([records.close(), refused.close(), audit.close(), issues.close()]);
      await database.close();
    });
    return { database, records, refused, audit, issues };
  }

  async function openTwo(): Promise<readonly [Gateway, Gateway]> {
    const address = await databases.create();
    return [await open(address), await open(address)];
  }

  async function deadlocks({ database }: Gateway): Promise<number> {
    const [row] = await database.query(
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database() AND pg_stat_force_next_flush() IS NOT NULL',
    );
    return Number(row?.['deadlocks']);
  }

  it('a record has one line of versions, whoever writes, and no two writes wait for each other', async () => {
    const [first, second] = await openTwo();
    const gateways = [first, second];
    let round = 0;
    const write = fc.record({ gateway: fc.nat({ max: 1 }), key: fc.nat({ max: 7 }), isRead: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(write, { minLength: 2, maxLength: 40 }), async (writes) => {
        const space = `round ${round++}`;
        const versions = new Map<string, number>();
        for (const key of ['0', '2', '4', '6'])
          versions.set(
            key,
            (await first.records.put({ space, key, version: 0, bytes: new Uint8Array(0) })) ?? 0,
          );
        const results = await Promise.all(
          writes.map(async ({ gateway, key, isRead }, n) => {
            const version = isRead ? (versions.get(String(key)) ?? 0) : 0;
            const bytes = Uint8Array.of(n);
            const next = await gateways[gateway]?.records.put({ space, key: String(key), version, bytes });
            return { key: String(key), version, next, n };
          }),
        );
        for (let key = 0; key < 8; key++) {
          const winners = results.filter((result) => result.key === String(key) && result.next !== undefined);
          const before = versions.get(String(key));
          // All have read the same, so one of those wins that had.
          const mayWin = results.some(
            (result) => result.key === String(key) && result.version === (before ?? 0),
          );
          expect(winners.map(({ version }) => version)).toEqual(mayWin ? [before ?? 0] : []);
          const record = await second.records.get(space, String(key));
          expect(record?.version).toBe(winners[0]?.next ?? before);
          expect(record?.bytes[0]).toBe(winners[0]?.n);
        }
      }),
      { numRuns: runs(200) },
    );
    expect(await deadlocks(first)).toBe(0);
  });

  it('a lease that is given back and taken in one batch is taken', async () => {
    const [{ records }] = await openTwo();
    const write = { space: 'lease', key: 'a', bytes: new Uint8Array(1) };
    const version = (await records.put({ ...write, version: 0, untilMs: NOW + HOUR })) ?? 0;
    const results = await Promise.all([
      records.put({ ...write, version, untilMs: NOW }),
      records.put({ ...write, version: 0, untilMs: NOW + HOUR }),
      records.put({ ...write, version: 0, untilMs: NOW + HOUR }),
    ]);
    expect(results.map((result) => result !== undefined)).toEqual([true, true, false]);
  });

  it('names of records are what they are, also those that PostgreSQL has no text for', async () => {
    const [{ records }] = await openTwo();
    const names = ['a\0', 'a\ufffd', '\ud800', '\udc00', '\\u0000', '\0', '"', `x${'\0'.repeat(199)}`];
    const bytes = new Uint8Array(0);
    for (const space of names)
      for (const key of names)
        expect(await records.put({ space, key, version: 0, bytes })).toBeGreaterThan(0);
    for (const space of names) {
      const keys: string[] = [];
      for await (const { key } of records.list(space)) keys.push(key);
      expect(keys.toSorted()).toEqual(names.toSorted());
    }
  });

  it('refused requests are within their bounds once all that were kept are, whichever gateways kept them', async () => {
    const [first, second] = await openTwo();
    const bounds = { atMost: 20, maxBytes: 10 * 1_000 };
    const keep = (gateway: Gateway, n: number, name: string): Promise<void> =>
      gateway.refused.keep(
        [0, 1, 2].map((m) => refusal(`${name} ${n} ${m}`, n % 2 === 0 ? 'even' : 'odd', 100 * (n % 12))),
        () => bounds,
      );
    for (let round = 0; round < between(3, 30); round++) {
      const numbers = Array.from({ length: 20 }, (_, n) => 20 * round + n);
      await Promise.all(numbers.flatMap((n) => [keep(first, n, 'first'), keep(second, n, 'second')]));
      for (const gate of ['even', 'odd']) {
        const listed = await first.refused.list({ gate, limit: 1_000 });
        expect(listed.length).toBeLessThanOrEqual(bounds.atMost);
        expect(listed.length).toBeGreaterThan(5);
        const whole = await Promise.all(listed.map(({ id }) => second.refused.get(id)));
        const bytes = whole.reduce(
          (sum, each) => sum + (each?.head.byteLength ?? 0) + (each?.body.byteLength ?? 0),
          0,
        );
        expect(bytes).toBeLessThanOrEqual(bounds.maxBytes);
      }
    }
    expect(await deadlocks(first)).toBe(0);
  });

  it('both gateways sweep, and all that has ended is gone', async () => {
    const [first, second] = await openTwo();
    const bounds = { atMost: 10_000, maxBytes: 100_000_000 };
    const ended = Array.from({ length: 600 }, (_, n) => ({
      ...refusal(`${n}`, 'gate', 1),
      untilMs: NOW - n,
    }));
    await first.refused.keep([...ended, refusal('stays', 'gate', 1)], () => bounds);
    await Promise.all([first.refused.sweep(), second.refused.sweep()]);
    const rows = await first.database.query('SELECT id FROM countersign.refused');
    expect(rows).toEqual([{ id: 'stays' }]);
  });

  it('the audit log is one chain of what all gateways append, under whichever key, while one removes the oldest', async () => {
    const [first, second] = await openTwo();
    const [a, b] = [sealOf('a'), sealOf('b')];
    await Promise.all(Array.from({ length: 150 }, () => first.audit.append(entry('old', NOW), a)));
    const appended = await Promise.all([
      ...Array.from({ length: 200 }, (_, n) => first.audit.append(entry(`first ${n}`, NOW + HOUR), a)),
      ...Array.from({ length: 200 }, (_, n) => second.audit.append(entry(`second ${n}`, NOW + HOUR), b)),
    ]);
    expect(new Set(appended.map(({ seq }) => seq)).size).toBe(400);
    const before = await all(first);
    expectChained(before, [a, b]);
    const pruned = await Promise.all(
      [first, second].map(({ audit }) =>
        audit.prune(NOW + 1, ({ through }) => JSON.stringify({ kind: 'pruned', at: NOW, through }), a),
      ),
    );
    expect(pruned.reduce((sum, count) => sum + count, 0)).toBe(150);
    const left = await all(second);
    expectChained(left, [a, b], before[149]?.mac);
    expect(left.filter(({ entry: text }) => /"(?:first|second) /.test(text))).toHaveLength(400);
  });

  it('an entry whose caller has a name of any length is kept, and listed by it', async () => {
    const [{ audit }] = await openTwo();
    const names = ['x'.repeat(10_000), `${'x'.repeat(9_999)}y`, '\ud83d'.repeat(400)];
    for (const who of names)
      await audit.append(
        JSON.stringify({ kind: 'called', at: NOW, who: { name: who }, route: who }),
        sealOf('a'),
      );
    for (const [n, who] of names.entries())
      expect((await audit.list({ who, route: who })).map(({ seq }) => seq)).toEqual([n + 1]);
  });

  it.skipIf(!isLong)(
    `after a crash of the server all is there that was promised, and the chain is whole${longReason}`,
    async () => {
      const [first, second] = await openTwo();
      const seal = sealOf('a');
      const bounds = { atMost: 1_000_000, maxBytes: 1_000_000_000 };
      const versions = new Map<string, number>();
      const entries = new Map<number, string>();
      const ids = new Set<string>();
      const failures = { promised: 0, tried: 0 };
      for (let round = 0; round < 5; round++) {
        let promised = 0;
        let onPromised: (() => void) | undefined;
        const some = new Promise<void>((resolve) => {
          onPromised = resolve;
        });
        const count = (): void => {
          promised++;
          if (promised === 100) onPromised?.();
        };
        let isGone = false;
        const write = async (gateway: Gateway, n: number): Promise<void> => {
          for (let m = 0; !isGone; m++) {
            const name = `${round} ${n} ${m}`;
            try {
              const version = await gateway.records.put({
                space: 's',
                key: name,
                version: 0,
                bytes: new Uint8Array(9),
              });
              versions.set(name, version ?? 0);
              const text = entry(name, NOW);
              entries.set((await gateway.audit.append(text, seal)).seq, text);
              await gateway.refused.keep([refusal(name, 'gate', 10)], () => bounds);
              ids.add(name);
              failures.tried++;
              await gateway.issues.merge([failure()]);
              failures.promised++;
              count();
            } catch (error) {
              expect(error).toBeInstanceOf(StoreError);
              return;
            }
          }
        };
        const writing = Array.from({ length: 20 }, (_, n) => write(n % 2 === 0 ? first : second, n));
        await some;
        await databases.crash();
        isGone = true;
        await Promise.all(writing);
      }
      for (const [key, version] of versions)
        expect((await first.records.get('s', key))?.version).toBe(version);
      for (const id of ids) expect(await first.refused.get(id)).toBeDefined();
      // One whose answer was lost may be there.
      const [issue] = await second.issues.list();
      expect(issue?.count).toBeGreaterThanOrEqual(failures.promised);
      expect(issue?.count).toBeLessThanOrEqual(failures.tried);
      const chain = await all(first);
      expectChained(chain, [seal]);
      for (const [seq, text] of entries) expect(chain[seq - 1]?.entry).toBe(text);
    },
  );
});

function refusal(id: string, gate: string, bytes: number): StoredRefusal {
  const head = Uint8Array.of(1);
  return { id, gate, receivedMs: NOW, untilMs: NOW + HOUR, head, body: new Uint8Array(bytes) };
}

function failure(): IssueUpdate {
  const failures = { count: 1, firstMs: NOW, lastMs: NOW, minutes: [], hours: [] };
  return { id: 'issue', reason: 'expired', causes: [], failures };
}

function entry(name: string, at: number): string {
  return JSON.stringify({ kind: 'called', at, who: { name }, route: 'issues' });
}

function sealOf(keyId: string): AuditSeal {
  return {
    keyId,
    macOf: ({ seq, previous, entry: text }) =>
      createHmac('sha256', keyId)
        .update(`${seq}|${Buffer.from(previous).toString('hex')}|${text}`)
        .digest(),
    changeFrom: (from) => `from ${from} to ${keyId}`,
  };
}

async function all({ audit }: Gateway): Promise<readonly StoredAuditEntry[]> {
  const entries: StoredAuditEntry[] = [];
  for (let page = await audit.follow(0, 1_000); page.length > 0; ) {
    entries.push(...page);
    page = await audit.follow(page.at(-1)?.seq ?? 0, 1_000);
  }
  return entries;
}

function expectChained(
  entries: readonly StoredAuditEntry[],
  seals: readonly AuditSeal[],
  before: Uint8Array = new Uint8Array(32),
): void {
  let previous = before;
  const first = entries[0]?.seq ?? 0;
  for (const [n, { seq, keyId, mac, entry: text }] of entries.entries()) {
    expect(seq).toBe(first + n);
    const seal = seals.find((candidate) => candidate.keyId === keyId);
    expect(Buffer.compare(mac, seal?.macOf({ seq, previous, entry: text }) ?? new Uint8Array(0))).toBe(0);
    previous = mac;
  }
}

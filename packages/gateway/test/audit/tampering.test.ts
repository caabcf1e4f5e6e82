/** Whatever somebody does to the rows of the audit log with SQL, it is found, and where it was done is named. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { verifyAuditLog } from '../../src/audit/audit-access.ts';
import { ENTRY_TEXTS } from '../../src/audit/audit-entry.ts';
import { createAuditSeal } from '../../src/audit/audit-seal.ts';
import type { AuditReport, NotedHead } from '../../src/audit/verify-audit.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { openStoreLook } from '../../src/stores/open-store-look.ts';
import { temporaryDir } from '../harness.ts';
import { auditKeysOf } from './audit-keys.ts';

const KEY = 'a1'.repeat(32);
const NOW = 1_790_000_000_000;
const SIZE = 24;

function sealOf(key: string | undefined) {
  return createAuditSeal(key === undefined ? undefined : Buffer.from(key, 'hex'), () => NOW);
}

function called(n: number): string {
  return ENTRY_TEXTS.called({
    at: NOW + n,
    kind: 'change',
    who: { name: 'ann', role: 'admin', by: 'password' },
    from: '192.0.2.7',
    route: 'releaseClaim',
    target: { gate: 'inbox', claim: String(n) },
    input: {},
  });
}

interface Written {
  readonly file: string;
  /** The heads as they were after each entry. */
  readonly heads: readonly NotedHead[];
}

/** @param keys of the store while it was written, one after the other; each for `size` entries */
async function written(
  keys: readonly (string | undefined)[] = [KEY],
  pruned = 0,
  size = SIZE,
): Promise<Written> {
  const file = join(temporaryDir(), 'store.db');
  const store = await openStore(`sqlite:${file}`);
  const heads: NotedHead[] = [];
  for (const key of keys) {
    for (let n = 0; n < size; n++) {
      const { seq, mac } = await store.audit.append(called(heads.length), sealOf(key));
      heads.push({ seq, mac: Buffer.from(mac).toString('hex') });
    }
  }
  if (pruned > 0)
    await store.audit.prune(
      NOW + pruned,
      (cut) => ENTRY_TEXTS.pruned({ ...cut, at: NOW + 1_000 }),
      sealOf(keys.at(-1)),
    );
  await store.close();
  return { file, heads };
}

async function looked(file: string, heads: readonly NotedHead[] = [], hasKey = true): Promise<AuditReport> {
  const look = await openStoreLook({ kind: 'sqlite', file });
  try {
    return await verifyAuditLog(look.audit, hasKey ? auditKeysOf(KEY) : undefined, heads);
  } finally {
    await look.close();
  }
}

function sql(file: string, ...statements: readonly string[]): void {
  const db = new DatabaseSync(file);
  try {
    for (const statement of statements) db.exec(statement);
  } finally {
    db.close();
  }
}

async function firstFinding(file: string, heads: readonly NotedHead[] = []) {
  const { findings } = await looked(file, heads);
  return { code: findings[0]?.code, seq: findings[0]?.seq };
}

describe('a log that nobody touched', () => {
  it('is whole, and says where it ends', async () => {
    const { file, heads } = await written();
    expect(await looked(file, heads)).toEqual({
      entries: SIZE,
      isKeyed: true,
      head: heads.at(-1),
      headsTooOld: 0,
      findings: [],
    });
  });

  it('is whole where its oldest entries were removed; of what was noted before nothing can be said', async () => {
    const { file, heads } = await written([KEY], 10);
    const report = await looked(file, heads);
    expect(report).toMatchObject({ entries: SIZE - 10 + 1, headsTooOld: 9, findings: [] });
  });

  it('is whole before its first entry', async () => {
    const { file } = await written([]);
    expect(await looked(file)).toEqual({
      entries: 0,
      isKeyed: true,
      head: undefined,
      headsTooOld: 0,
      findings: [],
    });
  });
});

/** One thing that is done to the rows, and what must be said of it. */
interface Tampering {
  readonly statements: readonly string[];
  readonly says: { readonly code: string; readonly seq: number };
}

/** Of a log of entries 1 to SIZE. */
const TAMPERINGS: fc.Arbitrary<Tampering> = fc.oneof(
  fc
    .record({
      seq: fc.integer({ min: 1, max: SIZE }),
      at: fc.nat(),
      to: fc.constantFrom('x', '0', ' ', '"', 'é'),
    })
    .map(({ seq, at, to }) => {
      const place = (at % called(seq - 1).length) + 1;
      return {
        statements: [
          // Another character at one place, whatever stands there: one that is the same is made another.
          `UPDATE audit SET entry = substr(entry, 1, ${place - 1})
             || CASE substr(entry, ${place}, 1) WHEN '${to}' THEN '#' ELSE '${to}' END
             || substr(entry, ${place + 1}) WHERE seq = ${seq}`,
        ],
        says: { code: 'entry-changed', seq },
      };
    }),
  fc.record({ seq: fc.integer({ min: 1, max: SIZE }) }).map(({ seq }) => ({
    statements: [`UPDATE audit SET entry = entry || ' ' WHERE seq = ${seq}`],
    says: { code: 'entry-changed', seq },
  })),
  fc.record({ seq: fc.integer({ min: 1, max: SIZE }) }).map(({ seq }) => ({
    statements: [`UPDATE audit SET mac = zeroblob(32) WHERE seq = ${seq}`],
    says: { code: 'entry-changed', seq },
  })),
  fc
    .record({ from: fc.integer({ min: 1, max: SIZE - 1 }), count: fc.integer({ min: 1, max: 5 }) })
    .map(({ from, count }) => ({
      statements: [`DELETE FROM audit WHERE seq >= ${from} AND seq < ${Math.min(SIZE, from + count)}`],
      says: { code: 'entries-missing', seq: from },
    })),
  // Removed, and the others moved up.
  fc.record({ seq: fc.integer({ min: 1, max: SIZE - 1 }) }).map(({ seq }) => ({
    statements: [
      `DELETE FROM audit WHERE seq = ${seq}`,
      `UPDATE audit SET seq = seq + 1000 WHERE seq > ${seq}`,
      'UPDATE audit SET seq = seq - 1001 WHERE seq > 1000',
    ],
    says: { code: 'entry-changed', seq },
  })),
  // Swapped, with their MACs and without.
  fc
    .record({
      pair: fc.uniqueArray(fc.integer({ min: 1, max: SIZE }), { minLength: 2, maxLength: 2 }),
      whole: fc.boolean(),
    })
    .map(({ pair: [a = 1, b = 2], whole }) => ({
      statements: whole
        ? [
            `UPDATE audit SET seq = 9999 WHERE seq = ${a}`,
            `UPDATE audit SET seq = ${a} WHERE seq = ${b}`,
            `UPDATE audit SET seq = ${b} WHERE seq = 9999`,
          ]
        : [
            `CREATE TABLE held AS SELECT entry FROM audit WHERE seq = ${a}`,
            `UPDATE audit SET entry = (SELECT entry FROM audit WHERE seq = ${b}) WHERE seq = ${a}`,
            `UPDATE audit SET entry = (SELECT entry FROM held) WHERE seq = ${b}`,
            'DROP TABLE held',
          ],
      says: { code: 'entry-changed', seq: Math.min(a, b) },
    })),
  // Put between two, or at the end: a copy of another entry.
  fc
    .record({ after: fc.integer({ min: 0, max: SIZE }), copy: fc.integer({ min: 1, max: SIZE }) })
    .map(({ after, copy }) => ({
      statements: [
        `UPDATE audit SET seq = seq + 1000 WHERE seq > ${after}`,
        `UPDATE audit SET seq = seq - 999 WHERE seq > 1000`,
        `INSERT INTO audit (seq, key_id, mac, entry)
           SELECT ${after + 1}, key_id, mac, entry FROM audit WHERE seq = ${copy <= after ? copy : copy + 1}`,
      ],
      // The copy that stands where the entry itself stood is that entry: the next one is the first that is wrong.
      says: { code: 'entry-changed', seq: copy === after + 1 ? after + 2 : after + 1 },
    })),
  // The beginning cut off, and a removal made up for it.
  fc.record({ through: fc.integer({ min: 1, max: SIZE - 1 }) }).map(({ through }) => ({
    statements: [
      `INSERT INTO audit (seq, key_id, mac, entry)
         SELECT ${SIZE + 1}, key_id, mac,
           json_object('kind', 'pruned', 'at', 1, 'through', ${through}, 'mac', lower(hex(mac)), 'count', ${through})
         FROM audit WHERE seq = ${through}`,
      `DELETE FROM audit WHERE seq <= ${through}`,
    ],
    says: { code: 'entry-changed', seq: SIZE + 1 },
  })),
);

describe('a log that somebody touched', () => {
  it('is found broken at the first entry that is not as it was, whatever was done', async () => {
    await fc.assert(
      fc.asyncProperty(TAMPERINGS, async ({ statements, says }) => {
        const { file } = await written();
        sql(file, ...statements);
        expect(await firstFinding(file)).toEqual(says);
      }),
      { numRuns: runs(400) },
    );
  });

  it('shows that its end was cut off where a head was noted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: SIZE }), async (from) => {
        const { file, heads } = await written();
        sql(file, `DELETE FROM audit WHERE seq >= ${from}`);
        expect((await looked(file)).findings).toEqual([]);
        expect(await firstFinding(file, heads.slice(-1))).toEqual({ code: 'end-missing', seq: from });
      }),
      { numRuns: runs(24) },
    );
  });

  it('shows that its end was cut off and written anew, by the gateway itself', async () => {
    const { file, heads } = await written();
    sql(file, 'DELETE FROM audit WHERE seq > 5');
    const store = await openStore(`sqlite:${file}`);
    for (let n = 0; n < SIZE; n++) await store.audit.append(called(500 + n), sealOf(KEY));
    await store.close();
    expect((await looked(file)).findings).toEqual([]);
    expect(await firstFinding(file, [heads[9] ?? { seq: 0, mac: '' }])).toEqual({
      code: 'head-differs',
      seq: 10,
    });
  });

  it('is not made good by what was removed and put back', async () => {
    const { file } = await written();
    sql(file, 'CREATE TABLE held AS SELECT seq, key_id, mac, entry FROM audit WHERE seq <= 10');
    const store = await openStore(`sqlite:${file}`);
    await store.audit.prune(NOW + 10, (cut) => ENTRY_TEXTS.pruned({ ...cut, at: NOW }), sealOf(KEY));
    await store.close();
    sql(file, 'INSERT INTO audit (seq, key_id, mac, entry) SELECT * FROM held WHERE seq = 7');
    expect(await firstFinding(file)).toEqual({ code: 'entries-returned', seq: 7 });
  });

  it('is found broken where somebody wrote it anew without the key', async () => {
    const { file } = await written([undefined]);
    expect(await looked(file)).toMatchObject({ findings: [{ code: 'no-key', seq: 1 }] });
    const other = await written(['b2'.repeat(32)]);
    expect(await looked(other.file)).toMatchObject({ findings: [{ code: 'other-key', seq: 1 }] });
  });
});

describe('a log under several keys', () => {
  it('goes on under a new key; what was written under the old one cannot be checked with the new', async () => {
    const { file } = await written(['b2'.repeat(32), KEY]);
    expect(await looked(file)).toMatchObject({
      entries: 2 * SIZE + 1,
      findings: [
        {
          code: 'other-key',
          seq: 1,
          problem: expect.stringMatching(
            /^From entry 1 on the log is chained under another storeKey \("[0-9a-f]{16}"\): it cannot be checked with this one\.$/,
          ),
        },
      ],
    });
    // The first entry under the new key covers the last under the old one.
    sql(file, `UPDATE audit SET mac = zeroblob(32) WHERE seq = ${SIZE}`);
    expect((await looked(file)).findings[1]).toMatchObject({ code: 'entry-changed', seq: SIZE + 1 });
  });

  it('goes on under a key that was set later; what came before is told, and checked as far as it can be', async () => {
    const { file } = await written([undefined, KEY]);
    expect((await looked(file)).findings).toEqual([
      {
        code: 'no-key',
        seq: 1,
        problem:
          'From entry 1 on the log was written without the storeKey: whoever could write the file can have written it.',
      },
    ]);
    sql(file, 'DELETE FROM audit WHERE seq = 3');
    expect((await looked(file)).findings.at(-1)).toEqual({
      code: 'entries-missing',
      seq: 3,
      problem: 'Entry 3 is missing.',
    });
  });

  it('without a storeKey shows what somebody changed who does not know how the chain is made', async () => {
    const { file } = await written([undefined]);
    expect(await looked(file, [], false)).toMatchObject({ isKeyed: false, findings: [] });
    sql(file, `UPDATE audit SET entry = '{}' WHERE seq = 4`);
    expect((await looked(file, [], false)).findings).toEqual([
      {
        code: 'entry-changed',
        seq: 4,
        problem: 'Entry 4 is not what was written: it was changed, or it stands in the place of another.',
      },
    ]);
  });
});

/** What a step of a search reads of a real PostgreSQL: as much of many events as of few. By pages of tables and indexes, which no busy machine changes. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isLong, longReason } from '../../../../../scripts/effort.ts';
import type { EventSearch } from '../../../src/stores/event-search.ts';
import {
  connectDatabase,
  type Database,
  type Row,
  type Session,
} from '../../../src/stores/postgres/database.ts';
import { createDays, dayTextOf } from '../../../src/stores/postgres/days.ts';
import { createPostgresEventSearch } from '../../../src/stores/postgres/event-search.ts';
import { BLOCK_BITS } from '../../../src/stores/postgres/lexemes.ts';
import { leaveOutPostgres, postgresDatabases, postgresReason } from '../../support/postgres-databases.ts';

const DAYS = 4;
const FEW = 2_000;
const MANY = 60_000;
/** Of a step: a thousand rows, each with its page and that of its index. */
const MOST_PAGES = 3_000;
const NOW = Date.UTC(2025, 0, 1);
const DAY = 86_400_000;

function idOf(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-`;
}

const GATE = createHash('sha256').update('gate').digest('base64url');

/** Rows as `keep` and the index write them: a day's share each, one of two with the word `common`, one of all with `rare`. */
async function fill(database: Database, perDay: number): Promise<void> {
  const days = createDays(database);
  for (let day = 0; day < DAYS; day++) {
    const ms = NOW + day * DAY;
    const id = idOf(ms);
    await days.ensure([`${id}000000000000`]);
    const name = dayTextOf(`${id}000000000000`);
    const place = `(${day * perDay} + n)::bigint`;
    await database.query(`
      INSERT INTO countersign.events (id, place, gate, provider, key_id, type, received_ms, method, url, destinations, body_bytes, headers, body)
      SELECT '${id}' || lpad(to_hex(n), 12, '0'), ${place}, 'gate', 'hmac', 'main', CASE WHEN ${day} = 0 AND n = 7 THEN 'rare' ELSE 'push' END,
        ${ms} + n, 'POST', '/', CASE WHEN ${day} = 0 AND n = 8 THEN 0 ELSE 1 END, 100, '["X-N","' || n || '"]', convert_to('{"n":' || n || '}', 'UTF8')
      FROM generate_series(1, ${perDay}) AS n`);
    await database.query(`
      INSERT INTO countersign.totals (kind, name, state, day, number, bytes, first_place, last_place, first_ms, last_ms)
      VALUES ('events', 'gate', '', '${name}', ${perDay}, 0, ${day * perDay + 1}, ${(day + 1) * perDay}, ${ms} + 1, ${ms} + ${perDay})`);
    const blocks = BLOCK_BITS.map((bits) => `'''/${bits}/' || (${place} >> ${bits}) || ''' '`).join(' || ');
    await database.query(
      `INSERT INTO countersign.words (event_id, words)
      SELECT '${id}' || lpad(to_hex(n), 12, '0'),
        (CASE n % 2 WHEN 0 THEN 'common ' ELSE 'odd ' END || CASE WHEN ${day} = 0 AND n = 9 THEN 'rare ' ELSE '' END || ${blocks} || '''@' || $1 || '''')::tsvector
      FROM generate_series(1, ${perDay}) AS n`,
      [GATE],
    );
  }
  await database.query("INSERT INTO countersign.full_text VALUES ('gate', 1)");
}

/** Counts the pages of each statement that reads. */
function counting(database: Database, count: (pages: number) => void): Database {
  const counted = (session: Session): Session => ({
    async query(text, values) {
      if (/^\s*SELECT/.test(text)) {
        const [row] = await session.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`, values);
        count(pagesOf(row));
      }
      return session.query(text, values);
    },
  });
  return Object.assign(Object.create(database), {
    transaction: (work: (session: Session) => Promise<unknown>) =>
      database.transaction((session) => work(counted(session))),
  });
}

function pagesOf(row: Row | undefined): number {
  const [{ Plan: plan }] = row?.['QUERY PLAN'] ?? [];
  return Number(plan['Shared Hit Blocks']) + Number(plan['Shared Read Blocks']);
}

const words = (text: string): EventSearch => ({ words: { text, gates: ['gate'] } });

const SEARCHES: Readonly<Record<string, EventSearch>> = {
  'all events': {},
  'a gate': { gate: 'gate' },
  'a frequent type': { type: 'push' },
  'a rare type': { type: 'rare' },
  'no type': { type: 'none' },
  'unmatched events': { isUnmatched: true, gate: 'gate' },
  'how an id begins': { id: '019' },
  'a reason that no event has': { reason: 'expired' },
  'a time': { sinceMs: NOW + DAY, untilMs: NOW + 2 * DAY, header: { name: 'none' } },
  'a member that few have': { memberValue: '17' },
  'a frequent word': words('common'),
  'a rare word': words('rare'),
  'no word': words('none'),
  'words that never stand together': words('common odd'),
};

describe.skipIf(leaveOutPostgres || !isLong)(
  `what a search reads in PostgreSQL${postgresReason}${longReason}`,
  () => {
    const databases = postgresDatabases();
    const filled: Database[] = [];

    beforeAll(async () => {
      for (const perDay of [FEW, MANY]) {
        const database = await connectDatabase({ address: await databases.create() });
        filled.push(database);
        await fill(database, perDay);
      }
    }, 600_000);
    afterAll(() => Promise.all(filled.map((database) => database.close())));

    /** Of the dearest of the first steps. */
    async function pagesOfStep(database: Database, asked: EventSearch): Promise<number> {
      let most = 0;
      let before: string | undefined;
      for (let step = 0; step < 4; step++) {
        let pages = 0;
        const counted = counting(database, (number) => {
          pages += number;
        });
        const { next } = await createPostgresEventSearch({ database: counted }).search({
          ...asked,
          limit: 50,
          ...(before !== undefined && { before }),
        });
        most = Math.max(most, pages);
        before = next?.id;
        if (before === undefined) break;
      }
      return most;
    }

    for (const analysed of ['without statistics', 'with statistics'])
      describe(analysed, () => {
        beforeAll(async () => {
          if (analysed === 'with statistics') for (const database of filled) await database.query('ANALYZE');
        }, 300_000);

        for (const [what, asked] of Object.entries(SEARCHES))
          it(`a step for ${what} reads a bounded part, of many events as of few`, async () => {
            const pages: number[] = [];
            for (const database of filled) pages.push(await pagesOfStep(database, asked));
            const [few = 0, many = 0] = pages;
            expect(many).toBeGreaterThan(0);
            expect(many).toBeLessThan(Math.max(MOST_PAGES, 1.5 * few));
          }, 120_000);
      });
  },
);

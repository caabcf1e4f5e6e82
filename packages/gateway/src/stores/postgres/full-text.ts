/** The full-text index in PostgreSQL: words of events in a table beside them, under a GIN index. Of several gateways one writes it at a time. */
import type { EventStore } from '../event-store.ts';
import { wordsOfRow } from '../event-words.ts';
import type { FullTextStore, IndexStep } from '../full-text-store.ts';
import { arrayOf } from './arrays.ts';
import type { Database, Session } from './database.ts';
import { partitionOf } from './days.ts';
import { readFullText, THROWN_AWAY } from './full-text-state.ts';
import { vectorOf } from './lexemes.ts';

export interface FullTextParts {
  readonly database: Database;
  readonly events: Pick<EventStore, 'follow'>;
}

/** What the text of an event is made of. Bodies of more than 256 KB are in no index: they are not read. */
export const TEXT_COLUMNS = `id, gate, place, type, erased, encoding, body_bytes,
  CASE WHEN body_bytes <= 262144 THEN body ELSE ''::bytea END AS body`;

/** Of a step: their words are made in the loop. */
const STEP_MS = 2;
const STEP_EVENTS = 32;
/** Of bodies that a step reads, but for its first. */
const STEP_BYTES = 512 * 1024;

const FULL_TEXT_LOCK = 0x4373_6710;
/** Whoever waits for a partition holds up who comes after. */
const LOCK_TIMEOUT = "SET LOCAL lock_timeout = '1s'";

const NOTHING: IndexStep = { looked: 0, hasMore: false };

export function createPostgresFullText({ database, events }: FullTextParts): FullTextStore {
  /** Undefined: another gateway is at it. */
  const alone = <Result>(work: (session: Session) => Promise<Result>): Promise<Result | undefined> =>
    database.transaction(async (session) => {
      const [lock] = await session.query('SELECT pg_try_advisory_xact_lock($1) AS is_ours', [FULL_TEXT_LOCK]);
      return lock?.['is_ours'] === true ? work(session) : undefined;
    });
  return {
    gates: async () =>
      (await readFullText(database)).gates.map(({ gate, place, isAsked }) => ({ gate, place, isAsked })),
    isLeft: async () => (await readFullText(database)).isThrownAway,
    index: async (gate) => (await alone((session) => indexStep(session, events, gate))) ?? NOTHING,
    // Who is at it goes on; it is left until then.
    reset: async () => (await alone(resetStep)) ?? false,
  };
}

async function indexStep(
  session: Session,
  events: Pick<EventStore, 'follow'>,
  gate: string,
): Promise<IndexStep> {
  const { gates, isThrownAway } = await readFullText(session);
  if (isThrownAway) {
    await resetStep(session);
    return { looked: 0, hasMore: true };
  }
  const { place, isAskedAnew = true } = gates.find((each) => each.gate === gate) ?? {};
  // What follows is settled: no event comes in among these any more.
  const next = await events.follow({ after: place ?? 0, gate, limit: STEP_EVENTS });
  let bytes = 0;
  const some = next.filter(({ bodyBytes }, i) => {
    bytes += bodyBytes;
    return i === 0 || bytes <= STEP_BYTES;
  });
  const last = await takeIn(
    session,
    some.map(({ id }) => id),
  );
  const looked = some.findIndex(({ id }) => id === last) + 1;
  if (looked > 0 || isAskedAnew)
    await session.query(
      `INSERT INTO countersign.full_text (gate, place, asked) VALUES ($1, $2, now())
       ON CONFLICT (gate) DO UPDATE SET place = excluded.place, asked = excluded.asked`,
      [gate, some[looked - 1]?.place ?? place ?? 0],
    );
  return { looked, hasMore: looked > 0 };
}

/** @returns the id of the last that was looked at */
async function takeIn(session: Session, ids: readonly string[]): Promise<string | undefined> {
  if (ids.length === 0) return undefined;
  const sorted = ids.toSorted();
  // They stay as they are until the transaction ends: whoever erases one, or drops it, takes out its words then.
  const rows = await session.query(
    `SELECT ${TEXT_COLUMNS} FROM countersign.events WHERE id = ANY($1::text[]) AND id >= $2 AND id <= $3 FOR SHARE`,
    [arrayOf('text', ids), sorted[0] ?? '', sorted.at(-1) ?? ''],
  );
  const byId = new Map(rows.map((row) => [String(row['id']), row]));
  const endMs = performance.now() + STEP_MS;
  const indexed: string[] = [];
  const vectors: string[] = [];
  let last: string | undefined;
  for (const id of ids) {
    const row = byId.get(id);
    const text = row === undefined || row['erased'] !== null ? undefined : wordsOfRow(row);
    if (row !== undefined && text !== undefined) {
      indexed.push(id);
      vectors.push(vectorOf({ gate: String(row['gate']), place: Number(row['place']), text }));
    }
    last = id;
    if (performance.now() >= endMs) break;
  }
  await session.query(
    `INSERT INTO countersign.words (event_id, words)
     SELECT event_id, words::tsvector FROM unnest($1::text[], $2::text[]) AS indexed (event_id, words) ON CONFLICT DO NOTHING`,
    [arrayOf('text', indexed), arrayOf('text', vectors)],
  );
  return last;
}

/** Nothing is found from the first on; then each partition gets a new file. @returns whether there is more of it */
async function resetStep(session: Session): Promise<boolean> {
  const { gates, isThrownAway } = await readFullText(session);
  if (!isThrownAway) {
    if (gates.length === 0) return false;
    await session.query(
      'WITH gone AS (DELETE FROM countersign.full_text) INSERT INTO countersign.full_text VALUES ($1, 0, now())',
      [THROWN_AWAY],
    );
    return true;
  }
  const day = await dayWithWords(session);
  if (day === undefined) {
    await session.query('DELETE FROM countersign.full_text');
    return false;
  }
  await session.query(LOCK_TIMEOUT);
  await session.query(`TRUNCATE ${partitionOf('words', day)}`);
  return true;
}

/** A partition that was written to since it got its file. */
async function dayWithWords(session: Session): Promise<string | undefined> {
  const [row] = await session.query(`
    SELECT day FROM (SELECT day FROM countersign.days UNION ALL VALUES ('early'), ('late')) AS days
    WHERE pg_relation_size(to_regclass('countersign.words_' || day)) > 0 LIMIT 1`);
  return row === undefined ? undefined : String(row['day']);
}

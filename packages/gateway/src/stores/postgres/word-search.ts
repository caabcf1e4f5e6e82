/** Searches for words, the last kept first: the index is asked block by block, each as long as the one before was quick. */
import type { EventSearchOptions, WordSearch } from '../event-search.ts';
import type { EventSearchStep, EventSummary } from '../event-store.ts';
import { soughtWords, wordsOfRow } from '../event-words.ts';
import { foldedWords, standTogether } from '../folded-words.ts';
import type { Session } from './database.ts';
import { type EventSpan, firstFrom, newestSpans, readSpans } from './event-spans.ts';
import { TEXT_COLUMNS } from './full-text.ts';
import { readFullText } from './full-text-state.ts';
import { BLOCK_BITS, queryOf } from './lexemes.ts';
import { createParameters, type Parameters } from './parameters.ts';
import { eventUpTo } from './search-by-id.ts';
import { filterOf } from './search-filters.ts';
import { Progress, readStretch } from './search-stretch.ts';

/** GIN gives a bitmap. Statistics are kept off: by them PostgreSQL may read the partition instead. */
const BY_WORD = `
  SET TRANSACTION READ ONLY; SET LOCAL enable_seqscan = off; SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off;
  SET LOCAL statement_timeout = 5000`;

/** Partitions that a statement reads. */
const MERGED = 16;
/** Events of a block that have the words; where there may be more, a shorter one is asked for. The shortest has no more. */
const MOST_HITS = 512;
/** The next block is longer after one that had fewer, and shorter after one that took so long. */
const FEW_HITS = 32;
const SLOW_MS = 20;
/** Events whose texts are read at a time. */
const READ = 8;

/** Within a transaction. */
export async function searchByWords(session: Session, search: EventSearchOptions): Promise<EventSearchStep> {
  const { words: wordSearch = { text: '', gates: [] }, limit } = search;
  const sought = soughtOf(wordSearch);
  if (sought === undefined) return { events: [], looked: 0 };
  const { gates, isThrownAway } = await readFullText(session);
  if (gates.length === 0 || isThrownAway) return { events: [], looked: 0 };
  await session.query(BY_WORD);
  const progress = new Progress(limit);
  const spans = await readSpans(session, 'place', wordSearch.gates);
  let last = Math.max(-1, ...spans.map((span) => span.last));
  if (search.before !== undefined) last = Math.min(last, await lastBehind(session, search.before));
  for (let level = 0; ; ) {
    const bits = BLOCK_BITS[level] ?? 0;
    const top = topOf(spans, last);
    if (top === undefined) return progress.step(undefined);
    const start = Math.floor(top / 2 ** bits) * 2 ** bits;
    const { some, from } = newestSpans(spans, { last: top, least: start, merged: MERGED });
    const parameters = createParameters();
    const query = queryOf({ words: sought.words, gates: wordSearch.gates, place: top, bits });
    const rows = rowsOf(some, query, parameters);
    // Of a block a part may have been looked at before; what it has counts.
    const { add } = parameters;
    const filter = `place >= ${add(from)}::bigint AND place <= ${add(top)}::bigint AND ${filterOf(search, parameters)}`;
    const beganMs = performance.now();
    const stretch = await readStretch(session, { rows, filter, parameters });
    const isSlow = performance.now() - beganMs > SLOW_MS;
    if (stretch.looked > MOST_HITS && level > 0) {
      level--;
      continue;
    }
    const end = await addMatching(session, progress, stretch.events, sought);
    progress.add({ events: [], looked: stretch.looked });
    if (end !== undefined) return progress.step(end);
    last = from - 1;
    if (progress.isOver) {
      const edge = await firstFrom(session, some, 'place', from);
      if (edge !== undefined) return progress.step(topOf(spans, last) === undefined ? undefined : edge);
    }
    if (isSlow) level = Math.max(0, level - 1);
    else if (stretch.looked < FEW_HITS) level = Math.min(BLOCK_BITS.length - 1, level + 1);
  }
}

interface Sought {
  readonly words: readonly string[];
  readonly phrases: readonly (readonly string[])[];
}

/** Undefined where nothing of it is a word. */
function soughtOf({ text }: WordSearch): Sought | undefined {
  const { words, phrases } = soughtWords(text);
  if (words.length === 0) return undefined;
  // They are quoted for FTS5.
  return { words, phrases: phrases.map(foldedWords) };
}

/** The greatest place behind the event with this id, or behind where it was. */
async function lastBehind(session: Session, before: string): Promise<number> {
  const event = await eventUpTo(session, before);
  if (event === undefined) return -1;
  return event.id === before ? event.place - 1 : event.place;
}

/** The next place that may have an event. */
function topOf(spans: readonly EventSpan[], last: number): number | undefined {
  const tops = spans.filter(({ first }) => first <= last).map((span) => Math.min(last, span.last));
  return tops.length === 0 ? undefined : Math.max(...tops);
}

function rowsOf(spans: readonly EventSpan[], query: string, { add }: Parameters): string {
  const sought = `${add(query)}::tsquery`;
  // Each by itself: PostgreSQL would join all words of the partition else.
  const selects = spans.map(
    ({ table, words }) => `
      (WITH hits AS MATERIALIZED (SELECT event_id FROM ${words} WHERE words @@ ${sought} LIMIT ${MOST_HITS + 1})
      SELECT events.* FROM hits JOIN ${table} AS events ON events.id = hits.event_id)`,
  );
  return `SELECT * FROM (${selects.join(' UNION ALL ')}) AS merged ORDER BY place DESC`;
}

/** Adds those whose texts have the phrases. @returns the last that was looked at, where the step is over by it */
async function addMatching(
  session: Session,
  progress: Progress,
  events: readonly EventSummary[],
  { phrases }: Sought,
): Promise<EventSummary | undefined> {
  if (phrases.length === 0) {
    progress.add({ events, looked: 0 });
    return undefined;
  }
  for (let at = 0; at < events.length; at += READ) {
    const some = events.slice(at, at + READ);
    const words = await readWords(session, some);
    for (const event of some) {
      const have = words.get(event.id) ?? [];
      const isMatch = phrases.every((phrase) => standTogether(have, phrase));
      progress.add({ events: isMatch ? [event] : [], looked: 0 });
      if (progress.isOver) return event;
    }
  }
  return undefined;
}

async function readWords(
  session: Session,
  events: readonly EventSummary[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const ids = events.map(({ id }) => id).sort();
  const rows = await session.query(
    `SELECT ${TEXT_COLUMNS} FROM countersign.events WHERE id = ANY($1::text[]) AND id >= $2 AND id <= $3`,
    [ids, ids[0] ?? '', ids.at(-1) ?? ''],
  );
  return new Map(rows.map((row) => [String(row['id']), foldedWords(wordsOfRow(row) ?? '')]));
}

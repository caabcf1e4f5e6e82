/** Lists of events by what they are and what they hold: a bounded part of the store a call, in slices. */
import { Buffer } from 'node:buffer';
import type { EventApi, EventPage, InputOf } from '@countersign/api';
import { listed } from '@countersign/core/internal/amounts';
import { gatesBehind } from '../keeping/full-text.ts';
import type { Matcher } from '../stores/erase-match.ts';
import type { EventSearch } from '../stores/event-search.ts';
import type { EventSummary } from '../stores/event-store.ts';
import { soughtWords } from '../stores/event-words.ts';
import type { EventParts } from './admin-parts.ts';
import { beginCall, contentOf, contentProblem } from './content-search.ts';
import { Problem } from './problem.ts';
import { unlessDamaged } from './show-kept.ts';
import { unknownKeeper } from './unknown-gate.ts';
import { eventSummaries } from './views.ts';

type EventQuery = InputOf<EventApi['events']>;

const DEFAULT_LIMIT = 50;
/** Events that a call looks at. */
const LOOKED_AT = 50_000;
/** Events of a step whose contents are read. */
const READ = 100;
/** That an answer names. */
const MAX_DAMAGED = 200;

export async function searchEvents(parts: EventParts, query: EventQuery): Promise<EventPage | Problem> {
  const problem = contentProblem(query) ?? (await unknownKeeper(parts, query.gate));
  if (problem !== undefined) return problem;
  const words = wordsOf(parts, query);
  if (words instanceof Problem) return words;
  const behind =
    words && parts.fullText && (await gatesBehind(words.gates, parts.events, parts.fullText.store));
  const search = { ...searchOf(query), masked: parts.masks.names(), ...(words && { words }) };
  const answer = await find(parts, query, search);
  return {
    ...(await page(parts, answer)),
    ...(behind !== undefined && behind.length > 0 && { indexing: behind }),
  };
}

async function find(
  parts: EventParts,
  { limit = DEFAULT_LIMIT, ...query }: EventQuery,
  search: EventSearch,
): Promise<Found> {
  const holds = contentOf(query);
  const call = beginCall();
  const events: EventSummary[] = [];
  const damaged: string[] = [];
  const isFull = (): boolean => events.length === limit || damaged.length === MAX_DAMAGED;
  let looked = 0;
  let { before } = query;
  for (;;) {
    // One more than asked for tells whether there is a next page.
    const rows = holds === undefined ? limit - events.length + 1 : READ;
    const step = await parts.events.search({
      ...search,
      limit: rows,
      ...(before !== undefined && { before }),
    });
    looked += step.looked;
    let last: EventSummary | undefined;
    for (const event of step.events) {
      if (isFull()) return { events, damaged, next: last?.id ?? before };
      const match = holds === undefined || (await isFound(parts, event.id, holds));
      if (match instanceof Problem) damaged.push(event.id);
      else if (match) events.push(event);
      last = event;
      if (holds === undefined) continue;
      await call.turn();
      if (call.isOver() && event !== step.events.at(-1))
        return { events, damaged, next: event.id, until: event.receivedMs };
    }
    if (step.next === undefined) return { events, damaged };
    before = step.next.id;
    if (looked >= LOOKED_AT || call.isOver())
      return { events, damaged, next: before, until: step.next.receivedMs };
    await call.turn();
  }
}

interface Found {
  readonly events: readonly EventSummary[];
  readonly damaged: readonly string[];
  readonly next?: string | undefined;
  /** When the last that was looked at was received, where that is not the last of the page. */
  readonly until?: number;
}

async function page({ masks }: EventParts, { events, damaged, next, until }: Found): Promise<EventPage> {
  return {
    events: await eventSummaries(events, masks),
    ...(next !== undefined && { next }),
    ...(until !== undefined && { searchedUntil: new Date(until).toISOString() }),
    ...(damaged.length > 0 && { damaged }),
  };
}

function wordsOf({ fullText }: EventParts, { words, gate }: EventQuery): EventSearch['words'] | Problem {
  if (words === undefined) return undefined;
  if (soughtWords(words).words.length === 0)
    return new Problem('invalid-input', 'words has no word: give letters or digits');
  const all = fullText?.gates() ?? [];
  const gates = gate === undefined ? all : all.filter((name) => name === gate);
  if (gates.length > 0) return { text: words, gates };
  const whose = gate === undefined ? 'no gate has' : `the gate ${gate} does not have`;
  const others = all.length === 0 ? '' : `; gates that have one: ${listed(all, 20)}`;
  return new Problem(
    'full-text-off',
    `${whose} a full-text index: write fullText: true below the gate’s keep, and what it has kept is indexed as well${others}`,
  );
}

function searchOf(query: EventQuery): EventSearch {
  const { gate, type, unmatched, id, verdict, reason, since, until, header, headerValue, value } = query;
  return {
    ...(gate !== undefined && { gate }),
    ...(type !== undefined && { type }),
    ...(query.tenant !== undefined && { tenant: query.tenant }),
    ...(unmatched === true && { isUnmatched: true }),
    ...(id !== undefined && { id }),
    ...(verdict !== undefined && { verdict }),
    ...(reason !== undefined && { reason }),
    ...(since !== undefined && { sinceMs: Date.parse(since) }),
    ...(until !== undefined && { untilMs: Date.parse(until) }),
    ...(header !== undefined && {
      header: { name: header, ...(headerValue !== undefined && { value: byteString(headerValue) }) },
    }),
    ...(value !== undefined && { memberValue: value }),
  };
}

function byteString(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** What is masked is not found; a value that is withheld is empty, and nobody asks for an empty one. */
async function isFound(
  { events, masks }: EventParts,
  id: string,
  holds: Matcher,
): Promise<boolean | Problem> {
  const event = await unlessDamaged(events.get(id));
  return event instanceof Problem ? event : event !== undefined && holds(await masks.event(event));
}

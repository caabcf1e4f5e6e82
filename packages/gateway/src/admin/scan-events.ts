/** Events that hold a text: there is no index of bodies, so that they are read, for a bounded time a call. */
import { Buffer } from 'node:buffer';
import type { EventApi, EventMatchView, InputOf, SearchPage } from '@countersign/api';
import { createSlices, inTurns } from '../loop-slices.ts';
import { holdsOneOf } from '../stores/erase-match.ts';
import type { KeptEvent } from '../stores/event-store.ts';
import type { EventParts } from './admin-parts.ts';
import { Problem } from './problem.ts';
import { unlessDamaged } from './show-kept.ts';
import { unknownPlace } from './unknown-event.ts';
import { unknownKeeper } from './unknown-gate.ts';
import { eventSummaryView } from './views.ts';

const DEFAULT_LIMIT = 50;
/** Events whose heads are read at once. */
const PAGE = 100;
/** That an answer names; a call that comes to more of them answers with these. */
const MAX_DAMAGED = 200;
/** After so long a call answers with what it has: nobody waits long for an answer, and whoever has left is not searched for. */
const CALL_MS = 200;

export async function scanEvents(
  parts: EventParts,
  { text, gate, before, limit = DEFAULT_LIMIT }: InputOf<EventApi['searchEvents']>,
): Promise<SearchPage | Problem> {
  const problem = (await unknownKeeper(parts, gate)) ?? (await unknownPlace(parts, before));
  if (problem !== undefined) return problem;
  const needle = Buffer.from(text, 'utf8');
  const slice = createSlices();
  const endMs = performance.now() + CALL_MS;
  const events: EventMatchView[] = [];
  const damaged: string[] = [];
  let searched = 0;
  let next = before;
  for (;;) {
    const listed = await parts.events.list({
      limit: PAGE,
      ...(gate !== undefined && { gate }),
      ...(next !== undefined && { before: next }),
    });
    for (const summary of listed) {
      const event = await unlessDamaged(parts.events.get(summary.id));
      searched++;
      next = summary.id;
      if (event instanceof Problem) damaged.push(summary.id);
      else if (event !== undefined) {
        // What is masked is not found: who searches for a value would learn whether it is there.
        const place = await placeOf(needle, await parts.masks.event(event));
        if (place !== undefined)
          events.push({ ...eventSummaryView(await parts.masks.summary(summary)), ...place });
      }
      const isFull = events.length === limit || damaged.length === MAX_DAMAGED;
      if (isFull || performance.now() >= endMs) return { events, damaged, searched, next };
      await slice();
    }
    if (listed.length < PAGE) return { events, damaged, searched };
  }
}

type MatchPlace = Pick<EventMatchView, 'matches' | 'header'>;

/** Where a text stands first: a value that is withheld is empty. */
async function placeOf(needle: Buffer, { body, url, headers }: KeptEvent): Promise<MatchPlace | undefined> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (await inTurns(holdsOneOf(bytes, [needle]))) return { matches: 'body' };
  if (url.includes(needle.toString('utf8'))) return { matches: 'url' };
  const byteString = needle.toString('latin1');
  const index = headers.findIndex((text) => text.includes(byteString));
  if (index < 0) return undefined;
  // Names and values in turn.
  return { matches: 'header', header: headers[index - (index % 2)] ?? '' };
}

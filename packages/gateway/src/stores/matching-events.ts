/** Which events are to be erased, and what is kept of their bodies. */
import { createHash } from 'node:crypto';
import type { MaybePromise } from '@countersign/core';
import { nextTurn } from '../loop-slices.ts';
import { allEvents } from './all-events.ts';
import type { BodyDigest, EventStore, KeptEvent } from './event-store.ts';
import type { EraseOptions } from './store-upkeep.ts';

/** Noted at a time. */
const PAGE = 200;

export interface ErasableEvents {
  readonly events: Pick<EventStore, 'get' | 'follow'>;
  /** Whether attempts of an event that was erased before still say what they were answered. */
  readonly isLeft: (id: string) => MaybePromise<boolean>;
}

/** Their ids. */
export async function matchingEvents(
  { events, isLeft }: ErasableEvents,
  { ids, matches, headersOf = ({ headers }) => headers }: EraseOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const isMatch = async (id: string): Promise<boolean> => {
    const event = await events.get(id);
    // One that was erased before matches by its id alone.
    if (event === undefined || (event.erased !== undefined && !(await isLeft(id)))) return false;
    return matches({ ...event, headers: headersOf(event) });
  };
  const matching: string[] = [];
  for await (const id of ids ?? allEvents(events)) {
    signal.throwIfAborted();
    if (await isMatch(id)) matching.push(id);
    await nextTurn();
  }
  return matching;
}

export function digestOf({ body, hashed }: KeptEvent): BodyDigest {
  return hashed ?? { sha256: createHash('sha256').update(body).digest('hex'), bodyBytes: body.byteLength };
}

export async function inPages(
  ids: readonly string[],
  use: (page: readonly string[]) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < ids.length; at += PAGE) await use(ids.slice(at, at + PAGE));
}

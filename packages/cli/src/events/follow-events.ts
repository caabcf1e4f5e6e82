/** Kept events of a gateway, one after the other, as they come: over its restarts, and from where a cursor says. */
import { setTimeout as delay } from 'node:timers/promises';
import { AdminError, type EventSummaryView } from '@countersign/api';
import type { Admin } from '../admin-source.ts';
import { UsageError } from '../usage-error.ts';
import { visibleText } from '../visible-text.ts';
import type { FollowPlace } from './follow-state.ts';

export interface FollowOptions {
  readonly ask: Admin['call'];
  /** The last event that there was. */
  readonly after: FollowPlace;
  readonly gate: string | undefined;
  readonly type: string | undefined;
  /** Whether it ends once all is there that was kept. */
  readonly isOnce: boolean;
  readonly signal: AbortSignal;
  /** Told where the gateway does not answer, once each time that it has gone. */
  readonly onGone: () => void;
}

/** An event; or, where others were passed over, only how far it has come. */
export interface Followed {
  readonly event?: EventSummaryView;
  readonly place: FollowPlace;
}

const PAGE = 100;
const POLL_MS = 1000;
const MAX_WAIT_MS = 10_000;

/** @throws UsageError where another event stands at a place than before: a store that was put back from a copy has events that none would see */
export async function* followKept(options: FollowOptions): AsyncGenerator<Followed> {
  const { ask, gate, type, isOnce, signal } = options;
  let place = options.after;
  for (;;) {
    const { cursor, id } = place;
    const page = await untilAnswered(options, () =>
      ask('followEvents', { place: cursor, gate, type, limit: PAGE }),
    ).catch((error: unknown) => {
      if (error instanceof AdminError && error.code === 'place-not-reached')
        throw otherStore('the gateway has kept less than was read from it before');
      throw error;
    });
    if (id !== undefined && page.placeId !== undefined && page.placeId !== id)
      throw otherStore(
        `the gateway has ${visibleText(page.placeId)} where ${visibleText(id)} was read from it before`,
      );
    for (const event of page.events) yield { event, place: { cursor: event.place, id: event.id } };
    place = { cursor: page.cursor, id: page.cursorId ?? (page.cursor === cursor ? id : undefined) };
    if (page.cursor !== cursor || place.id !== id) yield { place };
    if (page.hasMore) continue;
    if (isOnce) return;
    await delay(POLL_MS, undefined, { signal });
  }
}

function otherStore(problem: string): UsageError {
  return new UsageError(
    `${problem}: it has another store, or this one was put back from a copy`,
    'Say where to begin: --from start, --from now, or --from ID.',
  );
}

/** Tries until there is an answer: a gateway that starts anew is gone for a while, and so is a network. @throws AdminError for what another try would hear too */
export async function untilAnswered<Reply>(
  { signal, onGone }: Pick<FollowOptions, 'signal' | 'onGone'>,
  ask: () => Promise<Reply>,
): Promise<Reply> {
  for (let waitMs = POLL_MS, isTold = false; ; waitMs = Math.min(MAX_WAIT_MS, waitMs * 2)) {
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted || !isPassing(error)) throw error;
      if (!isTold) onGone();
      isTold = true;
      await delay(waitMs * (0.5 + Math.random() / 2), undefined, { signal });
    }
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof AdminError) return error.status >= 500;
  return error instanceof TypeError || (error instanceof Error && error.name === 'TimeoutError');
}

/** One kept event, and one refused request: as the admin API shows them, whoever asks for them. */
import type { EventView, RefusedView } from '@countersign/api';
import type { RefusedRequests } from '../refused/refused-requests.ts';
import type { EventStore } from '../stores/event-store.ts';
import { Problem } from './problem.ts';
import { eventView, refusedView } from './views.ts';

export async function showEvent(events: Pick<EventStore, 'get'>, id: string): Promise<EventView | Problem> {
  const event = await events.get(id);
  return event === undefined
    ? new Problem('no-such-event', 'no event with this id is kept')
    : eventView(event);
}

export async function showRefused(
  refused: Pick<RefusedRequests, 'get' | 'flush'>,
  id: string,
): Promise<RefusedView | Problem> {
  await refused.flush();
  const request = await refused.get(id);
  if (request === undefined) return new Problem('no-such-refusal', 'no refused request with this id is kept');
  if (request === 'unreadable')
    return new Problem('refusal-unreadable', 'the refused request was stored under another storeKey');
  return refusedView(request);
}

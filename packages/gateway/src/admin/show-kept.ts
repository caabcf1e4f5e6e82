/** One kept event, and one refused request: as the admin API shows them, whoever asks for them. */
import type { DeliveryWithAttemptsView, EventView, RefusedView } from '@countersign/api';
import type { RefusedRequests } from '../refused/refused-requests.ts';
import type { RefusedRequest } from '../sealed/sealed-refusals.ts';
import type { KeptEvent } from '../stores/event-store.ts';
import { StoreError } from '../stores/store.ts';
import type { EventParts } from './admin-parts.ts';
import { shownDelivery } from './delivery-views.ts';
import { deliveriesOfEvent } from './event-deliveries.ts';
import { heldReasons } from './held-deliveries.ts';
import { Problem } from './problem.ts';
import { eventView, refusedView } from './views.ts';

/** Attempts of a delivery that are shown beside its event: the last ones. */
const SHOWN_ATTEMPTS = 20;

export async function showEvent(
  parts: Pick<EventParts, 'events' | 'deliveries' | 'conditions' | 'masks' | 'control' | 'now'>,
  id: string,
): Promise<EventView | Problem> {
  const { events, deliveries, masks } = parts;
  const kept = await unlessDamaged(Promise.all([events.get(id), events.summary(id)]));
  if (kept instanceof Problem) return kept;
  const [event, summary] = kept;
  if (event === undefined || summary === undefined) return noSuchEvent();
  const held = await heldReasons(parts);
  const views: DeliveryWithAttemptsView[] = [];
  for (const delivery of await deliveriesOfEvent(deliveries, id)) {
    const last = await deliveries.attempts(delivery.place, SHOWN_ATTEMPTS);
    // What was answered to the others is in the route `delivery`.
    const shown = last.map(({ answer, ...rest }, i) =>
      i === last.length - 1 && answer !== undefined ? { ...rest, answer } : rest,
    );
    views.push(shownDelivery({ masks, held }, delivery, shown));
  }
  return eventView(await masks.event(event), await masks.summary(summary), views);
}

export function noSuchEvent(): Problem {
  return new Problem('no-such-event', 'no event with this id is kept');
}

/** What is read of an event; or, where that does not come back as it was stored, that it cannot be read. */
export async function unlessDamaged<T>(reading: Promise<T>): Promise<T | Problem> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof StoreError && error.code === 'damaged') return DAMAGED;
    throw error;
  }
}

const DAMAGED = new Problem('event-not-whole', 'the event is damaged in the store, and cannot be read');

export async function showRefused(
  {
    refused,
    masks,
  }: Pick<EventParts, 'masks'> & { readonly refused: Pick<RefusedRequests, 'get' | 'flush'> },
  id: string,
): Promise<RefusedView | Problem> {
  const request = await readRefused(refused, id);
  return request instanceof Problem ? request : refusedView(await masks.refused(request));
}

/** As it came, with nothing masked. */
export async function readRefused(
  refused: Pick<RefusedRequests, 'get' | 'flush'>,
  id: string,
): Promise<RefusedRequest | Problem> {
  // Who has just been refused asks at once.
  await refused.flush();
  const request = await refused.get(id);
  if (request === undefined) return new Problem('no-such-refusal', 'no refused request with this id is kept');
  if (request === 'unreadable')
    return new Problem('refusal-unreadable', 'the refused request was stored under another storeKey');
  return request;
}

/** What of an event is not there, without which it is no request. */
export function bodyFault({ erased, hashed }: Pick<KeptEvent, 'erased' | 'hashed'>): Problem | undefined {
  if (erased !== undefined) return new Problem('event-erased', 'nothing but a hash of the event is left');
  if (hashed === undefined) return undefined;
  return new Problem('body-not-kept', 'the gate keeps the SHA-256 of bodies in their place');
}

/** The same of a refused request. */
export function refusedBodyFault({ bodyLeftOut }: Pick<RefusedRequest, 'bodyLeftOut'>): Problem | undefined {
  if (bodyLeftOut === undefined) return undefined;
  return new Problem('body-not-kept', 'the body of the refused request was not kept');
}

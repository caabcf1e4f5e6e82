/** Sends an event again: to each destination that it had, or to one that is named. */
import type { DeliveryApi, InputOf, ResentView } from '@countersign/api';
import { createFilteredEvent } from '../deliver/filtered-event.ts';
import { createOrdering } from '../deliver/order-key.ts';
import type { KeptEvent } from '../stores/event-store.ts';
import type { NewDelivery } from '../stores/new-delivery.ts';
import type { EventParts } from './admin-parts.ts';
import { deliveriesOfEvent } from './event-deliveries.ts';
import { Problem } from './problem.ts';
import { readWhole } from './read-whole.ts';
import { unknownDestination } from './unknown-destination.ts';

export async function resendEvent(
  parts: EventParts,
  { id, destination }: InputOf<DeliveryApi['resendEvent']>,
): Promise<ResentView | Problem> {
  const { deliveries, control, log } = parts;
  const event = await readWhole(parts, id);
  if (event instanceof Problem) return event;
  const problem = await unknownDestination(parts, destination);
  if (problem !== undefined) return problem;
  const names = destination === undefined ? await destinationsOf(parts, id) : [destination];
  if (names.length === 0)
    return new Problem('no-such-delivery', 'the event was on its way to no destination: name one');
  const sent: string[] = [];
  const unsent: string[] = [];
  for (const name of names) {
    const isSent = await deliveries.send(id, await newDelivery(parts, event, name));
    (isSent ? sent : unsent).push(name);
  }
  if (sent.length > 0) log.info({ event: id, destinations: sent }, 'an event is sent again');
  for (const name of sent) control?.wake(name);
  return { sent, unsent };
}

/** As when it came: it waits for those of its key. */
async function newDelivery(
  { destinations }: EventParts,
  event: KeptEvent,
  destination: string,
): Promise<NewDelivery> {
  const order = destinations.find(({ name }) => name === destination)?.order;
  return { destination, ...(await createOrdering(order)(createFilteredEvent(event, undefined))) };
}

async function destinationsOf({ deliveries }: EventParts, id: string): Promise<readonly string[]> {
  const views = await deliveriesOfEvent(deliveries, id);
  return views.map(({ destination }) => destination);
}

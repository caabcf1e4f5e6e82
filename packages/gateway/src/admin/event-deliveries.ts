/** The deliveries of one event. */
import type { DeliveryStore, DeliveryView } from '../stores/delivery-store.ts';

/** The most that a page of a store may have. */
const MOST = 1_000;

/** The last made first. */
export async function deliveriesOfEvent(
  deliveries: Pick<DeliveryStore, 'list'>,
  eventId: string,
): Promise<readonly DeliveryView[]> {
  const page = await deliveries.list({ eventId, limit: MOST });
  return page.deliveries;
}

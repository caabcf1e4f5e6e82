/** What the log says at the start of deliveries that the configuration has left behind. */
import type { Log } from '../log/log.ts';
import type { DeliveryTotal } from '../stores/delivery-store.ts';
import type { OpenDelivery } from './open-delivery.ts';

export function warnOfWaiting(
  totals: readonly DeliveryTotal[],
  open: ReadonlyMap<string, Pick<OpenDelivery, 'config'>>,
  log: Log,
): void {
  for (const { destination, state, number } of totals) {
    if (state !== 'waiting' && state !== 'behind') continue;
    const fields = { destination, deliveries: number };
    const config = open.get(destination)?.config;
    if (config === undefined)
      log.warn(
        fields,
        'deliveries wait for a destination that the configuration does not have: name it again, or cancel them',
      );
    else if (state === 'behind' && config.order === undefined)
      log.warn(
        fields,
        'deliveries wait behind others of their key, and the destination has no order any more: they go one after the other, and wait for one that is dead until it is redriven or skipped (countersign deliveries skip)',
      );
  }
}

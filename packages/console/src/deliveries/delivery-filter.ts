/** Which deliveries are asked for, as the address has it. */
import { DELIVERY_STATE_WORDS, type DeliveryFilter } from '@countersign/api';
import type { Filters } from '../shell/search.ts';
import { timeOf } from '../ui/local-time.ts';

/** Of the address; a change of many takes the same. */
export const FILTER_NAMES = ['destination', 'state', 'gate', 'event', 'code', 'since', 'until'] as const;

export function deliveryFilterOf({ get }: Pick<Filters, 'get'>): DeliveryFilter {
  const event = get('event')?.trim();
  return {
    destination: get('destination'),
    state: DELIVERY_STATE_WORDS.find((state) => state === get('state')),
    gate: get('gate'),
    event: event === '' ? undefined : event,
    code: get('code'),
    since: timeOf(get('since')),
    until: timeOf(get('until')),
  };
}

export function isFiltered(filter: DeliveryFilter): boolean {
  return Object.values(filter).some((value) => value !== undefined);
}

/** Which destinations an event of a gate goes to, decided when it is kept. */
import type { MaybePromise } from '@countersign/core';
import { andThen } from '@countersign/core/internal/and-then';
import type { DestinationConfig } from '../config/delivery-config.ts';
import type { NewDelivery } from '../stores/new-delivery.ts';
import { createEventFilter, type EventFilter } from './event-filter.ts';
import type { FilteredEvent } from './filtered-event.ts';
import { createOrdering, type Ordering } from './order-key.ts';

/** The deliveries of an event: empty where no destination wants it. */
export type Matching = (event: FilteredEvent) => MaybePromise<readonly NewDelivery[]>;

export interface MatchingOptions {
  /** Lower-case names of headers that are withheld from events. */
  readonly withheld: readonly string[];
  /** Whether a destination is muted at present. */
  readonly isMuted: (name: string) => boolean;
}

/** @throws SetupError for a filter that is not wholly understood */
export function createMatching(
  destinations: readonly DestinationConfig[],
  { withheld, isMuted }: MatchingOptions,
): Matching {
  const rules = destinations.map((destination) => ({
    destination,
    filter:
      destination.when &&
      createEventFilter(destination.when, { option: `${destination.option}.when`, withheld }),
    ordering: createOrdering(destination.order),
  }));
  return (event) => collect(rules, event, isMuted, [], 0);
}

interface Rule {
  readonly destination: DestinationConfig;
  readonly filter: EventFilter | undefined;
  readonly ordering: Ordering;
}

/** One after the other: nearly always nothing is waited for. */
function collect(
  rules: readonly Rule[],
  event: FilteredEvent,
  isMuted: (name: string) => boolean,
  deliveries: NewDelivery[],
  at: number,
): MaybePromise<readonly NewDelivery[]> {
  const rule = rules[at];
  if (rule === undefined) return deliveries;
  const { destination, filter, ordering } = rule;
  const { name } = destination;
  return andThen(filter?.(event) ?? true, (matches) => {
    if (!matches) return collect(rules, event, isMuted, deliveries, at + 1);
    return andThen(ordering(event), (order) => {
      deliveries.push({
        destination: name,
        ...order,
        ...(isMuted(name) && { isMuted: true }),
      });
      return collect(rules, event, isMuted, deliveries, at + 1);
    });
  });
}

/** The key of an event whose destination sends those of one key in their order. */

import { createHash } from 'node:crypto';
import type { MaybePromise } from '@countersign/core';
import { andThen } from '@countersign/core/internal/and-then';
import { memberNames } from '@countersign/core/json-reader';
import type { OrderConfig } from '../config/delivery-config.ts';
import type { NewDelivery } from '../stores/new-delivery.ts';
import type { FilteredEvent } from './filtered-event.ts';

/** A longer key is known by its digest. */
const MAX_CHARS = 200;

/** What a delivery of an event is told of its order. */
export type Ordering = (event: FilteredEvent) => MaybePromise<Pick<NewDelivery, 'orderKey' | 'parks'>>;

const NO_ORDER = {};

/** @param order of its destination. Undefined: it has none */
export function createOrdering(order: OrderConfig | undefined): Ordering {
  if (order === undefined) return () => NO_ORDER;
  const names = order.by.kind === 'json' ? memberNames(order.by.path) : [];
  const parks = order.parkAfter !== undefined;
  return (event) =>
    andThen(orderKey(event, order, names), (key) =>
      key === undefined ? NO_ORDER : { orderKey: key, parks },
    );
}

/** @param names of the members on the way to it, where it stands in the body. Gives undefined for an event without a key: it has no order. */
function orderKey(
  event: FilteredEvent,
  { by }: OrderConfig,
  names: readonly string[],
): MaybePromise<string | undefined> {
  const text =
    by.kind === 'header'
      ? event.header(by.name)
      : andThen(event.body.find(names), (value) =>
          value?.kind === 'string' || value?.kind === 'number' ? value.text : undefined,
        );
  return andThen(text, (key) => (key === undefined || key === '' ? undefined : shortened(key)));
}

function shortened(key: string): string {
  if (key.length <= MAX_CHARS) return key;
  return `sha256:${createHash('sha256').update(key).digest('hex')}`;
}

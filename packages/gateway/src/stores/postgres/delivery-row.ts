/** Rows of PostgreSQL’s tables `deliveries` and `attempts`, as what they hold. */
import { type Attempt, DELIVERY_STATES, type DeliveryView, type DueDelivery } from '../delivery-store.ts';
import { StoreError } from '../store.ts';
import type { Row } from './database.ts';

export function deliveryOf(row: Row): DeliveryView {
  const { order_key: orderKey, code } = row;
  const state = DELIVERY_STATES.find((word) => word === row['state']);
  if (state === undefined) throw new StoreError('damaged', 'A delivery is damaged in the store.');
  return {
    place: Number(row['place']),
    eventId: String(row['event_id']),
    destination: String(row['destination']),
    gate: String(row['gate']),
    state,
    attempts: Number(row['attempts']),
    beganMs: Number(row['began_ms']),
    dueMs: Number(row['due_ms']),
    ...(typeof orderKey === 'string' && { orderKey }),
    blocks: row['blocks'] === true,
    ...(typeof code === 'string' && { code }),
  };
}

/** But for its event. */
export function dueOf(row: Row): Omit<DueDelivery, 'event'> {
  const { order_key: orderKey } = row;
  return {
    place: Number(row['place']),
    lease: Number(row['lease']),
    attempts: Number(row['attempts']),
    round: Number(row['round']),
    beganMs: Number(row['began_ms']),
    dueMs: Number(row['due_ms']),
    ...(typeof orderKey === 'string' && { orderKey }),
  };
}

export function attemptOf(row: Row): Attempt {
  const { status, problem, answer } = row;
  return {
    number: Number(row['number']),
    startedMs: Number(row['started_ms']),
    tookMs: Number(row['took_ms']),
    code: String(row['code']),
    ...(typeof status === 'number' && { status }),
    ...(typeof problem === 'string' && { problem }),
    ...(answer instanceof Uint8Array && { answer }),
  };
}

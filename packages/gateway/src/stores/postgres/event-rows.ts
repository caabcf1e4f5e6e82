/** Rows of the table `events`, as they are written and read. */
import type { MaybePromise } from '@countersign/core';
import type { PackedBody } from '../body-packing.ts';
import type { EventClaim, EventSummary, KeptEvent } from '../event-store.ts';
import type { NewDelivery } from '../new-delivery.ts';
import { DIGEST, eventOf, summaryOf } from '../sqlite-event-row.ts';
import { arrayOf, column } from './arrays.ts';
import type { Row, Value } from './database.ts';
import { dayTextOf } from './days.ts';

/** An event as it is written. */
export interface EventWriting {
  readonly event: KeptEvent;
  readonly packed: PackedBody;
  readonly further: readonly EventClaim[];
  readonly deliveries: readonly NewDelivery[] | undefined;
}

/** What a list reads of a row. */
export const SUMMARY_COLUMNS =
  'place, id, gate, provider, key_id, tenant, type, received_ms, method, url, destinations, body_bytes, erased, refused';

export function readSummary(row: Row): EventSummary {
  return summaryOf(row);
}

/** A promise only where a long body is unpacked. */
export function readEvent(row: Row): MaybePromise<KeptEvent> {
  return eventOf({
    ...row,
    identity: plain(row['identity']),
    sealed: plain(row['sealed']),
    body: plain(row['body']),
  });
}

/** Bytes as callers of a store expect them: a Buffer’s methods are none of theirs. */
function plain(value: unknown): Uint8Array<ArrayBuffer> | null {
  if (!(value instanceof Uint8Array && value.buffer instanceof ArrayBuffer)) return null;
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** A column, its type, and what a row has in it. */
type Column =
  | readonly [name: string, type: 'text', of: (writing: EventWriting) => string | undefined]
  | readonly [name: string, type: 'bigint', of: (writing: EventWriting) => number | undefined]
  | readonly [name: string, type: 'bytea', of: (writing: EventWriting) => Uint8Array | undefined];

const COLUMNS: readonly Column[] = [
  ['id', 'text', ({ event }) => event.id],
  ['gate', 'text', ({ event }) => event.gate],
  ['provider', 'text', ({ event }) => event.provider],
  ['key_id', 'text', ({ event }) => event.keyId],
  ['tenant', 'text', ({ event }) => event.tenant],
  ['type', 'text', ({ event }) => event.type],
  ['received_ms', 'bigint', ({ event }) => event.receivedMs],
  ['method', 'text', ({ event }) => event.method],
  ['url', 'text', ({ event }) => event.url],
  ['destinations', 'bigint', ({ deliveries }) => deliveries?.length],
  ['body_bytes', 'bigint', ({ event }) => event.hashed?.bodyBytes ?? event.body.byteLength],
  ['encoding', 'text', ({ event, packed }) => (event.hashed === undefined ? packed.encoding : DIGEST)],
  ['identity', 'bytea', ({ event }) => event.claim?.identity],
  ['claim_until_ms', 'bigint', ({ event }) => event.claim?.untilMs],
  ['claim_fresh_until_ms', 'bigint', ({ event }) => event.claim?.freshUntilMs],
  ['verdict', 'text', ({ event }) => event.verdict && JSON.stringify(event.verdict)],
  ['refused', 'text', ({ event }) => event.verdict?.refused?.reason],
  ['forwarded', 'text', ({ event }) => event.forwarded && JSON.stringify(event.forwarded)],
  ['withheld', 'text', ({ event }) => event.withheld && JSON.stringify(event.withheld.names)],
  ['sealed', 'bytea', ({ event }) => event.withheld?.sealed],
  ['headers', 'text', ({ event }) => JSON.stringify(event.headers)],
  [
    'body',
    'bytea',
    ({ event, packed }) =>
      event.hashed === undefined ? packed.bytes : Buffer.from(event.hashed.sha256, 'hex'),
  ],
];

const NAMES = COLUMNS.map(([name]) => name).join(', ');

/** Of `insertEvents`. */
export const EVENT_PARAMETERS: number = COLUMNS.length;

/** The parameters of `insertEvents`. */
export function eventParameters(writings: readonly EventWriting[]): readonly Value[] {
  return COLUMNS.map(([, type, of]) => {
    const values = writings.map((writing) => of(writing) ?? null);
    return arrayOf(type, values);
  });
}

/**
 * Inserts rows of `events`, in their order: those whose claim was taken, and those without one. Gives `id`, `gate`, `place`, `received_ms` and `body_bytes`.
 * @param claimed a relation of the `event_id` of claims @param announced see `places.ts` @param first of `eventParameters`
 */
export function insertEvents({ claimed, announced }: Relations, first: number): string {
  const arrays = COLUMNS.map(([, type], offset) => `$${first + offset}::${type}[]`).join(', ');
  return `INSERT INTO countersign.events (place, ${NAMES})
    SELECT nextval('countersign.places'), ${NAMES}
    FROM ${announced} AS announced, unnest(${arrays}) AS event (${NAMES})
    WHERE identity IS NULL OR id IN (SELECT event_id FROM ${claimed})
    RETURNING id, gate, place, received_ms, body_bytes`;
}

export interface Relations {
  readonly claimed: string;
  readonly announced: string;
}

/** Of `daysOfEvents`. */
export const DAY_PARAMETERS = 2;

export function dayParameters(writings: readonly EventWriting[]): readonly Value[] {
  return [
    column('text', writings, ({ event }) => event.id),
    column('text', writings, ({ event }) => dayTextOf(event.id)),
  ];
}

/** A relation of `id` and `day`. @param first of `dayParameters` */
export function daysOfEvents(first: number): string {
  return `unnest($${first}::text[], $${first + 1}::text[]) AS of_day (id, day)`;
}

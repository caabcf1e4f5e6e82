/** Rows of SQLite’s table `events`, as what they hold. */
import type { SQLOutputValue } from 'node:sqlite';
import type { MaybePromise } from '@countersign/core';
import { unpackBody } from './body-packing.ts';
import { endsOf } from './claim-row.ts';
import type {
  Erased,
  EventSummary,
  Forwarded,
  KeptEvent,
  KeptVerdict,
  WithheldHeaders,
} from './event-store.ts';
import type { Row } from './sqlite-row.ts';
import { StoreError } from './store.ts';

/** What a list reads of a row. */
export const SUMMARY_COLUMNS = `place, id, gate, provider, key_id, tenant, type, received_ms, method, url, destinations, body_bytes, erased,
  CASE WHEN json_valid(verdict) THEN verdict ->> '$.refused.reason' END AS refused`;

export function summaryOf(row: Row): EventSummary {
  const { destinations, erased, refused } = row;
  return {
    ...headOf(row),
    bodyBytes: Number(row['body_bytes']),
    place: Number(row['place']),
    ...(typeof destinations === 'number' && { destinations }),
    ...(typeof refused === 'string' && { refused }),
    ...(typeof erased === 'string' && erasedAt(erased)),
  };
}

/** A promise only where a long body is unpacked. */
export function eventOf(row: Row): MaybePromise<KeptEvent> {
  const { encoding, body_bytes: bodyBytes } = row;
  const stored = bytes(row['body']);
  if (encoding === DIGEST)
    return eventWith(row, EMPTY, {
      hashed: { sha256: Buffer.from(stored).toString('hex'), bodyBytes: Number(bodyBytes) },
    });
  const body = typeof encoding === 'string' ? unpackBody(stored, encoding, Number(bodyBytes)) : stored;
  return body instanceof Promise ? body.then((unpacked) => eventWith(row, unpacked)) : eventWith(row, body);
}

/** In place of a body that is not kept: its digest. */
export const DIGEST = 'sha256';

const EMPTY = new Uint8Array(0);

function eventWith(row: Row, body: Uint8Array, more: Pick<KeptEvent, 'hashed'> = {}): KeptEvent {
  const { identity, verdict, erased } = row;
  return {
    ...headOf(row),
    headers: texts(row['headers']),
    body,
    ...more,
    ...(identity instanceof Uint8Array
      ? { claim: { identity, ...endsOf(row['claim_until_ms'], row['claim_fresh_until_ms']) } }
      : undefined),
    ...(typeof row['withheld'] === 'string' && { withheld: withheldOf(row) }),
    ...(typeof row['forwarded'] === 'string' && { forwarded: forwardedOf(row['forwarded']) }),
    ...(typeof verdict === 'string' && { verdict: objectOf(verdict) as unknown as KeptVerdict }),
    ...(typeof erased === 'string' && { erased: erasedOf(erased) }),
  };
}

type Head = Pick<
  KeptEvent,
  'id' | 'gate' | 'provider' | 'keyId' | 'tenant' | 'type' | 'receivedMs' | 'method' | 'url'
>;

function headOf(row: Row): Head {
  const { type, tenant } = row;
  return {
    id: text(row['id']),
    gate: text(row['gate']),
    provider: text(row['provider']),
    keyId: text(row['key_id']),
    ...(typeof tenant === 'string' && { tenant }),
    ...(typeof type === 'string' && { type }),
    receivedMs: Number(row['received_ms']),
    method: text(row['method']),
    url: text(row['url']),
  };
}

function withheldOf({ withheld, sealed }: Row): WithheldHeaders {
  return { names: texts(withheld), ...(sealed instanceof Uint8Array && { sealed }) };
}

function forwardedOf(json: string): Forwarded {
  const { scheme, host }: Forwarded = objectOf(json);
  return { ...(scheme !== undefined && { scheme }), ...(host !== undefined && { host }) };
}

function erasedOf(json: string): Erased {
  const { sha256, bodyBytes, erasedMs } = objectOf(json);
  if (typeof sha256 === 'string' && typeof bodyBytes === 'number' && typeof erasedMs === 'number')
    return { sha256, bodyBytes, erasedMs };
  throw new StoreError('damaged', 'A part of an event is damaged in the store.');
}

/** Where that is damaged its event holds up no other of a list: whoever reads the event itself is told. */
function erasedAt(json: string): Pick<EventSummary, 'erasedMs'> {
  try {
    const { erasedMs } = erasedOf(json);
    return { erasedMs };
  } catch (error) {
    if (error instanceof StoreError && error.code === 'damaged') return {};
    throw error;
  }
}

function texts(value: SQLOutputValue | undefined): readonly string[] {
  const list = parsed(text(value));
  if (Array.isArray(list)) return list.map(String);
  throw new StoreError('damaged', 'An event’s headers are damaged in the store.');
}

/** A disk may have damaged it: nothing of it is read then, and who reads many goes on with the next. */
function objectOf(json: string): Readonly<Record<string, unknown>> {
  const value = parsed(json);
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw new StoreError('damaged', 'A part of an event is damaged in the store.');
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The cause quotes the text.
    throw new StoreError('damaged', 'A part of an event is damaged in the store.');
  }
}

function text(value: SQLOutputValue | undefined): string {
  if (typeof value === 'string') return value;
  throw new StoreError('damaged', 'A text is damaged in the store.');
}

function bytes(value: SQLOutputValue | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new StoreError('damaged', 'Bytes are damaged in the store.');
}

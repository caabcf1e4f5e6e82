/** Events as they were exported, kept in another store: byte for byte, under their own ids. */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { isObject } from '@countersign/core/is-object';
import type { EventStore, KeptEvent } from '../stores/event-store.ts';
import { StoreError } from '../stores/store.ts';

/**
 * `imported`; `there`: an event with its id is kept already; `erased`: nothing of it is left but its hash. Or a sentence, where the value is no
 * exported event, or not as it was exported.
 */
export type ImportResult = 'imported' | 'there' | 'erased' | { readonly problem: string };

/** No claim is taken, and nothing is sent: it happened elsewhere. */
export async function importEvent(events: Pick<EventStore, 'keep'>, value: unknown): Promise<ImportResult> {
  if (!isObject(value)) return { problem: 'it is not a JSON object' };
  if (isObject(value['erased'])) return 'erased';
  const event = eventOf(value);
  if ('problem' in event) return event;
  try {
    await events.keep(event);
    return 'imported';
  } catch (error) {
    if (error instanceof StoreError && error.code === 'duplicate-event') return 'there';
    throw error;
  }
}

type Json = Readonly<Record<string, unknown>>;
type Problem = { readonly problem: string };

const TEXTS = ['id', 'gate', 'method', 'url', 'provider', 'keyId'] as const;
/** As the admin API takes it. */
const ID = /^[\x21-\x7e]{1,200}$/;

function eventOf(value: Json): KeptEvent | Problem {
  const missing = TEXTS.find((name) => typeof value[name] !== 'string');
  if (missing !== undefined) return { problem: `${missing} is not a text` };
  const [id = '', gate = '', method = '', url = '', provider = '', keyId = ''] = TEXTS.map((name) =>
    String(value[name]),
  );
  if (!ID.test(id)) return { problem: 'id is not 1 to 200 printable characters' };
  if (gate === '' || method === '') return { problem: 'gate or method is empty' };
  const { receivedAtMs, type } = value;
  if (typeof receivedAtMs !== 'number' || !Number.isSafeInteger(receivedAtMs) || receivedAtMs < 0)
    return { problem: 'receivedAtMs is not a whole number of milliseconds' };
  const headers = headersOf(value['headers']);
  if (headers === undefined) return { problem: 'headers is not an array of pairs of byte strings' };
  const body = bytesOf(value['bodyBase64']);
  if (body === undefined) return { problem: 'bodyBase64 is not base64' };
  const hashed = hashedOf(value, body);
  const { bodySha256 } = value;
  // Absent: written by hand, or by another program.
  if (hashed === undefined && bodySha256 !== undefined && bodySha256 !== sha256(body))
    return { problem: 'the body has another hash than bodySha256: it is not what was exported' };
  return {
    ...{ id, gate, method, url, provider, keyId, receivedMs: receivedAtMs, headers, body },
    ...(typeof type === 'string' && { type }),
    ...(hashed && { hashed }),
    ...withheldOf(value),
    ...forwardedOf(value['forwarded']),
    ...verdictOf(value['verdict']),
  };
}

function headersOf(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const isPair = (pair: unknown): pair is readonly string[] =>
    Array.isArray(pair) &&
    pair.length === 2 &&
    pair.every((text) => typeof text === 'string' && /^[\0-\xff]*$/.test(text));
  return value.every(isPair) ? value.flat() : undefined;
}

function bytesOf(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) return undefined;
  const bytes = Buffer.from(value, 'base64');
  return bytes.toString('base64') === value ? new Uint8Array(bytes) : undefined;
}

/** What a gate keeps in place of a body. */
function hashedOf({ hashedBytes, bodySha256 }: Json, body: Uint8Array): KeptEvent['hashed'] {
  const isHashed = Number.isSafeInteger(hashedBytes) && body.length === 0;
  if (!isHashed || typeof bodySha256 !== 'string' || !/^[0-9a-f]{64}$/.test(bodySha256)) return undefined;
  return { sha256: bodySha256, bodyBytes: Number(hashedBytes) };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What is sealed opens under the storeKey that it was sealed with, and under its own id. */
function withheldOf({ withheld, sealedBase64 }: Json): Pick<KeptEvent, 'withheld'> {
  if (!Array.isArray(withheld) || withheld.length === 0) return {};
  const sealed = bytesOf(sealedBase64);
  return { withheld: { names: withheld.map(String), ...(sealed && { sealed }) } };
}

function forwardedOf(value: unknown): Pick<KeptEvent, 'forwarded'> {
  if (!isObject(value)) return {};
  const { scheme, host } = value;
  return {
    forwarded: {
      ...((scheme === 'https' || scheme === 'http') && { scheme }),
      ...(typeof host === 'string' && { host }),
    },
  };
}

/** What the other gateway said. */
function verdictOf(value: unknown): Pick<KeptEvent, 'verdict'> {
  if (!isObject(value) || !isObject(value['evidence'])) return {};
  const { reading, timestampMs, coveredHeaders, evidence } = value;
  return {
    verdict: {
      ...(typeof reading === 'string' && { reading }),
      ...(typeof timestampMs === 'number' && { timestampMs }),
      // A delivery passes these on beside their proof.
      ...(Array.isArray(coveredHeaders) && { coveredHeaders: coveredHeaders.map(String) }),
      // Written by `exportEvents`, and shown only.
      evidence: evidence as unknown as NonNullable<KeptEvent['verdict']>['evidence'],
    },
  };
}

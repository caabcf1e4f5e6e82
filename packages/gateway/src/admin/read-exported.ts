/** An event as it was exported, read member by member: what is not as an export has it is refused, with the member's name. */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { METHODS } from 'node:http';
import { HEADER_NAME } from '@countersign/api';
import { isObject } from '@countersign/core/internal/is-object';
import type { KeptEvent, KeptVerdict } from '../stores/event-store.ts';

/** A sentence of what is wrong, without a full stop. */
export interface ImportProblem {
  readonly problem: string;
}

type Json = Readonly<Record<string, unknown>>;

/** As the admin API takes it. */
const ID = /^[\x21-\x7e]{1,200}$/;
/** What no request line, type or name of ours holds. */
const CONTROL = /\p{Cc}/u;
/** What no header holds; its bytes stand as letters. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const SHA256 = /^[0-9a-f]{64}$/;
/** The year 9999: a later time has no text. */
const LAST_MS = 253_402_300_799_999;
/** As long as any body may be. */
const MAX_BODY_BYTES = 2 ** 40;
const MAX_TYPE_CHARS = 256;
const MAX_MEMBERS = 100;

/** Thrown and caught here: one member of many is wrong. */
class Unfit extends Error {}

export function readExported(value: Json): KeptEvent | ImportProblem {
  try {
    return eventOf(value);
  } catch (error) {
    if (error instanceof Unfit) return { problem: error.message };
    throw error;
  }
}

/** Those that each exported event has. */
const MEMBERS = [
  'id',
  'gate',
  'provider',
  'keyId',
  'receivedAtMs',
  'method',
  'url',
  'headers',
  'bodyBase64',
] as const;

function eventOf(value: Json): KeptEvent {
  const missing = MEMBERS.filter((name) => value[name] === undefined);
  if (missing.length > 0) throw new Unfit(`it has no ${missing.join(', ')}`);
  const body = bytesOf(value, 'bodyBase64');
  const withheld = withheldOf(value);
  return {
    id: must(value['id'], ID, 'id is not 1 to 200 printable characters'),
    gate: must(value['gate'], HEADER_NAME, 'gate is not the name of a gate'),
    provider: textOf(value, 'provider'),
    keyId: textOf(value, 'keyId'),
    ...(value['tenant'] !== undefined && { tenant: textOf(value, 'tenant') }),
    receivedMs: timeOf(value['receivedAtMs'], 'receivedAtMs'),
    method: methodOf(value['method']),
    url: textOf(value, 'url'),
    headers: headersOf(value['headers']),
    body,
    ...typeOf(value['type']),
    ...hashedOf(value, body),
    ...(withheld && { withheld }),
    ...forwardedOf(value['forwarded']),
    ...verdictOf(value['verdict']),
  };
}

function must(value: unknown, pattern: RegExp, problem: string): string {
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw new Unfit(problem);
}

/** One that Node takes: every kept event has come through it. */
function methodOf(value: unknown): string {
  if (typeof value === 'string' && METHODS.includes(value)) return value;
  throw new Unfit('method is not a method of HTTP');
}

/** A lone surrogate would come back as another letter. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed() && !CONTROL.test(value);
}

function textOf(value: Json, name: string): string {
  const text = value[name];
  if (isText(text)) return text;
  throw new Unfit(`${name} is not a text without control characters`);
}

function timeOf(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= LAST_MS)
    return value;
  throw new Unfit(`${name} is not a whole number of milliseconds since 1970`);
}

function typeOf(value: unknown): Pick<KeptEvent, 'type'> {
  if (value === undefined) return {};
  if (typeof value === 'string' && value.isWellFormed() && value !== '' && value.length <= MAX_TYPE_CHARS)
    return { type: value };
  throw new Unfit(`type is not a text of 1 to ${MAX_TYPE_CHARS} characters`);
}

function headersOf(value: unknown): readonly string[] {
  const isPair = (pair: unknown): pair is readonly [string, string] =>
    Array.isArray(pair) &&
    pair.length === 2 &&
    HEADER_NAME.test(String(pair[0])) &&
    pair.every((text) => typeof text === 'string' && HEADER_VALUE.test(text));
  if (Array.isArray(value) && value.every(isPair)) return value.flat();
  throw new Unfit('headers is not an array of pairs of a name and a value, whose bytes stand as letters');
}

function bytesOf(value: Json, name: string): Uint8Array {
  const text = value[name];
  if (typeof text === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    const bytes = Buffer.from(text, 'base64');
    if (bytes.toString('base64') === text) return new Uint8Array(bytes);
  }
  throw new Unfit(`${name} is not base64`);
}

/** What a gate keeps in place of a body. Without a bodySha256 a line was written by hand, or by another program. */
function hashedOf({ hashedBytes, bodySha256 }: Json, body: Uint8Array): Pick<KeptEvent, 'hashed'> {
  if (bodySha256 !== undefined) must(bodySha256, SHA256, 'bodySha256 is not 64 hex characters');
  if (hashedBytes === undefined) {
    if (bodySha256 === undefined || bodySha256 === sha256(body)) return {};
    throw new Unfit('the body has another hash than bodySha256: it is not what was exported');
  }
  const isLength =
    Number.isSafeInteger(hashedBytes) && Number(hashedBytes) >= 0 && Number(hashedBytes) <= MAX_BODY_BYTES;
  if (!isLength) throw new Unfit('hashedBytes is not the length of a body');
  if (body.length > 0) throw new Unfit('hashedBytes stands beside a body: one of them is wrong');
  if (typeof bodySha256 !== 'string') throw new Unfit('hashedBytes stands without bodySha256');
  return { hashed: { sha256: bodySha256, bodyBytes: Number(hashedBytes) } };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What is sealed opens under the storeKey that it was sealed with, and under its own id. */
function withheldOf(value: Json): KeptEvent['withheld'] {
  const { withheld: names, sealedBase64 } = value;
  if (names === undefined && sealedBase64 === undefined) return undefined;
  const isNames =
    Array.isArray(names) &&
    names.length > 0 &&
    names.length <= MAX_MEMBERS &&
    names.every((name) => typeof name === 'string' && HEADER_NAME.test(name) && name === name.toLowerCase());
  if (!isNames) throw new Unfit('withheld is not an array of names of headers in lower case');
  return {
    names,
    ...(sealedBase64 !== undefined && { sealed: bytesOf(value, 'sealedBase64') }),
  };
}

function forwardedOf(value: unknown): Pick<KeptEvent, 'forwarded'> {
  if (value === undefined) return {};
  const { scheme, host }: Json = isObject(value) ? value : { scheme: null };
  const isScheme = scheme === undefined || scheme === 'https' || scheme === 'http';
  const isHost = host === undefined || isText(host);
  if (!isScheme || !isHost) throw new Unfit('forwarded is not a scheme and a host');
  return { forwarded: { ...(scheme && { scheme }), ...(host !== undefined && { host }) } };
}

/** What the other gateway said. */
function verdictOf(value: unknown): Pick<KeptEvent, 'verdict'> {
  if (value === undefined) return {};
  if (!isObject(value) || !isEvidence(value['evidence']))
    throw new Unfit('verdict is not as it was exported');
  const { reading, timestampMs, coveredHeaders, evidence } = value;
  if (reading !== undefined && !isText(reading)) throw new Unfit('verdict.reading is not a text');
  return {
    verdict: {
      ...(reading !== undefined && { reading }),
      ...(timestampMs !== undefined && { timestampMs: timeOf(timestampMs, 'verdict.timestampMs') }),
      // A delivery passes these on beside their proof.
      ...(coveredHeaders !== undefined && { coveredHeaders: coveredOf(coveredHeaders) }),
      evidence,
    },
  };
}

function coveredOf(value: unknown): readonly string[] {
  const isNames = Array.isArray(value) && value.length <= MAX_MEMBERS && value.every(isText);
  if (!isNames) throw new Unfit('verdict.coveredHeaders is not an array of names');
  return value;
}

/** It is shown only: that its members are what the views take is enough. */
function isEvidence(value: unknown): value is KeptVerdict['evidence'] {
  if (!isObject(value)) return false;
  const members = Object.entries(value);
  return (
    members.length <= MAX_MEMBERS &&
    members.every(
      ([name, member]) =>
        isText(name) && (isText(member) || typeof member === 'number' || typeof member === 'boolean'),
    )
  );
}

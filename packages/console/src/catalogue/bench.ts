/** What stands in the playground’s fields, and the request that it makes. Nothing of it leaves the page. */
import {
  type GateOptions,
  HeaderList,
  type KeySpec,
  type SignedRequest,
  writtenProvider,
  writtenScheme,
} from '@countersign/core';
import { toByteString } from '@countersign/core/internal/request-input';
import { looseText, utf8Text } from '../request/bytes.ts';
import { CATALOGUE } from '../words/catalogue.ts';
import { readWritten } from './read-written.ts';

export interface Bench {
  readonly target: Target;
  readonly secret: string;
  /** Empty: as the scheme has it. */
  readonly encoding: string;
  readonly method: string;
  readonly url: string;
  /** One a line. */
  readonly headers: string;
  readonly body: string;
  readonly bodyForm: BodyForm;
  /** ISO 8601; empty: now. */
  readonly at: string;
  /** What the last signature was made of, to be held beside what is there now. */
  readonly signed: SignedParts;
}

export interface SignedParts {
  /** What it covered. Undefined: a token, which is its own message. */
  readonly message: Uint8Array | undefined;
  readonly url: string;
  readonly body: Uint8Array;
}

/** Whose requests are judged; both texts are YAML. */
export type Target =
  | { readonly kind: 'provider'; readonly id: string; readonly options: string }
  | { readonly kind: 'scheme'; readonly declaration: string };

export const BODY_FORMS = ['text', 'hex'] as const;
export type BodyForm = (typeof BODY_FORMS)[number];

/** What of the fields is not what it should be: a sentence for whoever typed it. */
export class BenchFault extends Error {
  override readonly name = 'BenchFault';
}

/** @throws BenchFault */
export function targetOptions(target: Target): Pick<GateOptions, 'provider' | 'scheme'> {
  const written = readWritten(target.kind === 'provider' ? target.options : target.declaration);
  if ('problem' in written) throw new BenchFault(written.problem);
  return target.kind === 'provider'
    ? { provider: writtenProvider(target.id, written.value) }
    : { scheme: writtenScheme(written.value) };
}

export function keysOf({ secret, encoding }: Pick<Bench, 'secret' | 'encoding'>): readonly KeySpec[] {
  // The engine judges the word.
  const word = encoding as NonNullable<KeySpec['encoding']>;
  return [{ id: 'test', secret, ...(encoding !== '' && { encoding: word }) }];
}

/** Milliseconds since the epoch. @throws BenchFault */
export function timeOf(at: string): number {
  const ms = at.trim() === '' ? Date.now() : Date.parse(at.trim());
  if (Number.isNaN(ms)) throw new BenchFault(CATALOGUE.playground.faults.at);
  return ms;
}

/** @throws BenchFault */
export function requestOf({ method, url, headers, body, bodyForm }: Bench): SignedRequest {
  return {
    method,
    url,
    headers: readHeaderLines(headers),
    body: bodyForm === 'text' ? new TextEncoder().encode(body) : bytesOfHex(body),
  };
}

/** The fields that show a request. */
export function fieldsOf(
  request: SignedRequest,
): Pick<Bench, 'method' | 'url' | 'headers' | 'body' | 'bodyForm'> {
  const { method, url, headers, body } = request;
  const text = utf8Text(body);
  // A field of the browser would turn a carriage return into a line feed.
  const bodyForm = text === undefined || text.includes('\r') ? 'hex' : 'text';
  return {
    method,
    url,
    headers: [...headers].map(([name, value]) => `${name}: ${textOfBytes(value)}`).join('\n'),
    body: bodyForm === 'text' ? (text ?? '') : hexOf(body),
    bodyForm,
  };
}

/** The same body in the other form. @throws BenchFault */
export function bodyAs(bench: Bench, bodyForm: BodyForm): Pick<Bench, 'body' | 'bodyForm'> {
  const { body } = requestOf(bench);
  return { body: bodyForm === 'hex' ? hexOf(body) : looseText(body), bodyForm };
}

function readHeaderLines(text: string): HeaderList {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const flat = lines.flatMap((line) => {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim();
    if (colon < 1 || name === '') throw new BenchFault(CATALOGUE.playground.faults.header(line.slice(0, 60)));
    return [toByteString(name), toByteString(line.slice(colon + 1).trim())];
  });
  return new HeaderList(flat);
}

/** A byte string as people read it: UTF-8, where it is. */
function textOfBytes(value: string): string {
  const bytes = Uint8Array.from(value, (character) => character.charCodeAt(0));
  return utf8Text(bytes) ?? value;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function bytesOfHex(text: string): Uint8Array {
  const digits = text.replaceAll(/\s/g, '');
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) throw new BenchFault(CATALOGUE.playground.faults.hex);
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
    Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  );
}

/** The texts of a request that have a name: headers, parameters of the query, JSON members, fields of a form. */
import { queryOf } from '../effective-request.ts';
import type { SignedRequest } from '../model.ts';
import type { RawOptions } from '../options.ts';
import { memberPath } from '../schemes/member-path.ts';
import { decodeUtf8 } from '../text/bytes.ts';
import { type FormFault, type FormField, parseForm, parseUrlencoded } from '../text/form.ts';
import { isObject } from '../text/is-object.ts';

/** Where a text sits, as a declaration writes it. */
export type Place =
  | { readonly header: string }
  | { readonly query: string }
  | { readonly member: string }
  | { readonly field: string }
  /** A member of the JSON that is a field of the form. */
  | { readonly field: string; readonly member: string };

export interface NamedText {
  readonly place: Place;
  /** Its own name: of a member of a member the last one. */
  readonly name: string;
  readonly text: string;
  /** Whether a JSON member is a string. */
  readonly isString: boolean;
}

/** A longer body is not parsed. */
const MAX_BODY_BYTES = 256 * 1024;
/** More names than these are not looked at. */
const MAX_HEADERS = 64;
const MAX_PARAMETERS = 32;
const MAX_MEMBERS = 64;
const MAX_DEPTH = 4;

/** Each that stands there once, the first ones of each kind. */
export function namedTexts(request: SignedRequest): readonly NamedText[] {
  const { headers, url, body } = request;
  const isSmall = body.length <= MAX_BODY_BYTES;
  const fields = onlyOnce(isSmall ? parseForm(headers.get('content-type'), body) : []);
  return [
    ...[...headers]
      .filter(([name]) => headers.count(name) === 1)
      .slice(0, MAX_HEADERS)
      .map(([name, text]) => ({ place: { header: name.toLowerCase() }, name, text, isString: true })),
    ...onlyOnce(parseUrlencoded(queryOf(url))).map(({ name, value }) => ({
      place: { query: name },
      name,
      text: value,
      isString: true,
    })),
    ...membersOf(jsonOf(body)),
    ...fields.map(({ name, value }) => ({ place: { field: name }, name, text: value, isString: true })),
    ...fields.flatMap(({ name, value }) => membersOfField(name, value)),
  ].filter(({ text }) => text !== '');
}

function onlyOnce(fields: readonly FormField[] | FormFault): readonly FormField[] {
  if ('fault' in fields) return [];
  const counts = new Map<string, number>();
  for (const { name } of fields) counts.set(name, (counts.get(name) ?? 0) + 1);
  return fields.filter(({ name }) => name !== '' && counts.get(name) === 1).slice(0, MAX_PARAMETERS);
}

/** Of a form’s field that is a JSON object. */
function membersOfField(field: string, text: string): readonly NamedText[] {
  if (!text.startsWith('{')) return [];
  return membersOf(parsed(text)).map((named) => ({ ...named, place: { field, ...named.place } }));
}

type MemberText = NamedText & { readonly place: { readonly member: string } };

/** The texts, numbers and truth values of an object and of objects inside it, the first ones. */
export function membersOf(value: unknown): readonly MemberText[] {
  return [...members(value, [])].slice(0, MAX_MEMBERS);
}

/** The body as JSON; undefined where it is none, or too long to parse. */
export function jsonOf(body: Uint8Array): unknown {
  return body.length <= MAX_BODY_BYTES ? parsed(decodeUtf8(body) ?? '') : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function* members(value: unknown, path: readonly string[]): Generator<MemberText> {
  if (!isObject(value) || Array.isArray(value)) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === '') continue;
    const names = [...path, name];
    const isString = typeof inner === 'string';
    if (isString || Number.isFinite(inner) || typeof inner === 'boolean')
      yield { place: { member: memberPath(names) }, name, text: String(inner), isString };
    else if (names.length < MAX_DEPTH) yield* members(inner, names);
  }
}

/** The place as a part of a declaration. */
export function placeOptions(place: Place): RawOptions {
  return { ...place };
}

/** One text a place: what it is compared by. */
export function placeText(place: Place): string {
  return Object.entries(place).flat().join(' ');
}

/** Headers that are a connection's, or a proxy's. */
export const NOT_SIGNED: RegExp =
  /^(?:content-length|connection|keep-alive|accept|accept-.*|user-agent|transfer-encoding|expect|cookie|te|trailer|upgrade|cache-control|pragma|via|forwarded|x-forwarded-.*|x-real-ip|sec-.*|cf-.*|traceparent|tracestate|newrelic|sentry-trace|baggage|origin|referer|postman-token)$/;

export function likelyFirst<T extends { readonly isLikely: boolean }>(items: readonly T[]): readonly T[] {
  return [...items.filter(({ isLikely }) => isLikely), ...items.filter(({ isLikely }) => !isLikely)];
}

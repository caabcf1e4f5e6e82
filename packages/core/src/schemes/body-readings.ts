/** The ways to read a body into the bytes that a signature covers. Each is a pure function of the received bytes. */
import type { Passage } from '../scheme.ts';
import { concatBytes, utf8 } from '../text/bytes.ts';
import { parseUrlencoded } from '../text/form.ts';
import {
  compactWithout,
  escapeNonAscii,
  findMember,
  goObject,
  type JsonObjectText,
  reorder,
  withoutMember,
} from '../text/json-text.ts';

export interface BodyReading {
  /** Empty for the body as received. */
  readonly name: string;
  /** Undefined where this reading does not apply. */
  read(passage: Passage): Uint8Array | undefined;
}

export const exactBody: BodyReading = { name: '', read: ({ request }) => request.body };

/** The body without one top-level JSON member: as received, compact, and compact with ASCII escapes (WIRE §1, 1 to 3). */
export function bodyWithoutMember(name: string): readonly BodyReading[] {
  return [
    { name: 'raw', read: (passage) => cutMember(passage, name)?.[0] },
    // A second cut, where white space stands behind the comma of a member that comes first.
    { name: 'raw', read: (passage) => (passage.json?.hasSpace ? cutMember(passage, name)?.[1] : undefined) },
    { name: 'compact', read: (passage) => (passage.json?.hasSpace ? compactBody(passage, name) : undefined) },
    { name: 'compact-ascii', read: (passage) => escaped(compactBody(passage, name)) },
  ];
}

function cutMember({ json, request }: Passage, name: string): readonly Uint8Array[] | undefined {
  if (!json) return undefined;
  const member = findMember(json, name);
  return member ? withoutMember(json, member) : [request.body];
}

/** Without white space, the cut body is compact already. */
function compactBody(passage: Passage, name: string): Uint8Array | undefined {
  const { json } = passage;
  if (!json?.hasSpace) return cutMember(passage, name)?.[0];
  return compactWithout(json, findMember(json, name));
}

/** Undefined where there is nothing to escape, so that it is no other reading. */
function escaped(bytes: Uint8Array | undefined): Uint8Array | undefined {
  const ascii = bytes && escapeNonAscii(bytes);
  return ascii === bytes ? undefined : ascii;
}

/** WIRE §1, 4 and 5: the members in the sender's own order, as Go or Python prints them. */
export function reorderedBody(order: readonly string[], omit: string): readonly BodyReading[] {
  return [
    { name: 'go', read: ({ json }) => json && goObject(json, order, omit) },
    {
      name: 'reordered-ascii',
      read({ json }) {
        // In the sender's own order already: this is what compact and compact-ascii have read.
        if (!json || isInOrder(json, order, omit)) return undefined;
        const bytes = reorder(json, order, omit);
        return bytes && escapeNonAscii(bytes);
      },
    },
  ];
}

function isInOrder({ members }: JsonObjectText, order: readonly string[], omit: string): boolean {
  let last = -1;
  for (const { name } of members) {
    if (name === omit) continue;
    const place = order.indexOf(name);
    if (place <= last) return false;
    last = place;
  }
  return true;
}

/** `name=value\r\n` for every field but the signature, the lines sorted by code point (WIRE §3). */
export const sortedFormLines: readonly BodyReading[] = [
  { name: 'without-blank-fields', read: (passage) => formLines(passage, false) },
  {
    name: 'with-blank-fields',
    read: (passage) =>
      passage.form?.some(({ value }) => value === '') ? formLines(passage, true) : undefined,
  },
];

function formLines({ form = [] }: Passage, keepBlank: boolean): Uint8Array {
  const lines: Uint8Array[] = [];
  for (const { name, value } of form) if (keepBlank || value !== '') lines.push(utf8(`${name}=${value}\r\n`));
  return concatBytes(lines.sort(compareBytes));
}

/** UTF-8 sorts by code point when it is compared byte by byte; UTF-16 text does not. */
function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** An urlencoded body without one field: the other pairs as received. */
export function bodyWithoutField(field: string): readonly BodyReading[] {
  return [{ name: 'raw', read: ({ request }) => withoutPair(request.body, field) }];
}

const AMPERSAND = 0x26;

function withoutPair(body: Uint8Array, field: string): Uint8Array {
  const kept: Uint8Array[] = [];
  for (let start = 0; start <= body.length; ) {
    const found = body.indexOf(AMPERSAND, start);
    const end = found < 0 ? body.length : found;
    const pair = body.subarray(start, end);
    const parsed = parseUrlencoded(pair);
    if ('fault' in parsed || parsed[0]?.name !== field) {
      if (kept.length > 0) kept.push(Uint8Array.of(AMPERSAND));
      kept.push(pair);
    }
    start = end + 1;
  }
  return concatBytes(kept);
}

/** The ways to read a body into the bytes that a signature covers. Each is a pure function of the received bytes. */
import type { Message } from '../crypto/backend.ts';
import type { Passage } from '../scheme.ts';
import { utf8Text } from '../text/bytes.ts';
import { findPair } from '../text/form.ts';
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
  /** What of the body it leaves unsigned, as a sentence for the operator. */
  readonly leaves?: string;
  /** Undefined where this reading does not apply. */
  read(passage: Passage): Uint8Array | Message | undefined;
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
  {
    name: 'without-blank-fields',
    leaves: 'Fields without a value may be unsigned: anyone on the way can add or take them.',
    read: (passage) => formLines(passage, false),
  },
  {
    name: 'with-blank-fields',
    read: (passage) =>
      passage.form?.some(({ value }) => value === '') ? formLines(passage, true) : undefined,
  },
];

/** As byte strings: UTF-8 sorts by code point when it is compared byte by byte, and UTF-16 text does not. */
function formLines({ form = [] }: Passage, keepBlank: boolean): Message {
  const lines: string[] = [];
  for (const { name, value } of form) {
    if (keepBlank || value !== '') lines.push(utf8Text(`${name}=${value}\r\n`));
  }
  return lines.sort();
}

/** An urlencoded body without one field, which occurs once, and one adjoining ampersand: the rest as received. */
export function bodyWithoutField(field: string): readonly BodyReading[] {
  return [{ name: 'raw', read: ({ request }) => withoutPair(request.body, field) }];
}

function withoutPair(body: Uint8Array, field: string): Message {
  const pair = findPair(body, field);
  if (!pair) return [body];
  const { start, end } = pair;
  return start > 0
    ? [body.subarray(0, start - 1), body.subarray(end)]
    : [body.subarray(Math.min(end + 1, body.length))];
}

/** A scanned JSON object without one member, and its members in another order. */
import type { JsonMember, JsonObjectText } from './json-object.ts';

const COMMA = 0x2c;

/**
 * The bytes as received, with a top-level member and one adjoining comma cut out.
 *
 * Behind the first member it is the comma that follows; whether the white space after that comma belonged to the
 * member is not known, so there are two texts then: without that white space, and with it. Each is two views of the bytes.
 */
export function withoutMember(
  object: JsonObjectText,
  member: JsonMember,
): readonly (readonly Uint8Array[])[] {
  const { bytes, members } = object;
  const index = members.indexOf(member);
  const next = members[index + 1];
  if (index > 0) {
    let comma = member.nameStart - 1;
    while (bytes[comma] !== COMMA) comma--;
    return [cut(bytes, comma, member.valueEnd)];
  }
  if (!next) return [cut(bytes, member.nameStart, member.valueEnd)];
  let afterComma = member.valueEnd;
  while (bytes[afterComma] !== COMMA) afterComma++;
  afterComma++;
  const tight = cut(bytes, member.nameStart, next.nameStart);
  return afterComma === next.nameStart ? [tight] : [tight, cut(bytes, member.nameStart, afterComma)];
}

function cut(bytes: Uint8Array, from: number, to: number): readonly Uint8Array[] {
  return [bytes.subarray(0, from), bytes.subarray(to)];
}

/** Whether the members but `omit` stand in that order, and none is unknown to it. */
export function isInOrder({ members }: JsonObjectText, order: readonly string[], omit: string): boolean {
  let last = -1;
  for (const { name } of members) {
    if (name === omit) continue;
    const place = order.indexOf(name);
    if (place <= last) return false;
    last = place;
  }
  return true;
}

/** The members in that order, without `omit`; undefined where there is one that is neither in `order` nor `omit`. */
export function inOrder(
  object: JsonObjectText,
  order: readonly string[],
  omit: string,
): readonly JsonMember[] | undefined {
  for (const { name } of object.members) if (name !== omit && !order.includes(name)) return undefined;
  const ordered: JsonMember[] = [];
  for (const name of order) {
    const member = object.members.find((candidate) => candidate.name === name);
    if (member && name !== omit) ordered.push(member);
  }
  return ordered;
}

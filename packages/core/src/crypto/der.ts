/** DER (X.690): read strictly, so that one value has one text, and written as far as keys need it. */

export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
  /** Tag, length and content, as they stood. */
  readonly whole: Uint8Array;
}

export const INTEGER: number = 0x02;
export const BIT_STRING: number = 0x03;
export const OCTET_STRING: number = 0x04;
export const NULL: number = 0x05;
export const OBJECT_ID: number = 0x06;
export const SEQUENCE: number = 0x30;

/** The tag of a constructed element that a context numbers. */
export function contextTag(number: number): number {
  return 0xa0 | number;
}

/** The elements that bytes are made of; undefined where they are not made of whole ones, each of the shortest length. */
export function derElements(bytes: Uint8Array): readonly DerElement[] | undefined {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = at;
    const tag = bytes[at] as number;
    let length = bytes[at + 1] ?? 0x80;
    let start = at + 2;
    if (length >= 0x80) {
      const lengthBytes = length & 0x7f;
      // No key takes 16 MB; 0x80 is the indefinite length of BER.
      if (lengthBytes === 0 || lengthBytes > 3) return undefined;
      length = 0;
      for (let i = 0; i < lengthBytes; i++) length = length * 256 + (bytes[start++] ?? 0);
      if (length < 0x80 || length < 256 ** (lengthBytes - 1)) return undefined;
    }
    at = start + length;
    if (at > bytes.length) return undefined;
    elements.push({ tag, content: bytes.subarray(start, at), whole: bytes.subarray(first, at) });
  }
  return elements;
}

/** The elements inside the one element that bytes are; undefined where they are no such one. */
export function derChildren(bytes: Uint8Array, tag: number): readonly DerElement[] | undefined {
  const [only, more] = derElements(bytes) ?? [];
  return only?.tag === tag && more === undefined ? derElements(only.content) : undefined;
}

/** The bytes of a whole number ≥ 0 without leading zeros; undefined where the element is none, or not the shortest. */
export function derNatural(element: DerElement | undefined): Uint8Array | undefined {
  if (element?.tag !== INTEGER) return undefined;
  const { content } = element;
  const [first = 0x80, second = 0x80] = content;
  if (first >= 0x80) return undefined;
  if (first !== 0) return content;
  if (content.length === 1) return content.subarray(1);
  return second >= 0x80 ? content.subarray(1) : undefined;
}

/** One element. */
export function derElement(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const head = [tag, ...derLength(length)];
  const out = new Uint8Array(head.length + length);
  out.set(head);
  let at = head.length;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function derLength(length: number): readonly number[] {
  if (length < 0x80) return [length];
  if (length < 0x100) return [0x81, length];
  return length < 0x10000
    ? [0x82, length >> 8, length & 0xff]
    : [0x83, length >> 16, (length >> 8) & 0xff, length & 0xff];
}

/** The parts of a text that are yet to be printed, and the order of an object’s members as Go has it. */
import { codePointKey } from './code-points.ts';
import { compareSpans } from './json-bytes.ts';
import type { NestedObject } from './json-names.ts';
import { stringText } from './json-string.ts';

const COMMA = 0x2c;

/** A part of the text that is yet to be printed, and a byte that is written before it; 0 for none. */
export interface Span {
  at: number;
  readonly end: number;
  before: number;
}

export interface NamedSpan extends Span {
  readonly nameStart: number;
  /** Negative where the name holds an escape. */
  readonly nameEnd: number;
  /** Decoded, where the scan has made it. */
  readonly text: string | undefined;
}

/** In place. Senders that sort send nearly sorted, and a call of `sort` costs as much as inserting 16 by hand. */
export function sortFew(bytes: Uint8Array, members: NamedSpan[]): void {
  for (let i = 1; i < members.length; i++) {
    const member = members[i] as NamedSpan;
    let k = i;
    for (; k > 0; k--) {
      const other = members[k - 1] as NamedSpan;
      if (compareSpans(bytes, other.nameStart, other.nameEnd, member.nameStart, member.nameEnd) < 0) break;
      members[k] = other;
    }
    members[k] = member;
  }
}

export const FEW_MEMBERS = 16;

/** A text that sorts by code point. */
export function sortKey(bytes: Uint8Array, { nameStart, nameEnd, text }: NamedSpan): string {
  return codePointKey(text ?? stringText(bytes, nameStart, Math.abs(nameEnd)));
}

/** An object’s members, a comma before each. */
export function namedSpans({ spans, texts }: NestedObject): NamedSpan[] {
  const members: NamedSpan[] = [];
  for (let k = 0; k < spans.length; k += 3) {
    const nameStart = spans[k] as number;
    members.push({
      at: nameStart - 1,
      end: spans[k + 2] as number,
      before: COMMA,
      nameStart,
      nameEnd: spans[k + 1] as number,
      text: texts[k / 3],
    });
  }
  return members;
}

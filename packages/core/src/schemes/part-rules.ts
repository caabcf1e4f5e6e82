/** What a request's text is held to, so that its message can be cut in one way only; see `template-ambiguity.ts`. */
import { isChunks, type Message } from '../crypto/backend.ts';
import { type Objection, objection } from '../objection.ts';
import { byteText } from '../text/bytes.ts';
import type { PartRule } from './template-ambiguity.ts';

/**
 * A nonce where it may be absent: what a body that takes its place may not begin with. Fewer than ten digits alone are
 * the fraction of a second.
 */
const NONCE = /^(?!\d{1,9}$)[A-Za-z0-9_~+/-]{1,128}={0,2}$/;

/** A longer head is no nonce. */
const MAX_HEAD = 132;

/** Why a part's text breaks its rule; undefined where it does not. */
export function breach(text: string, rule: PartRule): string | undefined {
  switch (rule.kind) {
    case 'ends-before':
      return endsBefore(text, rule.literal) ? undefined : holds(rule.literal);
    case 'begins-after':
      return (rule.literal + text).lastIndexOf(rule.literal) === 0 ? undefined : holds(rule.literal);
    case 'whole':
      return text.includes('.') ? 'has a fraction, and a point stands beside it in the message' : undefined;
    case 'fixed':
      return text.length === rule.digits && /^\d+$/.test(text)
        ? undefined
        : `does not have ${rule.digits} digits, and nothing in the message shows where it ends`;
    case 'no-fraction-follows':
      return undefined;
  }
}

/** Whether the literal, put behind the text, begins where the text ends and nowhere before. */
function endsBefore(text: string, literal: string): boolean {
  // The commonest one, a point: nothing is joined for it.
  if (literal.length === 1) return !text.includes(literal);
  return (text + literal).indexOf(literal) === text.length;
}

function holds(literal: string): string {
  return `holds ${JSON.stringify(literal)}, which ends it in the message`;
}

/** Why a nonce that may be absent is none that could be told from a body's beginning; undefined where it is one. */
export function nonceBreach(text: string): string | undefined {
  return NONCE.test(text) ? undefined : 'is not 1 to 128 letters, digits or - _ ~ + /, or is a short number';
}

/** What stands before the body where a body could go on as it: seconds without a fraction, and a nonce that is not there. */
export interface BodyGuard {
  readonly literal: string;
  readonly afterSeconds: boolean;
  readonly inPlaceOfNonce: boolean;
}

/** Refuses a body that would be another part's text, were the request read otherwise. */
export function guardBody(
  guard: BodyGuard,
  seconds: string | undefined,
  body: Uint8Array | Message,
): Objection | undefined {
  const { literal, afterSeconds, inPlaceOfNonce } = guard;
  const fraction = afterSeconds ? fractionOf(seconds) : undefined;
  if (fraction !== undefined) {
    return inPlaceOfNonce && nonceBreach(fraction) === undefined
      ? objection(
          'malformed-timestamp',
          'the timestamp’s fraction could as well be a nonce',
          'The sender must sign whole seconds, or the gate’s message must always have a nonce, or never.',
        )
      : undefined;
  }
  const head = headOf(body, literal);
  if (head === undefined) return undefined;
  if (inPlaceOfNonce && nonceBreach(head) === undefined) {
    return objection(
      'malformed-body',
      `the body begins as a nonce does, up to the ${JSON.stringify(literal)}: it could as well be a nonce and another body`,
      'Set the gate’s message to one that always has a nonce, or never.',
    );
  }
  return afterSeconds && /^\d+$/.test(head)
    ? objection(
        'malformed-body',
        'the body begins with digits and a point: they could as well be the timestamp’s fraction',
        'The sender must send another body, or sign a timestamp that has its fraction.',
      )
    : undefined;
}

function fractionOf(seconds: string | undefined): string | undefined {
  const point = seconds?.indexOf('.') ?? -1;
  return point < 0 ? undefined : seconds?.slice(point + 1);
}

/** What stands before the first `literal`, where a nonce could: undefined for most bodies, by their first byte. */
function headOf(body: Uint8Array | Message, literal: string): string | undefined {
  const first = body instanceof Uint8Array ? body[0] : textOf(body, 1).charCodeAt(0);
  if (first === undefined || !isHeadCode(first)) return undefined;
  const text = textOf(body instanceof Uint8Array ? [body] : body, MAX_HEAD + literal.length);
  const end = text.indexOf(literal);
  return end < 0 ? undefined : text.slice(0, end);
}

function textOf(pieces: Message, length: number): string {
  let text = '';
  for (const piece of pieces) {
    // What is made in chunks is printed JSON: its brace ends whatever could be read before it.
    if (text.length >= length || isChunks(piece)) break;
    text += typeof piece === 'string' ? piece : byteText(piece.subarray(0, length));
  }
  return text.slice(0, length);
}

/** By character code: every request’s body is looked at, and an expression costs more than all else here. */
const HEAD_CODES: readonly boolean[] = /* @__PURE__ */ Array.from({ length: 256 }, (_, code) =>
  /[A-Za-z0-9_~+/-]/.test(String.fromCharCode(code)),
);

function isHeadCode(code: number): boolean {
  return HEAD_CODES[code] === true;
}

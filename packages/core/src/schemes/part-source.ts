/** Where a part of a request sits: a header, a query parameter, a JSON member, a form field, an item of the signature header. */
import { queryOf } from '../effective-request.ts';
import { byteString, singleHeader } from '../headers.ts';
import { type Objection, objection } from '../objection.ts';
import { parseUrlencoded } from '../text/form.ts';
import {
  decimalText,
  integerText,
  isLiteral,
  type JsonMember,
  type JsonObjectText,
  stringValue,
} from '../text/json-text.ts';
import { memberAt } from './member-path.ts';
import type { TemplateFound, TemplatePassage } from './template-found.ts';

/** Exactly one of these names. Headers in any case; a JSON member by its name, or by a path such as `signature.timestamp`. */
export type PartSource =
  | { readonly header: string }
  | { readonly query: string }
  | { readonly member: string }
  | { readonly field: string }
  /** An item of the signature header's list, e.g. Stripe's `t=`. */
  | { readonly item: string };

/** What was found at a source. `malformed`: there, but no text (a JSON object, say). */
export type FoundPart =
  | { readonly state: 'absent' | 'repeated' | 'malformed' }
  | { readonly state: 'found'; readonly text: string };

const ABSENT: FoundPart = { state: 'absent' };
const REPEATED: FoundPart = { state: 'repeated' };
const MALFORMED: FoundPart = { state: 'malformed' };

/** What a JSON member must be: a string, a number without sign or exponent, or a string or an integer. */
export type MemberKind = 'string' | 'number' | 'either';

/** `readPart` for a part that is read in request after request. */
export function partReader(
  source: PartSource,
  kind: MemberKind = 'either',
): (passage: TemplatePassage) => FoundPart {
  if (!('header' in source)) return (passage) => readPart(source, passage, kind);
  const single = singleHeader(source.header);
  return ({ request }) => foundOnce(single(request.headers));
}

/** Reads one part as a byte string. An empty text counts as absent. Needs the body parsed for `member` and `field`. */
export function readPart(
  source: PartSource,
  passage: TemplatePassage,
  kind: MemberKind = 'either',
): FoundPart {
  if ('header' in source) return foundOnce(passage.request.headers.single(source.header));
  if ('member' in source) return readMember(source.member, passage.found, kind);
  if ('field' in source) return readField(passage.found.form, source.field);
  if ('query' in source) {
    passage.found.query ??= parseUrlencoded(queryOf(passage.request.url));
    const fields = passage.found.query;
    return 'fault' in fields ? MALFORMED : readField(fields, source.query);
  }
  return ABSENT;
}

function readField(fields: TemplateFound['form'], name: string): FoundPart {
  const matching = fields?.filter((field) => field.name === name) ?? [];
  return matching.length > 1 ? REPEATED : found(matching[0] && byteString(matching[0].value));
}

function readMember(path: string, { json }: TemplateFound, kind: MemberKind): FoundPart {
  const placed = json && memberAt(json, path);
  if (!placed || isLiteral(placed.object, placed.member, 'null')) return ABSENT;
  const text = memberText(placed.object, placed.member, kind);
  return text === undefined ? MALFORMED : found(byteString(text));
}

function memberText(json: JsonObjectText, member: JsonMember, kind: MemberKind): string | undefined {
  if (kind === 'number') return decimalText(json, member);
  return stringValue(json, member) ?? (kind === 'either' ? integerText(json, member) : undefined);
}

function foundOnce(text: string | null | undefined): FoundPart {
  return text === null ? REPEATED : found(text);
}

function found(text: string | undefined): FoundPart {
  return text === undefined || text === '' ? ABSENT : { state: 'found', text };
}

/** Where a part sits, e.g. `header x-signature`. */
export function describeSource(source: PartSource): string {
  if ('header' in source) return `header ${source.header}`;
  if ('query' in source) return `query parameter ${source.query}`;
  return 'member' in source
    ? `JSON member ${source.member}`
    : `form field ${'field' in source ? source.field : ''}`;
}

/** The refusal of a request whose time is not where it should be. */
export function missingTimestamp(source: PartSource | { readonly item: string }, message: string): Objection {
  const place = 'item' in source ? `item ${source.item} of the signature’s header` : describeSource(source);
  return objection(
    'missing-timestamp',
    message,
    `The sender must send its time in the ${place}, and what is in front of the gate must hand that on.`,
  );
}

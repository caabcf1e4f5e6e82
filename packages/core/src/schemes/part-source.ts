/**
 * Where a part of a request sits. A header is read here; any other place brings along how it is read and written (`member`,
 * `field`, `query`), so that a scheme loads the parsers of the places that it names, and no others.
 */
import { singleHeader } from '../headers.ts';
import type { MaybePromise, SignedRequest } from '../model.ts';
import type { Objection } from '../objection.ts';
import type { LateVerdict } from '../scheme.ts';
import type { TemplatePassage } from './template-found.ts';

/** In any case. */
export interface HeaderPlace {
  readonly header: string;
}

/** An item of the signature header's list, e.g. Stripe's `t=`. */
export interface ItemSource {
  readonly item: string;
}

/** A place that is no header. */
export interface PlacedSource {
  /** Needs the body parsed, where it sits there. */
  read(passage: TemplatePassage, kind: MemberKind): FoundPart;
  /** Puts a part there, to sign. @throws SetupError where the request cannot carry it */
  put(request: SignedRequest, text: string, asNumber: boolean): SignedRequest;
  /** Whether it sits where another part does, or inside: what is cut out with that is not signed. */
  isWithin(other: PartSource): boolean;
}

/** What every place inside the body brings. */
export interface BodySource extends PlacedSource {
  /** Parses the body, in slices where it takes long. @param sorts whether a reading asks for the order of members */
  parse(passage: TemplatePassage, sorts: boolean): MaybePromise<Objection | undefined>;
  /** Parses a draft’s body, at once. @throws SetupError where it is none that could be signed */
  parseDraft(passage: TemplatePassage): void;
}

/** A parameter of the URL’s query. */
export interface QuerySource extends PlacedSource {
  readonly query: string;
}

/** A member of a JSON body: its name, or a path such as `signature.timestamp`. */
export interface MemberSource extends BodySource {
  readonly member: string;
  /** The member’s text once the proof has held, of a body that may not have been parsed, and may be no JSON at all. */
  readLate(passage: TemplatePassage): string | undefined;
  /** The verdict that reads it when somebody asks. */
  readonly lateVerdict: LateVerdict;
}

/** A field of a form. */
export interface FieldSource extends BodySource {
  readonly field: string;
}

/** A member of JSON that is a field of a form. */
export interface FieldMemberSource extends BodySource {
  /** The field’s name. */
  readonly jsonField: string;
  /** The member’s name, or a path to it. */
  readonly path: string;
}

/** A text that is read whatever the request has: an explanation puts one in the place of another. */
export interface LiteralSource extends PlacedSource {
  readonly literal: string;
}

/** A place inside the body. */
export type BodyPlace = MemberSource | FieldSource | FieldMemberSource;

export type PartSource = HeaderPlace | ItemSource | QuerySource | BodyPlace | LiteralSource;

/** The text at a source, or why there is none. */
export type FoundPart = string | NoPart;

/** `malformed`: there, but no text (a JSON object, say). */
export interface NoPart {
  readonly state: 'absent' | 'repeated' | 'malformed';
}

export const ABSENT: NoPart = { state: 'absent' };
export const REPEATED: NoPart = { state: 'repeated' };
export const MALFORMED: NoPart = { state: 'malformed' };

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

/** Reads one part as a byte string. An empty text counts as absent. */
export function readPart(
  source: PartSource,
  passage: TemplatePassage,
  kind: MemberKind = 'either',
): FoundPart {
  if ('header' in source) return foundOnce(passage.request.headers.single(source.header));
  return 'item' in source ? ABSENT : source.read(passage, kind);
}

function foundOnce(text: string | null | undefined): FoundPart {
  return text === null ? REPEATED : foundText(text);
}

/** A text that was read; an empty one is none. */
export function foundText(text: string | undefined): FoundPart {
  return text === undefined || text === '' ? ABSENT : text;
}

/** The request with a part where it belongs, to sign; an item of the signature’s list is put there with the signature. */
export function putPart(
  request: SignedRequest,
  source: PartSource,
  text: string,
  asNumber = false,
): SignedRequest {
  if ('header' in source) return { ...request, headers: request.headers.with(source.header, text) };
  return 'item' in source ? request : source.put(request, text, asNumber);
}

/** Where a part sits, e.g. `header x-signature`. */
export function describeSource(source: PartSource): string {
  if ('header' in source) return `header ${source.header}`;
  if ('query' in source) return `query parameter ${source.query}`;
  if ('jsonField' in source) return `JSON member ${source.path} of form field ${source.jsonField}`;
  return 'member' in source
    ? `JSON member ${source.member}`
    : `form field ${'field' in source ? source.field : ''}`;
}

/** Whether a part sits inside the body. */
export function isInBody(source: PartSource | undefined): source is BodyPlace {
  return source !== undefined && ('member' in source || 'field' in source || 'jsonField' in source);
}

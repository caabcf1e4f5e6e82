/** Messages made of parts, such as `template(TIMESTAMP, '.', BODY)`: compiled once, then filled by concatenation, never by replacement. */
import type { Message, MessagePiece } from '../crypto/backend.ts';
import type { CoverageWarning, CoveredPart } from '../model.ts';
import { type Objection, objection } from '../objection.ts';
import { SetupError } from '../setup-error.ts';
import { utf8Text } from '../text/bytes.ts';
import type { FieldReader, MessageField, MessagePart } from './message-part.ts';
import { type BodyGuard, breach, guardBody, nonceBreach } from './part-rules.ts';
import { ABSENT, type BodyPlace, type PartSource, readPart } from './part-source.ts';
import { cutRulesOf, type OptionalPart, optionalPart, type PartRule } from './template-ambiguity.ts';
import type { TemplatePassage } from './template-found.ts';
import type {
  BodyProof,
  CompiledMessages,
  MessageForm,
  MessageTemplate,
  TemplateOptions,
} from './template-options.ts';

/** A message that tells what it is made of, for `explain`, which makes it of other parts. */
export interface TemplateForm extends MessageForm {
  /** Of each message its parts, literal texts as byte strings. */
  readonly parts: readonly (readonly MessagePart[])[];
}

export function isTemplateForm(form: MessageForm): form is TemplateForm {
  return 'parts' in form;
}

/** One message: its parts in order. A text stands for its UTF-8 bytes. */
export function template(...parts: readonly MessagePart[]): TemplateForm {
  return templates([parts]);
}

/** Several messages, of which the first applies whose nonce and id the request carries. */
export function templates(messages: readonly (readonly MessagePart[])[]): TemplateForm {
  const literal = messages.map((parts) =>
    parts.map((part) => (typeof part === 'string' ? utf8Text(part) : part)),
  );
  const readOrigin = fieldsOf(literal).find((field) => field.readOrigin)?.readOrigin;
  return {
    parts: literal,
    compile: (options) => compileMessages(literal, options),
    ...(readOrigin && { readOrigin }),
  };
}

function compileMessages(
  messages: readonly (readonly MessagePart[])[],
  options: TemplateOptions,
): CompiledMessages {
  const optional = messages.length === 2 ? optionalPart(messages[0] ?? [], messages[1] ?? []) : undefined;
  const isGuessed = messages.length > 1 && optional === undefined;
  const compiled = messages.map((parts, i) =>
    compile(parts, options, i, optional, isGuessed ? [SEVERAL] : []),
  );
  const fields = fieldsOf(messages);
  const prepare = fields.find((field) => field.prepare)?.prepare;
  const bodyProof = proofOf(fields, options);
  const place = fields.find((field) => field.place)?.place;
  const members = fields.flatMap(({ inBody }) => inBody ?? []);
  return {
    templates: compiled,
    ...(prepare && { prepare }),
    ...(bodyProof && { bodyProof }),
    ...(place && { place: (request) => place(options, request) }),
    ...(members.length > 0 && { members }),
  };
}

function fieldsOf(messages: readonly (readonly MessagePart[])[]): readonly MessageField[] {
  return messages.flat().filter((part) => typeof part !== 'string');
}

function proofOf(fields: readonly MessageField[], options: TemplateOptions): BodyProof | undefined {
  const form = fields.find(({ proveBody }) => proveBody);
  return (form?.proveBody ?? options.bodyDigest?.proveBody)?.(options, form !== undefined);
}

const SEVERAL: CoverageWarning = { code: 'movable-between-messages' };

/** A text, or what reads a field of the request, or undefined for the body. */
type Segment = string | FieldReader | undefined;

/** What a message is made of, request by request. */
interface MessagePlan {
  readonly segments: readonly Segment[];
  /** Its texts, each in its place among empty ones: a copy of it is filled. */
  readonly texts: readonly MessagePiece[];
  readonly guard: BodyGuard | undefined;
}

/** @param index of the message among the several @param optional the part that the first has and the second leaves out */
function compile(
  parts: readonly MessagePart[],
  options: TemplateOptions,
  index: number,
  optional: OptionalPart | undefined,
  forms: readonly CoverageWarning[],
): MessageTemplate {
  const { rules, warnings } = cutRulesOf(parts, options.timestamp?.unit);
  const segments = parts.map((part, at) =>
    typeof part === 'string'
      ? part
      : ruled(part.reader(options), part, rules.get(at), index === 0 && optional?.at === at),
  );
  const fields = fieldsOf([parts]);
  const covers = new Set<CoveredPart>(fields.flatMap((field) => field.covers));
  const headers = fields.flatMap(({ header, demands }) => demands?.(options) ?? header ?? []);
  // What can fall away may be all that is not there.
  if (!fields.some((field) => field.field !== 'optional' && isOfRequest(field))) {
    throw new SetupError(
      'scheme.message',
      'the message covers nothing of the request',
      'Name at least {body}.',
    );
  }
  const texts = segments.map((segment) => (typeof segment === 'string' ? segment : ''));
  const plan = { segments, texts, guard: bodyGuardOf(parts, rules, index === 1 ? optional : undefined) };
  const mayBeAbsent = absentSources(fields, options);
  return {
    covers,
    fields: new Set(fields.map(({ field }) => field)),
    headers,
    warnings: [...forms, ...warnings, ...fields.flatMap(({ warning }) => warning ?? []), ...partsOf(fields)],
    applies: (passage) => mayBeAbsent.every((source) => readPart(source, passage) !== ABSENT),
    fill: (passage, body) => fill(plan, passage, body),
  };
}

/** What is signed of parts that no name of the report covers. */
function partsOf(fields: readonly MessageField[]): readonly CoverageWarning[] {
  const members = fields.flatMap(({ inBody }) => (inBody === undefined ? [] : nameIn(inBody)));
  const parameters = fields.flatMap(({ parameter }) => parameter?.name ?? []);
  return members.length + parameters.length > 0 ? [{ code: 'signed-parts', members, parameters }] : [];
}

function nameIn(place: BodyPlace): string {
  if ('member' in place) return place.member;
  return 'field' in place ? place.field : `${place.jsonField}.${place.path}`;
}

function isOfRequest({ covers, header, parameter, demands, inBody }: MessageField): boolean {
  return covers.length > 0 || [header, parameter, demands, inBody].some((part) => part !== undefined);
}

/** How the body is held apart from what stands before it. @param leftOut the part that may stand in the body's place */
function bodyGuardOf(
  parts: readonly MessagePart[],
  rules: ReadonlyMap<number, PartRule>,
  leftOut: OptionalPart | undefined,
): BodyGuard | undefined {
  let guard: BodyGuard | undefined;
  for (const [at, part] of parts.entries()) {
    if (typeof part === 'string' || part.field !== 'body') continue;
    const afterSeconds = rules.get(at)?.kind === 'no-fraction-follows';
    const inPlaceOfNonce = leftOut?.at === at;
    if (afterSeconds || inPlaceOfNonce) {
      guard = { literal: inPlaceOfNonce ? leftOut.literal : '.', afterSeconds, inPlaceOfNonce };
    }
  }
  return guard;
}

/** Where the message’s nonce and id stand: without them it does not apply. */
function absentSources(fields: readonly MessageField[], options: TemplateOptions): readonly PartSource[] {
  return fields.flatMap(({ field }) => (field === 'nonce' || field === 'id' ? (options[field] ?? []) : []));
}

function fill(
  { segments, texts, guard }: MessagePlan,
  passage: TemplatePassage,
  body: Uint8Array | Message,
): Message | Objection {
  const refused = guard && guardBody(guard, passage.timestampText, body);
  if (refused) return refused;
  const message = texts.slice();
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i];
    if (typeof segment === 'function') {
      const text = segment(passage);
      if (typeof text !== 'string') return text;
      message[i] = text;
    } else if (segment === undefined && body instanceof Uint8Array) message[i] = body;
  }
  if (body instanceof Uint8Array) return message;
  return message.flatMap((piece, i) => (segments[i] === undefined ? body : [piece]));
}

/** A field whose text is held to its rule. */
function ruled(
  read: FieldReader | undefined,
  { field, written }: MessageField,
  rule: PartRule | undefined,
  isOptional: boolean,
): FieldReader | undefined {
  if (read === undefined || (rule === undefined && !isOptional)) return read;
  const reason = field === 'timestamp' ? 'malformed-timestamp' : 'missing-part';
  return (passage) => {
    const text = read(passage);
    if (typeof text !== 'string') return text;
    const fault = (rule && breach(text, rule)) ?? (isOptional ? nonceBreach(text) : undefined);
    return fault === undefined
      ? text
      : objection(
          reason,
          // One of several by its name: {field:a}.
          `${written.includes(':') ? written : `the ${field}`} ${fault}`,
          'The sender must choose another: text could be moved across its end.',
        );
  };
}

/** Message templates such as `{timestamp}.{body}`: compiled once, then filled by concatenation, never by replacement. */
import type { Message, MessagePart } from '../crypto/backend.ts';
import {
  authorityOf,
  effectiveRequest,
  isHostOverruled,
  type Origin,
  queryOf,
} from '../effective-request.ts';
import type { TimestampUnit } from '../freshness.ts';
import { singleHeader } from '../headers.ts';
import type { CoveredPart } from '../model.ts';
import { type Objection, objection } from '../objection.ts';
import { SetupError } from '../setup-error.ts';
import { byteString } from '../text/bytes.ts';
import { digestText } from './body-digest.ts';
import { sortedForm } from './body-proof.ts';
import { AS_RECEIVED, NO_HOST as GIVE_HOST, OTHER_HOST } from './host-remedies.ts';
import { type BodyGuard, breach, guardBody, nonceBreach } from './part-rules.ts';
import { missingTimestamp, type PartSource, partReader, readPart } from './part-source.ts';
import { sortedQuery, withoutParameter } from './query-text.ts';
import { judgeTemplate, type OptionalPart, optionalPart, type PartRule } from './template-ambiguity.ts';
import type { TemplatePassage } from './template-found.ts';
import { COVERS, parseTemplate, type TemplateHeader, type TemplatePart } from './template-grammar.ts';

/** Where the parts sit that a template may name. */
export interface TemplateSources {
  readonly timestamp: (PartSource & { readonly unit: TimestampUnit }) | undefined;
  readonly id: PartSource | undefined;
  readonly nonce: PartSource | undefined;
  /** A query parameter that holds the signature and is left out of `{query}` and `{url}`. */
  readonly signatureQuery: string | undefined;
  /** Scheme and authority of `{url}` and `{host}` as the sender knows them. Default: the request’s own, under `https`. */
  readonly origin: Origin | undefined;
}

export interface MessageTemplate {
  /** What the template covers. */
  readonly covers: ReadonlySet<CoveredPart>;
  /** The names of its fields, e.g. `timestamp`. */
  readonly fields: ReadonlySet<string>;
  /** Lower-case names of the headers that it covers by `{header:…}`. */
  readonly headers: readonly string[];
  /** What the message leaves to be guessed, in sentences for the operator. */
  readonly warnings: readonly string[];
  /** Whether the request carries the nonce and id that this template names. */
  applies(passage: TemplatePassage): boolean;
  fill(passage: TemplatePassage, body: Uint8Array | Message): Message | Objection;
}

type Segment =
  | string
  /** Undefined stands for the body. */
  | ((passage: TemplatePassage) => string | Objection)
  | undefined;

/**
 * Compiles a template, or several of which the first applies whose nonce and id the request carries.
 * @throws SetupError for what is no template, an unknown field, or one whose source is not declared.
 */
export function compileMessages(
  templates: readonly string[],
  sources: TemplateSources,
): readonly MessageTemplate[] {
  const parsed = templates.map(parseTemplate);
  const optional = parsed.length === 2 ? optionalPart(parsed[0] ?? [], parsed[1] ?? []) : undefined;
  const isGuessed = parsed.length > 1 && optional === undefined;
  return parsed.map((parts, i) => compile(parts, sources, i, optional, isGuessed ? [SEVERAL] : []));
}

const SEVERAL =
  'The message has several forms, and one form’s text can be another’s: text can be moved from one part into another under a valid signature.';

const UNCUT =
  'Nothing in the message shows where names and values of the form end: text can be moved from one into another under a valid signature.';
const UNORDERED =
  'The order of the query’s parameters is not signed, but of those of one name: anyone on the way can change it.';

function compile(
  parts: readonly TemplatePart[],
  sources: TemplateSources,
  index: number,
  optional: OptionalPart | undefined,
  forms: readonly string[],
): MessageTemplate {
  const { rules, warnings: found } = judgeTemplate(parts, sources.timestamp?.unit);
  const warnings = [...forms, ...found];
  const segments: Segment[] = [];
  const covers = new Set<CoveredPart>();
  const fields = new Set<string>();
  const headers: string[] = [];
  const mayBeAbsent: PartSource[] = [];
  let guard: BodyGuard | undefined;
  for (const [at, part] of parts.entries()) {
    if (typeof part === 'string') {
      segments.push(part);
      continue;
    }
    const { field } = part;
    if (field === 'header') headers.push(part.header);
    if (field === 'query' && part.isSorted) warnings.push(UNORDERED);
    if (field === 'form') warnings.push(UNCUT);
    if ((field === 'nonce' || field === 'id') && sources[field]) mayBeAbsent.push(sources[field]);
    if (field === 'body') {
      const afterSeconds = rules.get(at)?.kind === 'no-fraction-follows';
      const inPlaceOfNonce = index === 1 && optional?.at === at;
      if (afterSeconds || inPlaceOfNonce) {
        guard = { literal: inPlaceOfNonce ? optional.literal : '.', afterSeconds, inPlaceOfNonce };
      }
    }
    const isOptional = index === 0 && optional?.at === at;
    segments.push(ruled(compileField(part, sources), field, rules.get(at), isOptional));
    fields.add(field);
    for (const covered of COVERS[field] ?? []) covers.add(covered);
  }
  if (covers.size === 0 && headers.length === 0) {
    throw new SetupError(
      'scheme.message',
      'the message covers nothing of the request',
      'Name at least {body}.',
    );
  }
  return {
    covers,
    fields,
    headers,
    warnings,
    applies: (passage) => mayBeAbsent.every((source) => readPart(source, passage).state !== 'absent'),
    fill(passage, body) {
      const message: MessagePart[] = [];
      const refused = guard && guardBody(guard, passage.timestampText, body);
      if (refused) return refused;
      for (const segment of segments) {
        if (segment === undefined) {
          if (body instanceof Uint8Array) message.push(body);
          else for (const piece of body) message.push(piece);
        } else if (typeof segment === 'string') message.push(segment);
        else {
          const text = segment(passage);
          if (typeof text !== 'string') return text;
          message.push(text);
        }
      }
      return message;
    },
  };
}

/** A field whose text is held to its rule. */
function ruled(segment: Segment, field: string, rule: PartRule | undefined, isOptional: boolean): Segment {
  if (typeof segment !== 'function' || (rule === undefined && !isOptional)) return segment;
  const reason = field === 'timestamp' ? 'malformed-timestamp' : 'missing-part';
  return (passage) => {
    const text = segment(passage);
    if (typeof text !== 'string') return text;
    const fault = (rule && breach(text, rule)) ?? (isOptional ? nonceBreach(text) : undefined);
    return fault === undefined
      ? text
      : objection(
          reason,
          `the ${field} ${fault}`,
          'The sender must choose another: text could be moved across its end.',
        );
  };
}

function compileField(part: Exclude<TemplatePart, string>, sources: TemplateSources): Segment {
  const { field } = part;
  switch (part.field) {
    case 'header':
      return readHeader(part);
    case 'body':
      return undefined;
    case 'method':
      return ({ request }) => request.method;
    case 'path':
      return readPath;
    case 'query':
      return readQuery(sources.signatureQuery, part.isSorted === true);
    case 'form':
      return sortedForm;
    case 'digest':
      return (passage) => digestText(passage, part.form);
    case 'host':
      return readHost(sources);
    case 'url':
      return readUrl(sources);
    case 'timestamp':
      return readTimestamp(required(sources.timestamp, field));
    case 'id':
    case 'nonce':
      return readCovered(required(sources[part.field], part.field), part.field);
  }
}

function required(source: PartSource | undefined, field: string): PartSource {
  if (source) return source;
  throw new SetupError(
    'scheme.message',
    `{${field}} has no source`,
    'Give the option that says where it sits, or leave the field out.',
  );
}

function readTimestamp(source: PartSource): Segment {
  return (passage) => {
    if (passage.timestampText !== undefined) return passage.timestampText;
    const { state } = readPart(source, passage);
    return state === 'absent'
      ? missingTimestamp(source, 'the message covers a timestamp; the request carries none')
      : objection('malformed-timestamp', `the timestamp is ${state}`);
  };
}

function readCovered(source: PartSource, field: string): Segment {
  const read = partReader(source);
  return (passage) => {
    const part = read(passage);
    if (part.state !== 'found') {
      const fault = objection('missing-part', `the message covers {${field}}, which is ${part.state}`);
      return part.state === 'absent' ? { ...fault, absent: field } : fault;
    }
    if (field === 'id') passage.found.id = part.text;
    return byteString(part.text);
  };
}

function readHeader({ header: name, isOptional }: TemplateHeader): Segment {
  const single = singleHeader(name);
  return ({ request }) => {
    const value = single(request.headers);
    if (value === undefined && isOptional) return '';
    if (typeof value !== 'string') {
      return objection(
        'missing-part',
        `the message covers the header ${name}, which is ${value === null ? 'repeated' : 'absent'}`,
      );
    }
    if (!isFieldValue(value)) {
      return objection(
        'missing-part',
        `the header ${name} holds a character that no header can`,
        AS_RECEIVED,
      );
    }
    return name === 'host' && isHostOverruled(request)
      ? objection(
          'missing-part',
          'the message covers the Host field, and the request’s target names another host',
          OTHER_HOST,
        )
      : value;
  };
}

/** RFC 9110 §5.5: what lets a line end stand in a value comes from no HTTP parser; nor does a char above U+00FF. */
function isFieldValue(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code === 0x0a || code === 0x0d || code === 0 || code > 0xff) return false;
  }
  return true;
}

/** As received. */
function readPath({ request }: TemplatePassage): string | Objection {
  const effective = effectiveRequest(request);
  return 'reason' in effective ? effective : effective.path;
}

function readQuery(signature: string | undefined, isSorted: boolean): Segment {
  return ({ request }) => {
    const query = withoutParameter(queryOf(request.url), signature) ?? '';
    return isSorted ? sortedQuery(query) : query;
  };
}

/** In lower case, without the scheme’s own port: as RFC 9421 §2.2.3 has it. */
function readHost({ origin }: TemplateSources): Segment {
  return ({ request }) => {
    const effective = effectiveRequest(request, origin);
    if ('reason' in effective) return effective;
    return authorityOf(effective, effective.scheme ?? 'https') ?? NO_HOST;
  };
}

const NO_HOST: Objection = objection('missing-part', 'the message covers the host; there is none', GIVE_HOST);

function readUrl({ origin, signatureQuery }: TemplateSources): Segment {
  return ({ request }) => {
    const effective = effectiveRequest(request, origin);
    if ('reason' in effective) return effective;
    const { scheme = 'https', path, query } = effective;
    const authority = authorityOf(effective, scheme);
    if (authority === undefined) return NO_HOST;
    const kept = query === undefined ? undefined : withoutParameter(query, signatureQuery);
    return `${scheme}://${authority}${path === '*' ? '' : path}${kept === undefined ? '' : `?${kept}`}`;
  };
}

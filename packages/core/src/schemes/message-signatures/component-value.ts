/** The value of each covered component: RFC 9421 §2.1 and §2.2. */
import {
  type Dictionary,
  isInnerList,
  parseItem,
  parseList,
  serializeDictionary,
  serializeInnerList,
  serializeItem,
  serializeList,
} from 'structured-headers';
import { authorityOf, effectiveRequest, isHostOverruled, type Origin } from '../../effective-request.ts';
import type { SignedRequest } from '../../model.ts';
import { type Objection, objection } from '../../objection.ts';
import { latin1 } from '../../text/bytes.ts';
import { encodeBase64 } from '../../text/encodings.ts';
import { type FormFault, parseUrlencoded } from '../../text/form.ts';
import { FORM_ENCODING, percentEncoded } from '../../text/percent.ts';
import { shownText } from '../../text/shown-text.ts';
import { AS_RECEIVED, GIVE_HOST, OTHER_HOST } from '../host-remedies.ts';
import type { MessageKind, SignatureComponent } from './component.ts';
import { type WithoutDecimals, withoutDecimals } from './decimals.ts';
import { fieldLines, fieldValue } from './field-value.ts';
import { createMemo, type Memo } from './memo.ts';
import { attempt, isSmall, parseUniqueDictionary } from './structured-fields.ts';

export type StructuredType = 'dictionary' | 'list' | 'item';

export const STRUCTURED_TYPES: readonly StructuredType[] = ['dictionary', 'list', 'item'];

/** What deriving a value needs besides the request. */
export interface ComponentContext {
  /** Scheme and authority as the sender knows them. Default: the request's own, under `https`. */
  readonly origin?: Origin;
  /** Whether `@request-target` is the URL as received (RFC 9421 §2.2.5); else path and query. */
  readonly wholeTarget?: boolean;
  /** Types of further fields that a signature may cover with `;sf`, by lower-case name. */
  readonly structuredFields?: Readonly<Record<string, StructuredType>>;
  /** What is signed, for words. Default: a request. */
  readonly kind?: MessageKind;
  /** What derives values in place of `componentValue`: of a response, parts of the request that it answers. */
  readonly read?: typeof componentValue;
  /** What to do about a field of no known structure, where a gate cannot name it. */
  readonly structureRemedy?: string;
}

/** Types of fields, from the registry of HTTP field names; `;sf` needs to know. */
const STRUCTURED_FIELDS: ReadonlyMap<string, StructuredType> = new Map([
  ['accept-ch', 'list'],
  ['cache-status', 'list'],
  ['cdn-cache-control', 'dictionary'],
  ['client-cert', 'item'],
  ['client-cert-chain', 'list'],
  ['content-digest', 'dictionary'],
  ['priority', 'dictionary'],
  ['proxy-status', 'list'],
  ['repr-digest', 'dictionary'],
  ['signature', 'dictionary'],
  ['signature-input', 'dictionary'],
  ['want-content-digest', 'dictionary'],
  ['want-repr-digest', 'dictionary'],
] as const);

const IN_QUERY = 'The sender must sign a parameter that its query has, and has once.';
const AS_STRUCTURED =
  'The sender must write the field as RFC 9651 does, or sign all of it as it stands (without ;sf and ;key).';

/** VCHAR and SP, and HTAB within fields: neither a line break nor a byte beyond ASCII gets into the signature base. */
const PRINTABLE = /^[\t\x20-\x7e]*$/;

/**
 * The component's value, or an objection where the request does not have it exactly once.
 *
 * @param memo what was read of the same request before: 8 KB of Signature-Input can name parts of one field 256 times.
 */
export function componentValue(
  component: SignatureComponent,
  request: SignedRequest,
  context: ComponentContext,
  memo: Memo = createMemo(),
): string | Objection {
  const key = context.wholeTarget ? `whole ${component.identifier}` : component.identifier;
  return memo(key, () => readValue(component, request, context, memo));
}

function readValue(
  component: SignatureComponent,
  request: SignedRequest,
  context: ComponentContext,
  memo: Memo,
): string | Objection {
  const value = component.name.startsWith('@')
    ? derivedValue(component, request, context, memo)
    : structuredOrPlain(component, request, context, memo);
  if (typeof value === 'string' && !PRINTABLE.test(value)) {
    return missing(
      component,
      'holds a character that is not printable ASCII',
      'The sender must sign printable ASCII only, or sign the field’s bytes (;bs).',
    );
  }
  return value;
}

function derivedValue(
  component: SignatureComponent,
  request: SignedRequest,
  { origin, wholeTarget }: ComponentContext,
  memo: Memo,
): string | Objection {
  const effective = memo('effective request', () => effectiveRequest(request, origin));
  if ('reason' in effective) return effective;
  const { scheme = 'https', path, query } = effective;
  const target = query === undefined ? path : `${path}?${query}`;
  const authority =
    authorityOf(effective, scheme) ?? missing(component, 'is not known: the Host field is absent', GIVE_HOST);
  switch (component.name) {
    case '@method':
      return request.method;
    case '@request-target':
      return wholeTarget ? request.url : target;
    case '@target-uri':
      if (typeof authority !== 'string') return authority;
      return `${scheme}://${authority}${path === '*' ? '' : target}`;
    case '@authority':
      return authority;
    case '@scheme':
      return scheme;
    case '@path':
      return path;
    case '@query':
      return `?${query ?? ''}`;
    default:
      return queryParameter(
        component,
        memo('query', () => readQuery(query ?? '')),
      );
  }
}

/** The query's parameters by their encoded name; null for one that occurs twice. */
function readQuery(query: string): ReadonlyMap<string, string | null> | FormFault {
  const fields = parseUrlencoded(query);
  if ('fault' in fields) return fields;
  const values = new Map<string, string | null>();
  for (const { name, value } of fields) {
    const encoded = percentEncoded(name, FORM_ENCODING);
    values.set(encoded, values.has(encoded) ? null : value);
  }
  return values;
}

/** RFC 9421 §2.2.8. A parameter that occurs twice has no single value, and must not be signed. */
function queryParameter(
  component: SignatureComponent,
  query: ReturnType<typeof readQuery>,
): string | Objection {
  if ('fault' in query) return missing(component, `cannot be read: in the query, ${query.fault}`, IN_QUERY);
  const value = query.get(String(component.parameters.get('name')));
  if (value === undefined) return missing(component, 'is not in the query', IN_QUERY);
  return value === null
    ? missing(component, 'occurs twice in the query', IN_QUERY)
    : percentEncoded(value, FORM_ENCODING);
}

function structuredOrPlain(
  component: SignatureComponent,
  request: SignedRequest,
  { structuredFields = {}, structureRemedy, kind = 'request' }: ComponentContext,
  memo: Memo,
): string | Objection {
  const { name, parameters } = component;
  const { headers } = request;
  if (name === 'host' && isHostOverruled(request)) {
    return missing(component, 'says another host than the request’s target', OTHER_HOST);
  }
  if (parameters.has('bs')) return wrappedLines(component, fieldLines(headers, name), kind);
  const value = memo(`field ${name}`, () => fieldValue(headers, name));
  if (value === undefined) return missing(component, `is not in the ${kind}`);
  const field: StructuredField = {
    decimals: () => memo(`decimals ${name}`, () => withoutDecimals(value)),
    dictionary: () => memo(`dictionary ${name}`, () => parseUniqueDictionary(field.decimals().text)),
  };
  const key = parameters.get('key');
  if (typeof key === 'string') return memberOf(component, field, key);
  if (!parameters.has('sf')) return value;
  const type =
    STRUCTURED_FIELDS.get(name) ??
    (Object.hasOwn(structuredFields, name) ? structuredFields[name] : undefined);
  if (type === undefined) {
    return missing(
      component,
      'is of no known structure',
      structureRemedy ?? 'Name the field’s type under the gate’s structuredFields.',
    );
  }
  return (
    attempt(() => reserialize(field, type)) ??
    missing(component, `is not a structured ${type}`, AS_STRUCTURED)
  );
}

/** A field's value as parts of it are needed: each is read once a request. */
interface StructuredField {
  decimals(): WithoutDecimals;
  dictionary(): Dictionary | undefined;
}

function reserialize({ decimals, dictionary }: StructuredField, type: StructuredType): string | undefined {
  const { text, restore } = decimals();
  if (!isSmall(text)) return undefined;
  if (type === 'list') return restore(serializeList(parseList(text)));
  if (type === 'item') return restore(serializeItem(parseItem(text)));
  // Where a name occurs twice, the reader of the field may take another one than the signature covers.
  const members = dictionary();
  return members && restore(serializeDictionary(members));
}

function memberOf(
  component: SignatureComponent,
  { decimals, dictionary }: StructuredField,
  key: string,
): string | Objection {
  const members = dictionary();
  if (!members)
    return missing(component, 'is not a structured dictionary with each name once', AS_STRUCTURED);
  const member = members.get(key);
  if (member === undefined) return missing(component, 'is not in the dictionary', AS_STRUCTURED);
  const text = attempt(() => (isInnerList(member) ? serializeInnerList(member) : serializeItem(member)));
  return text === undefined
    ? missing(component, 'is not a structured dictionary with each name once', AS_STRUCTURED)
    : decimals().restore(text);
}

function wrappedLines(
  component: SignatureComponent,
  lines: readonly string[] | undefined,
  kind: MessageKind,
): string | Objection {
  if (!lines) return missing(component, `is not in the ${kind}`);
  const wrapped: string[] = [];
  for (const line of lines) {
    const bytes = latin1(line);
    if (!bytes || /[\r\n\0]/.test(line))
      return missing(component, 'holds a line break, or a letter that is not a byte', AS_RECEIVED);
    wrapped.push(`:${encodeBase64(bytes)}:`);
  }
  return wrapped.join(', ');
}

function missing({ identifier }: SignatureComponent, what: string, remedy?: string): Objection {
  return objection('missing-part', `the signature covers ${shownText(identifier)}, which ${what}`, remedy);
}

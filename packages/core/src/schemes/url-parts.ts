/** Parts of a message that have of the address not its text, but what is made of it: decoded, encoded anew, or in order. */
import { effectiveRequest, queryOf } from '../effective-request.ts';
import { type Objection, objection } from '../objection.ts';
import { utf8Text } from '../text/bytes.ts';
import { compareText } from '../text/compare-text.ts';
import { type FormFault, type FormField, parseUrlencoded } from '../text/form.ts';
import { FORM_ENCODING, percentEncoded } from '../text/percent.ts';
import { NO_HOST } from './address-parts.ts';
import type { FieldReader, MessageField } from './message-part.ts';
import { readOrigin } from './origin-option.ts';
import { isSignedWhole, refuseOtherSpelling } from './other-spelling.ts';
import { withoutParameter } from './query-text.ts';
import { readUrl } from './request-url.ts';
import type { TemplatePassage } from './template-found.ts';
import type { TemplateOptions } from './template-options.ts';

/**
 * The whole URL, in which `: / ? @ ! $ ' ( ) * , ;` stand for themselves, even where they came percent-encoded: what
 * HubSpot signs. A path in which a slash or a question mark is encoded is refused: decoded it would be another path.
 */
export const DECODED_URL: MessageField = {
  field: 'url',
  written: '{url:decoded}',
  covers: ['scheme', 'host', 'path', 'query'],
  warning: { code: 'decoded-url' },
  reader: decodedUrlReader,
  readOrigin,
};

/** The query’s parameters by name, each name and value encoded anew as a form’s are, without the signature. */
export const ENCODED_QUERY: MessageField = {
  field: 'query',
  written: '{query:encoded}',
  covers: ['query'],
  warning: { code: 'decoded-url' },
  reader: encodedQueryReader,
};

/** Path and query percent-encoded once more, the query before that as one component: what Contentful signs. */
export const ESCAPED_TARGET: MessageField = {
  field: 'target',
  written: '{target:escaped}',
  covers: ['path', 'query'],
  reader: () => readEscapedTarget,
};

/** The one value of a parameter of the query, decoded. @param isLower whether its letters A to Z are signed in lower case */
export function parameterPart(name: string, isLower: boolean = false): MessageField {
  const parameter = { name, isLower };
  return {
    field: 'parameter',
    written: `{parameter:${name}${isLower ? ':lower' : ''}}`,
    covers: [],
    parameter,
    reader(options) {
      const read = parameterReader(parameter, options);
      return (passage) => read(passage) ?? withoutPart(`the query’s parameter ${name}`, 'absent');
    },
  };
}

/** Reads its value in UTF-8; undefined where the query has none, or an empty one. */
export function parameterReader(
  parameter: NonNullable<MessageField['parameter']>,
  options: TemplateOptions,
): (passage: TemplatePassage) => string | undefined | Objection {
  const { name } = parameter;
  const isWhole = isSignedWhole(options, 'query');
  return (passage) => {
    const text = parameterText(passage, parameter);
    const { query } = passage.found;
    if (isWhole || typeof text === 'object' || query === undefined || 'fault' in query) return text;
    return refuseOtherSpelling(`the query’s parameter ${name}`, query, name, false) ?? text;
  };
}

function parameterText(
  { request, found }: TemplatePassage,
  { name, isLower }: NonNullable<MessageField['parameter']>,
): string | undefined | Objection {
  found.query ??= parseUrlencoded(queryOf(request.url));
  if ('fault' in found.query) return queryFault(found.query);
  const [field, second] = found.query.filter((parameter) => parameter.name === name);
  if (second) return withoutPart(`the query’s parameter ${name}`, 'repeated');
  if (field === undefined || field.value === '') return undefined;
  const text = utf8Text(field.value);
  return isLower ? text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : text;
}

/** @param part as a sentence goes on */
export function withoutPart(part: string, state: 'absent' | 'repeated'): Objection {
  return objection('missing-part', `the message covers ${part}, which is ${state}`);
}

function queryFault({ fault }: FormFault): Objection {
  return objection('missing-part', `the message covers the query, and ${fault.replace('form', 'query')}`);
}

function decodedUrlReader({ origin }: TemplateOptions): FieldReader {
  return (passage) => {
    const url = readUrl(passage.request, origin, NO_HOST);
    if ('reason' in url) return url;
    const { base, path, query } = url;
    if (/%(?:2f|3f)/i.test(path)) return OTHER_PATH;
    const target = `${path}${query === undefined ? '' : `?${query}`}`;
    return `${base}${target.replace(ENCODED_MARK, decodedMark)}`;
  };
}

/** Those of `: / ? @ ! $ ' ( ) * , ;`. */
const ENCODED_MARK = /%(?:3a|2f|3f|40|21|24|27|28|29|2a|2c|3b)/gi;

function decodedMark(encoded: string): string {
  return String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
}

const OTHER_PATH: Objection = objection(
  'missing-part',
  'the message has the path decoded, and a slash or a question mark in it is percent-encoded: it could as well be another path',
  'Have the sender call an address without %2F and %3F in its path.',
);

function encodedQueryReader({ signature }: TemplateOptions): FieldReader {
  const name = 'query' in signature ? signature.query : undefined;
  return ({ request }) => {
    const fields = parseUrlencoded(withoutParameter(queryOf(request.url), name) ?? '');
    return 'fault' in fields ? queryFault(fields) : encodedQuery(fields);
  };
}

/** As WHATWG’s URLSearchParams writes them. */
function encodedQuery(fields: readonly FormField[]): string {
  return [...fields]
    .sort((a, b) => compareText(a.name, b.name))
    .map(({ name, value }) => `${formEncoded(name)}=${formEncoded(value)}`)
    .join('&');
}

function formEncoded(text: string): string {
  return percentEncoded(text, FORM_ENCODING).replaceAll('%20', '+');
}

function readEscapedTarget({ request }: TemplatePassage): string | Objection {
  const effective = effectiveRequest(request);
  if ('reason' in effective) return effective;
  const { path, query } = effective;
  if (query?.includes('?')) return SECOND_MARK;
  const escaped = query === undefined || query === '' ? path : `${path}?${encodeURIComponent(query)}`;
  // A target is ASCII: nothing in it that cannot be encoded.
  return encodeURI(escaped);
}

/** Whoever signs so leaves out what stands behind it. */
const SECOND_MARK: Objection = objection(
  'missing-part',
  'the query holds a question mark, and what stands behind it is not signed',
  'Have the sender call an address that has its question marks percent-encoded.',
);

/** The canonical request of AWS Signature Version 4: one text of what is signed, and what is not signed of how it was written. */
import { type EffectiveRequest, effectiveRequest, type Origin } from '../../effective-request.ts';
import type { SignedRequest } from '../../model.ts';
import { type Objection, objection } from '../../objection.ts';
import { compareText } from '../../text/compare-text.ts';
import { percentEncoded, UNRESERVED } from '../../text/percent.ts';
import { shownText } from '../../text/shown-text.ts';
import { GIVE_HOST } from '../host-remedies.ts';

export interface CanonicalParts {
  readonly request: SignedRequest;
  readonly signedHeaders: readonly string[];
  /** What stands for the body: its SHA-256 in hex, or the word that says that there is none. */
  readonly payloadHash: string;
  readonly origin: Origin | undefined;
  /** Whether the path is encoded once more, as every service but S3 has it. */
  readonly encodesPathTwice: boolean;
  /** The parameter of the query that holds the signature, and is none of what is signed. */
  readonly unsignedParameter?: string | undefined;
}

/** More are not sorted. */
const MAX_PARAMETERS = 1000;

/**
 * Method, path, query, headers, their names and the body’s hash, a line each; a byte string. The path’s segments are taken as they stand:
 * `/a/../b` is not `/b`, which AWS makes of it for all but S3, for what is behind the gate may tell the two apart.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function canonicalRequest(parts: CanonicalParts): string | Objection {
  const { request, signedHeaders, payloadHash, origin, encodesPathTwice, unsignedParameter } = parts;
  const effective = effectiveRequest(request, origin);
  if ('reason' in effective) return effective;
  const path = encodesPathTwice ? encodeSegments(effective.path) : normalSegments(effective.path);
  const query = canonicalQuery(effective.query, unsignedParameter);
  if (path === undefined || query === undefined) return NOT_ENCODED;
  if (typeof query !== 'string') return query;
  let headerLines = '';
  for (const name of signedHeaders) {
    const value = name === 'host' ? hostText(request, effective) : headerText(request, name);
    if (value === undefined) return name === 'host' ? NO_HOST : absentHeader(name);
    headerLines += `${name}:${value}\n`;
  }
  const { method } = request;
  return `${method}\n${path}\n${query}\n${headerLines}\n${signedHeaders.join(';')}\n${payloadHash}`;
}

const NOT_ENCODED: Objection = objection(
  'missing-part',
  'the URL has a % that two hexadecimal digits do not follow, and the signature covers the URL as it is decoded',
  'The sender must percent-encode the URL before it signs it.',
);

const NO_HOST: Objection = objection(
  'missing-part',
  'nothing says which host the request was sent to',
  GIVE_HOST,
);

function absentHeader(name: string): Objection {
  return objection(
    'missing-part',
    `${shownText(name)} is among the signed headers, and the request has none`,
    'A proxy on the way may drop it: let it through, or have the sender not sign it.',
  );
}

/** As the client wrote it where the request still says the same; else as whoever is in front of the gate says it. */
function hostText(request: SignedRequest, { host, port }: EffectiveRequest): string | undefined {
  if (host === undefined) return undefined;
  const authority = port === '' ? host : `${host}:${port}`;
  const field = request.headers.get('host')?.trim();
  return field?.toLowerCase() === authority ? field : authority;
}

/** Lines of one name joined by a comma; blanks at the ends of a value are cut off, and several inside are one. */
function headerText({ headers: { flat } }: SignedRequest, name: string): string | undefined {
  let text: string | undefined;
  for (let i = 0; i < flat.length; i += 2) {
    if ((flat[i] as string).toLowerCase() !== name) continue;
    const value = oneBlank(flat[i + 1] as string);
    text = text === undefined ? value : `${text},${value}`;
  }
  return text;
}

/** By words: an expression that looks for blanks up to the end looks again from each of them. */
function oneBlank(value: string): string {
  if (!/ {2}|^ | $|\t/.test(value)) return value;
  return value
    .split(/[ \t]/)
    .filter((word) => word !== '')
    .join(' ');
}

/** The path’s text, encoded as if it were none yet. */
function encodeSegments(path: string): string {
  return path
    .split('/')
    .map((segment) => percentEncoded(segment, UNRESERVED))
    .join('/');
}

/** The path decoded and encoded again, segment by segment, so that `%7E` is `~`; a slash that is encoded stays so. */
function normalSegments(path: string): string | undefined {
  const segments = path.split('/').map(normalText);
  return segments.includes(undefined) ? undefined : segments.join('/');
}

function canonicalQuery(
  query: string | undefined,
  unsignedParameter: string | undefined,
): string | Objection | undefined {
  if (query === undefined || query === '') return '';
  if (query.includes('+')) return BARE_PLUS;
  const texts = query.split('&', MAX_PARAMETERS + 1);
  if (texts.length > MAX_PARAMETERS) return TOO_MANY;
  const pairs: { readonly name: string; readonly value: string }[] = [];
  for (const text of texts) {
    if (text === '') continue;
    const equals = text.indexOf('=');
    const name = normalText(equals < 0 ? text : text.slice(0, equals));
    const value = equals < 0 ? '' : normalText(text.slice(equals + 1));
    if (name === undefined || value === undefined) return undefined;
    if (name === unsignedParameter) continue;
    pairs.push({ name, value });
  }
  pairs.sort((a, b) => compareText(a.name, b.name) || compareText(a.value, b.value));
  return pairs.map(({ name, value }) => `${name}=${value}`).join('&');
}

/** AWS signs both as `%2B`: what was signed as a plus sign would be read as a blank. */
const BARE_PLUS: Objection = objection(
  'missing-part',
  'the query has a plus sign that is not percent-encoded: some read it as a blank, and the signature says nothing of which it is',
  'The sender must write a blank as %20 and a plus sign as %2B.',
);

const TOO_MANY: Objection = objection(
  'missing-part',
  `the query has more than ${MAX_PARAMETERS} parameters, and the signature covers them in order`,
  'Send fewer: the rest in the body, say.',
);

/** Decoded and encoded again; undefined where a % stands for nothing. @param text of a target, which is ASCII */
function normalText(text: string): string | undefined {
  if (!UNRESERVED.encoded.test(text)) return text;
  let encoded = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '%') {
      encoded += UNRESERVED.bytes[text.charCodeAt(i)];
      continue;
    }
    const digits = text.slice(i + 1, i + 3);
    if (!/^[0-9A-Fa-f]{2}$/.test(digits)) return undefined;
    encoded += UNRESERVED.bytes[Number.parseInt(digits, 16)];
    i += 2;
  }
  return encoded;
}

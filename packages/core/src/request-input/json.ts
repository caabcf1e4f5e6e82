/** A request as a JSON object: `{method, url, headers, body | rawBody | bodyBase64}`; an event of the admin API is one. */
import type { SignedRequest } from '../model.ts';
import { utf8 } from '../text/bytes.ts';
import { decodeBase64 } from '../text/encodings.ts';
import { InputError } from './input-error.ts';
import { readHeaders } from './read-headers.ts';
import { flatHeaderList, lengthNotes, type RequestInput } from './request-input.ts';
import { unknownMembers } from './unknown-members.ts';

type Json = Readonly<Record<string, unknown>>;

/** Where the body may be; one of them. */
const BODIES = ['body', 'rawBody', 'bodyBase64'] as const;

/** Of a request, of an event as `GET /api/events/:id` gives it, and of a refused request (`GET /api/refused/:id`). */
const MEMBERS: readonly string[] = [
  'method',
  'url',
  'headers',
  ...BODIES,
  'id',
  'gate',
  'provider',
  'receivedAt',
  'keyId',
  'claimId',
  'forwarded',
  'bodyBytes',
  'reason',
  'step',
  'message',
  'remoteAddress',
  'bodyLeftOut',
  'repeat',
  'place',
  'type',
  'destinations',
  'verdict',
  'deliveries',
  'erasedAt',
  'erasedSha256',
  'bodySha256',
  'masked',
];

/** @throws InputError where a member is missing or of the wrong type. */
export function parseJsonRequest(value: Json): RequestInput {
  const { method, url } = value;
  if (typeof value['requestId'] === 'string' && typeof value['verdict'] === 'string') {
    throw new InputError(
      'it is a line of the gateway’s log, which holds neither headers nor body',
      'Where its gate has keepRefused, write countersign explain --refused with its requestId. Or give an event of a keep gate (GET /api/events/:id), or capture the request as it arrives.',
    );
  }
  if (typeof method !== 'string' || typeof url !== 'string' || method === '' || url === '') {
    throw new InputError(
      'the JSON object has no method and url',
      'Give {"method": "POST", "url": "/hook", "headers": {…}, "bodyBase64": "…"}.',
    );
  }
  const flat = readHeaders(value['headers']);
  if (flat === undefined) {
    throw new InputError(
      'headers is neither an object of texts nor an array of pairs',
      'Give {"name": "value"}, {"name": ["value", "value"]}, [["name", "value"]] or [{"name": "…", "value": "…"}].',
    );
  }
  const request = {
    method,
    url,
    headers: flatHeaderList(flat),
    body: readBody(value),
    ...readForwarded(value['forwarded']),
    ...(typeof value['remoteAddress'] === 'string' && { remoteAddress: value['remoteAddress'] }),
  };
  return {
    form: 'json',
    request,
    notes: [
      ...unknownMembers(value, MEMBERS),
      ...unknownMembers((value['forwarded'] ?? {}) as Json, ['scheme', 'host']),
      ...withheldNotes(value['headers']),
      ...lengthNotes(request),
    ],
  };
}

/** Of an event: a verdict on what its store keeps to itself would be on another request. */
function withheldNotes(headers: unknown): readonly string[] {
  const names = (Array.isArray(headers) ? (headers as unknown[]) : []).flatMap((field) =>
    typeof field === 'object' && field !== null && 'withheld' in field && 'name' in field
      ? [String(field.name)]
      : [],
  );
  if (names.length === 0) return [];
  return [
    `The event holds no value of ${[...new Set(names)].join(', ')}, which is a secret: put it in, or what depends on it is refused here.`,
  ];
}

/** What a trusted proxy said, as an event of the admin API has it. */
function readForwarded(value: unknown): Pick<SignedRequest, 'forwarded'> {
  if (value === undefined || value === null) return {};
  const remedy =
    'Give {"scheme": "https", "host": "hooks.example"}, as a trusted proxy named them; or leave it out.';
  if (typeof value !== 'object') throw new InputError('forwarded is not an object', remedy);
  const { scheme, host } = value as Json;
  if (host !== undefined && typeof host !== 'string')
    throw new InputError('forwarded.host is not text', remedy);
  if (scheme !== undefined && scheme !== 'https' && scheme !== 'http') {
    throw new InputError('forwarded.scheme is neither https nor http', remedy);
  }
  return { forwarded: { ...(scheme !== undefined && { scheme }), ...(host !== undefined && { host }) } };
}

function readBody(value: Json): Uint8Array {
  const names = BODIES.filter((name) => value[name] !== undefined && value[name] !== null);
  const [name, second] = names;
  if (second !== undefined) {
    throw new InputError(`the JSON object has ${names.join(' and ')}`, 'Give one of them.');
  }
  if (name === undefined) return new Uint8Array();
  const content = value[name];
  if (name === 'bodyBase64') {
    const bytes = typeof content === 'string' ? decodeBase64(content) : undefined;
    if (bytes === undefined) throw new InputError('bodyBase64 is not base64', 'Give it with its padding.');
    return bytes;
  }
  if (typeof content === 'string') return utf8(content);
  const bytes = printedBuffer(content);
  if (bytes !== undefined) return bytes;
  throw new InputError(
    `${name} is not text`,
    'Give the text as it was sent, or bodyBase64: a parsed body has lost its bytes.',
  );
}

/** What `JSON.stringify` makes of a Node Buffer: `{"type":"Buffer","data":[…]}`. */
function printedBuffer(content: unknown): Uint8Array | undefined {
  if (typeof content !== 'object' || content === null || !('type' in content) || !('data' in content)) {
    return undefined;
  }
  const { type, data } = content;
  const isBytes =
    Array.isArray(data) && data.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256);
  return type === 'Buffer' && isBytes ? Uint8Array.from(data as number[]) : undefined;
}

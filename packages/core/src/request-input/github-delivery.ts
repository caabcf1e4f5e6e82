/**
 * A delivery as GitHub shows it: the text of a webhook's “Recent deliveries”, or the API's delivery object.
 * Both show the payload parsed; GitHub sends it as compact JSON, which is what is put together again here.
 */

import { utf8 } from '../text/bytes.ts';
import { isObject, type JsonObject } from '../text/is-object.ts';
import { TOKEN_CHAR } from '../text/token.ts';
import { InputError } from './input-error.ts';
import { parseJsonInput } from './json-input.ts';
import { readHeaders } from './read-headers.ts';
import {
  checkCount,
  flatHeaderList,
  type HeaderPair,
  headerList,
  type InputContext,
  type RequestInput,
  toByteString,
} from './request-input.ts';

const REMADE =
  'GitHub shows the payload parsed: it was written anew as compact JSON. Where it does not match, the delivery’s own bytes are needed.';

/** Whether a text is a paste of the page. */
export function isShownDelivery(text: string): boolean {
  return /^Request URL:\s/i.test(text);
}

/** Of a header, or of a line such as “Request URL”. */
const NAME = new RegExp(`^((?:${TOKEN_CHAR}| )+):`);

/** Whether a JSON object is a delivery of the API. */
export function isDelivery(value: JsonObject): boolean {
  const { request } = value;
  return 'delivered_at' in value && isObject(request) && 'payload' in request;
}

/** @throws InputError where no payload is in it. */
export function parseShownDelivery(text: string, context: InputContext): RequestInput {
  // Blanks of one line: of a thousand empty lines each would be looked at a thousand times.
  const start = text.search(/^[ \t]*[{[]/m);
  const head = start < 0 ? text : text.slice(0, start);
  const written = head.split(/\r?\n/, MOST_LINES);
  checkCount(written.length - 1, 'header fields');
  const lines = written.flatMap((line): HeaderPair[] => {
    const name = NAME.exec(line)?.[1];
    return name === undefined ? [] : [{ name, value: toByteString(line.slice(name.length + 1).trim()) }];
  });
  const fieldOf = (name: string): string | undefined =>
    lines.find((line) => line.name.toLowerCase() === name)?.value;
  const headers = lines.filter(({ name }) => !name.includes(' '));
  const request = {
    method: fieldOf('request method') ?? 'POST',
    url: fieldOf('request url') ?? '/',
    headers: headerList(headers),
    body: compact(start < 0 ? '' : text.slice(start), context),
  };
  return { form: 'delivery', request, notes: [REMADE] };
}

/** @throws InputError where its headers or payload are missing. */
export function parseDelivery(value: JsonObject): RequestInput {
  const { headers, payload } = value['request'] as JsonObject;
  const flat = readHeaders(headers);
  if (flat === undefined || payload === undefined) throw incomplete();
  const { url } = value;
  const request = {
    method: 'POST',
    url: typeof url === 'string' ? url : '/',
    headers: flatHeaderList(flat),
    body: utf8(JSON.stringify(payload)),
  };
  return { form: 'delivery', request, notes: [REMADE] };
}

/** That are looked at: one more than header fields may be, and what the page shows before them. */
const MOST_LINES = 10_002;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** JSON without the white space between its tokens: numbers and escapes stay as they are written. */
function compact(text: string, context: InputContext): Uint8Array {
  const trimmed = text.trim();
  try {
    parseJsonInput(trimmed, context);
  } catch (error) {
    throw error instanceof InputError ? error : incomplete();
  }
  const bytes = utf8(trimmed);
  let length = 0;
  let isString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    // JSON's white space is below its other characters.
    if (!isString && byte <= 0x20) continue;
    if (byte === QUOTE) isString = !isString;
    bytes[length++] = byte;
    if (isString && byte === BACKSLASH) bytes[length++] = bytes[++at] as number;
  }
  return bytes.slice(0, length);
}

function incomplete(): InputError {
  return new InputError(
    'the delivery has no payload that is JSON',
    'Paste headers and payload of one delivery, the payload last.',
  );
}

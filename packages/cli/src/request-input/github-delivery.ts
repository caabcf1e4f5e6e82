/**
 * A delivery as GitHub shows it: the text of a webhook's “Recent deliveries”, or the API's delivery object.
 * Both show the payload parsed; GitHub sends it as compact JSON, which is what is put together again here.
 */

import { HeaderList } from '@countersign/core';
import { isObject, type JsonObject } from '@countersign/core/internal/is-object';
import { UsageError } from '../usage-error.ts';
import { readHeaders } from './read-headers.ts';
import { type HeaderPair, headerList, type RequestInput, toByteString } from './request-input.ts';

const REMADE =
  'GitHub shows the payload parsed: it was written anew as compact JSON. Where it does not match, the delivery’s own bytes are needed.';

/** Whether a text is a paste of the page. */
export function isShownDelivery(text: string): boolean {
  return /^Request URL:\s/i.test(text);
}

/** Whether a JSON object is a delivery of the API. */
export function isDelivery(value: JsonObject): boolean {
  const { request } = value;
  return 'delivered_at' in value && isObject(request) && 'payload' in request;
}

/** @throws UsageError where no payload is in it. */
export function parseShownDelivery(text: string): RequestInput {
  // Blanks of one line: of a thousand empty lines each would be looked at a thousand times.
  const start = text.search(/^[ \t]*[{[]/m);
  const head = start < 0 ? text : text.slice(0, start);
  const lines = head.split(/\r?\n/).flatMap((line): HeaderPair[] => {
    const name = /^([!#$%&'*+\-.^_`|~0-9A-Za-z ]+):/.exec(line)?.[1];
    return name === undefined ? [] : [{ name, value: toByteString(line.slice(name.length + 1).trim()) }];
  });
  const fieldOf = (name: string): string | undefined =>
    lines.find((line) => line.name.toLowerCase() === name)?.value;
  const headers = lines.filter(({ name }) => !name.includes(' '));
  const request = {
    method: fieldOf('request method') ?? 'POST',
    url: fieldOf('request url') ?? '/',
    headers: headerList(headers),
    body: compact(start < 0 ? '' : text.slice(start)),
  };
  return { form: 'delivery', request, notes: [REMADE] };
}

/** @throws UsageError where its headers or payload are missing. */
export function parseDelivery(value: JsonObject): RequestInput {
  const { headers, payload } = value['request'] as JsonObject;
  const flat = readHeaders(headers);
  if (flat === undefined || payload === undefined) throw incomplete();
  const { url } = value;
  const request = {
    method: 'POST',
    url: typeof url === 'string' ? url : '/',
    headers: new HeaderList(flat),
    body: Buffer.from(JSON.stringify(payload), 'utf8'),
  };
  return { form: 'delivery', request, notes: [REMADE] };
}

/** JSON without the white space between its tokens: numbers and escapes stay as they are written. */
function compact(text: string): Uint8Array {
  const trimmed = text.trim();
  try {
    JSON.parse(trimmed);
  } catch {
    throw incomplete();
  }
  const tokens = trimmed.replace(/"(?:[^"\\]|\\.)*"|\s+/g, (match) => (match.startsWith('"') ? match : ''));
  return Buffer.from(tokens, 'utf8');
}

function incomplete(): UsageError {
  return new UsageError(
    'the delivery has no payload that is JSON',
    'Paste headers and payload of one delivery, the payload last.',
  );
}

/**
 * A request as AWS Lambda is handed it: API Gateway's payload formats 1.0 and 2.0, function URLs (2.0), load balancers (1.0).
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */

import { isWellFormed, utf8 } from '../text/bytes.ts';
import { decodeBase64 } from '../text/encodings.ts';
import { isObject, type JsonObject } from '../text/is-object.ts';
import { InputError } from './input-error.ts';
import { readHeaders } from './read-headers.ts';
import { checkCount, flatHeaderList, lengthNotes, type RequestInput } from './request-input.ts';

/** Whether a JSON object is such an event. */
export function isLambdaEvent(value: JsonObject): boolean {
  return (
    isObject(value['requestContext']) &&
    (typeof value['httpMethod'] === 'string' || typeof value['rawPath'] === 'string')
  );
}

/** @throws InputError where a part is of another type than AWS documents. */
export function parseLambdaEvent(event: JsonObject): RequestInput {
  const flat = readHeaders(event['multiValueHeaders'] ?? event['headers'] ?? {});
  if (flat === undefined) throw broken('its headers are not an object of texts');
  const cookies = Array.isArray(event['cookies'])
    ? event['cookies'].filter((cookie) => typeof cookie === 'string')
    : [];
  const headers = flatHeaderList(cookies.length === 0 ? flat : [...flat, 'cookie', cookies.join('; ')]);
  const target = typeof event['rawPath'] === 'string' ? newTarget(event) : oldTarget(event);
  const request = { method: target.method, url: target.url, headers, body: readBody(event) };
  return { form: 'lambda', request, notes: [...target.notes, ...lengthNotes(request)] };
}

interface Target {
  readonly method: string;
  readonly url: string;
  readonly notes: readonly string[];
}

/** Format 2.0 has path and query as they came. */
function newTarget({ rawPath, rawQueryString, requestContext }: JsonObject): Target {
  const http = isObject(requestContext) && isObject(requestContext['http']) ? requestContext['http'] : {};
  const { method } = http;
  if (typeof method !== 'string') throw broken('its requestContext has no http.method');
  const query = typeof rawQueryString === 'string' && rawQueryString !== '' ? `?${rawQueryString}` : '';
  return { method, url: `${String(rawPath)}${query}`, notes: [] };
}

/** Format 1.0 has the query decoded, so that its own spelling is lost. */
function oldTarget(event: JsonObject): Target {
  const { httpMethod, path, requestContext } = event;
  const staged = isObject(requestContext) ? requestContext['path'] : undefined;
  const shown = typeof staged === 'string' ? staged : path;
  if (typeof shown !== 'string') throw broken('it has no path');
  const pairs = queryPairs(event['multiValueQueryStringParameters'] ?? event['queryStringParameters']);
  const query = pairs
    .map(([name, value]) => [name, value].map((text) => encodeURIComponent(wellFormed(text))).join('='))
    .join('&');
  const notes =
    query === ''
      ? []
      : [
          'The event holds the query decoded (payload format 1.0): it was written anew, which may differ from what was signed.',
        ];
  return { method: String(httpMethod), url: query === '' ? shown : `${shown}?${query}`, notes };
}

function queryPairs(value: unknown): readonly (readonly [string, string])[] {
  if (!isObject(value)) return [];
  const pairs: (readonly [string, string])[] = [];
  for (const [name, texts] of Object.entries(value)) {
    const list = Array.isArray(texts) ? (texts as unknown[]) : [texts];
    checkCount(pairs.length + list.length, 'parameters in its query');
    for (const text of list) {
      if (typeof text === 'object' && text !== null) throw broken('a parameter of its query is no text');
      pairs.push([name, String(text)]);
    }
  }
  return pairs;
}

function readBody({ body, isBase64Encoded }: JsonObject): Uint8Array {
  if (body === undefined || body === null) return new Uint8Array();
  if (typeof body !== 'string') throw broken('its body is not a string');
  if (isBase64Encoded !== true) return utf8(body);
  const bytes = decodeBase64(body);
  if (bytes === undefined) throw broken('its body is marked as base64 but is not valid base64');
  return bytes;
}

function broken(what: string): InputError {
  return new InputError(
    `the Lambda event cannot be read: ${what}`,
    'Log the event whole, with JSON.stringify(event).',
  );
}

/** What is no whole character becomes U+FFFD, as everywhere on the web. */
function wellFormed(text: string): string {
  return isWellFormed(text) ? text : new TextDecoder('utf-8', { ignoreBOM: true }).decode(utf8(text));
}

/** A request as a JSON object: `{method, url, headers, body | bodyBase64}`. */
import { HeaderList } from '@countersign/core';
import { UsageError } from '../usage-error.ts';
import { decodeBase64 } from './decode-base64.ts';
import { readHeaders } from './read-headers.ts';
import { lengthNotes, type RequestInput } from './request-input.ts';

/** @throws UsageError where a member is missing or of the wrong type. */
export function parseJsonRequest(value: Readonly<Record<string, unknown>>): RequestInput {
  const { method, url } = value;
  if (typeof method !== 'string' || typeof url !== 'string' || method === '' || url === '') {
    throw new UsageError(
      'the JSON object has no method and url',
      'Give {"method": "POST", "url": "/hook", "headers": {…}, "bodyBase64": "…"}.',
    );
  }
  const flat = readHeaders(value['headers']);
  if (flat === undefined) {
    throw new UsageError(
      'headers is neither an object of texts nor an array of pairs',
      'Give {"name": "value"}, {"name": ["value", "value"]} or [["name", "value"]].',
    );
  }
  const request = { method, url, headers: HeaderList.fromRaw(flat), body: readBody(value) };
  return { form: 'json', request, notes: lengthNotes(request) };
}

function readBody({ body, bodyBase64 }: Readonly<Record<string, unknown>>): Uint8Array {
  if (body !== undefined && bodyBase64 !== undefined) {
    throw new UsageError('the JSON object has body and bodyBase64', 'Give one of them.');
  }
  if (typeof body === 'string') return Buffer.from(body, 'utf8');
  if (body !== undefined && body !== null) {
    throw new UsageError(
      'body is no text',
      'Give the text as it was sent, or bodyBase64: a parsed body has lost its bytes.',
    );
  }
  if (bodyBase64 === undefined || bodyBase64 === null) return new Uint8Array();
  const bytes = typeof bodyBase64 === 'string' ? decodeBase64(bodyBase64) : undefined;
  if (bytes === undefined) throw new UsageError('bodyBase64 is no base64', 'Give it with its padding.');
  return bytes;
}

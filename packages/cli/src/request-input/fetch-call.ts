/** A request as a browser's developer tools copy it with “Copy as fetch”: `fetch("URL", {…})`. Nothing is run. */

import { HeaderList } from '@countersign/core';
import { parseExactJson } from '@countersign/core/internal/parse-exact-json';
import { UsageError } from '../usage-error.ts';
import { readHeaders } from './read-headers.ts';
import { lengthNotes, type RequestInput } from './request-input.ts';

const CALL = /^(?:await\s+)?fetch\(/;

/** Whether a text begins as such a call. */
export function isFetchCall(text: string): boolean {
  return CALL.test(text);
}

/** @throws UsageError where the arguments are not written as JSON, as the tools write them. */
export function parseFetchCall(source: string): RequestInput {
  const text = source
    .trim()
    .replace(CALL, '')
    .replace(/\)\s*;?\s*$/, '');
  let parsed: unknown;
  try {
    // The two arguments are JSON, and so is a list of them.
    parsed = parseExactJson(`[${text}]`);
  } catch {
    throw unreadable();
  }
  const [url, options = {}] = parsed as readonly unknown[];
  if (typeof url !== 'string' || typeof options !== 'object' || options === null) throw unreadable();
  const { method = 'GET', headers, body, referrer } = options as Readonly<Record<string, unknown>>;
  const flat = readHeaders(headers);
  if (typeof method !== 'string' || flat === undefined) throw unreadable();
  if (body !== undefined && body !== null && typeof body !== 'string') throw unreadable();
  const referer = typeof referrer === 'string' && referrer !== '' ? ['referer', referrer] : [];
  const request = {
    method,
    url,
    headers: new HeaderList([...flat, ...referer]),
    body: Buffer.from(body ?? '', 'utf8'),
  };
  const notes = [
    '“Copy as fetch” leaves out headers that the browser adds by itself, such as Host and Cookie.',
  ];
  return { form: 'fetch', request, notes: [...notes, ...lengthNotes(request)] };
}

function unreadable(): UsageError {
  return new UsageError(
    'the fetch call is not as browsers copy it',
    'Use “Copy as fetch” or “Copy as cURL (bash)”, and paste the whole of it.',
  );
}

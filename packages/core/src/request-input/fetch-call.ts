/** A request as a browser's developer tools copy it with “Copy as fetch”: `fetch("URL", {…})`. Nothing is run. */

import { utf8 } from '../text/bytes.ts';
import { InputError } from './input-error.ts';
import { parseJsonInput } from './json-input.ts';
import { readHeaders } from './read-headers.ts';
import { flatHeaderList, type InputContext, lengthNotes, type RequestInput } from './request-input.ts';

const CALL = /^(?:await\s+)?fetch\(/;

/** Whether a text begins as such a call. */
export function isFetchCall(text: string): boolean {
  return CALL.test(text);
}

/** @throws InputError where the arguments are not written as JSON, as the tools write them. */
export function parseFetchCall(source: string, context: InputContext): RequestInput {
  let parsed: unknown;
  try {
    // The two arguments are JSON, and so is a list of them.
    parsed = parseJsonInput(`[${argumentsOf(source)}]`, context);
  } catch (error) {
    if (error instanceof InputError) throw error;
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
    headers: flatHeaderList([...flat, ...referer]),
    body: utf8(body ?? ''),
  };
  const notes = [
    '“Copy as fetch” leaves out headers that the browser adds by itself, such as Host and Cookie.',
  ];
  return { form: 'fetch', request, notes: [...notes, ...lengthNotes(request)] };
}

/** What stands between the parentheses. A pattern that takes blanks twice would cost the square of their number. */
function argumentsOf(source: string): string {
  const call = source.trim().replace(CALL, '');
  const text = call.endsWith(';') ? call.slice(0, -1).trimEnd() : call;
  return text.endsWith(')') ? text.slice(0, -1) : text;
}

function unreadable(): InputError {
  return new InputError(
    'the fetch call is not as browsers copy it',
    'Use “Copy as fetch” or “Copy as cURL (bash)”, and paste the whole of it.',
  );
}

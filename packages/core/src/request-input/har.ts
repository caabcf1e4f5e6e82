/** A request from a HAR (HTTP Archive 1.2): a whole file, one entry, or one entry's request. */
import { utf8 } from '../text/bytes.ts';
import { decodeBase64 } from '../text/encodings.ts';
import { isObject, type JsonObject } from '../text/is-object.ts';
import { InputError } from './input-error.ts';
import {
  type HeaderPair,
  headerList,
  lengthNotes,
  type RequestInput,
  toByteString,
} from './request-input.ts';

/** Whether a JSON object is one of the three. */
export function isHar(value: JsonObject): boolean {
  if (isObject(value['log'])) return Array.isArray(value['log']['entries']);
  const { headers, postData } = isObject(value['request']) ? value['request'] : value;
  if (isObject(value['request'])) return true;
  if (isObject(postData)) return true;
  // An event of the admin API has such headers as well, and its body in a member of its own.
  const hasOwnBody = ['body', 'rawBody', 'bodyBase64'].some((name) => name in value);
  return !hasOwnBody && Array.isArray(headers) && headers.some(isObject) && !Array.isArray(headers[0]);
}

/**
 * @param entry which entry of a file, from 1.
 * @throws InputError where the file has several entries and none was chosen, or no request is in it.
 */
export function parseHar(value: JsonObject, entry?: number): RequestInput {
  const { method, url, headers, postData } = requestOf(value, entry);
  if (typeof method !== 'string' || typeof url !== 'string') {
    throw new InputError(
      'the HAR entry has no request',
      'Give an entry as the browser or proxy exported it.',
    );
  }
  const pairs = (Array.isArray(headers) ? (headers as unknown[]) : []).flatMap(readField);
  const request = { method, url, headers: headerList(pairs), body: readPostData(postData) };
  return { form: 'har', request, notes: lengthNotes(request) };
}

function requestOf(value: JsonObject, entry: number | undefined): JsonObject {
  const { log } = value;
  if (!isObject(log)) return isObject(value['request']) ? value['request'] : value;
  const entries = log['entries'] as readonly unknown[];
  if (entry === undefined && entries.length !== 1) {
    throw new InputError(`the HAR file has ${entries.length} entries`, 'Choose one with --entry N, from 1.');
  }
  const item = entries[(entry ?? 1) - 1];
  if (!isObject(item) || !isObject(item['request'])) {
    throw new InputError(`the HAR file has no entry ${entry ?? 1}`, `Choose from 1 to ${entries.length}.`);
  }
  return item['request'];
}

function readField(field: unknown): readonly HeaderPair[] {
  if (!isObject(field)) return [];
  const { name, value } = field;
  // HTTP/2's `:method` and its like are no header fields.
  if (typeof name !== 'string' || typeof value !== 'string' || name.startsWith(':')) return [];
  return [{ name, value: toByteString(value) }];
}

function readPostData(postData: unknown): Uint8Array {
  if (!isObject(postData)) return new Uint8Array();
  const { text, encoding, params } = postData;
  if (typeof text !== 'string') {
    if (!Array.isArray(params) || params.length === 0) return new Uint8Array();
    throw new InputError(
      'the HAR entry holds the form’s fields only, not its text',
      'Export it with postData.text, or give the request in another form.',
    );
  }
  if (encoding !== 'base64') return utf8(text);
  const bytes = decodeBase64(text);
  if (bytes === undefined) throw new InputError('postData.text is not base64', 'Export the entry again.');
  return bytes;
}

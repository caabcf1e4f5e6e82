/** Header fields as JSON gives them: an object of texts or lists of texts, an array of pairs, or of `{name, value}`. */
import { byteText } from '../text/bytes.ts';
import { decodeBase64 } from '../text/encodings.ts';
import { toByteString } from './request-input.ts';

/** Names and values in turn; undefined where the value is neither form. An absent value is no headers. */
export function readHeaders(value: unknown): readonly string[] | undefined {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null) return undefined;
  const flat: string[] = [];
  if (Array.isArray(value)) {
    for (const pair of value as unknown[]) {
      if (typeof pair === 'object' && pair !== null && 'name' in pair && 'valueBase64' in pair) {
        if (!addBytes(flat, pair.name, pair.valueBase64)) return undefined;
        continue;
      }
      const isNamed = typeof pair === 'object' && pair !== null && 'name' in pair && 'value' in pair;
      const [name, text, third] = isNamed
        ? [pair.name, pair.value]
        : Array.isArray(pair)
          ? (pair as unknown[])
          : [];
      if (third !== undefined || !add(flat, name, text)) return undefined;
    }
    return flat;
  }
  for (const [name, texts] of Object.entries(value) as [string, unknown][]) {
    if (typeof texts === 'string') flat.push(name, toByteString(texts));
    else if (!Array.isArray(texts)) return undefined;
    else for (const text of texts as unknown[]) if (!add(flat, name, text)) return undefined;
  }
  return flat;
}

/** A value whose bytes are no UTF-8, as `sign --as json` and the admin API print it. */
function addBytes(flat: string[], name: unknown, base64: unknown): boolean {
  const bytes = typeof base64 === 'string' ? decodeBase64(base64) : undefined;
  if (typeof name !== 'string' || bytes === undefined) return false;
  flat.push(name, byteText(bytes));
  return true;
}

function add(flat: string[], name: unknown, value: unknown): boolean {
  if (typeof name !== 'string' || typeof value !== 'string') return false;
  flat.push(name, toByteString(value));
  return true;
}

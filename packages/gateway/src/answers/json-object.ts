/** Reads a verified body as one JSON object. */
import { isUtf8 } from 'node:buffer';
import { isObject } from '@countersign/core/internal/is-object';
import { parseExactJson } from '@countersign/core/internal/parse-exact-json';

/** The object, or undefined where the bytes are no UTF-8, no JSON or no object. An empty body is `{}`. */
export function readJsonObject(body: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  if (body.length === 0) return {};
  if (!isUtf8(body)) return undefined;
  try {
    const value: unknown = parseExactJson(textOf(body));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function textOf(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
}

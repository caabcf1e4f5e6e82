/** JSON read and written in one go, for tests of what does so in slices. */
import { concatBytes } from '../../src/text/bytes.ts';
import {
  isJsonFault,
  type JsonMember,
  type JsonObjectText,
  JsonScan,
  type PrintStyle,
  printJson,
} from '../../src/text/json-text.ts';
import { text } from './json-generators.ts';

/** @throws Error where it is no JSON object */
export function scanned(json: Uint8Array): JsonObjectText {
  const scan = new JsonScan(json, true);
  for (;;) {
    const object = scan.run();
    if (!object) continue;
    if (!isJsonFault(object)) return object;
    throw new Error(`${object.fault} at ${object.offset}: ${text(json.subarray(0, 1000))}`);
  }
}

/** The whole text, undefined where it does not become whole. */
export function print(
  object: JsonObjectText,
  members: readonly JsonMember[],
  style: PrintStyle,
): string | undefined {
  const chunks: Uint8Array[] = [];
  const making = printJson(object, members, style);
  for (;;) {
    const { done, value } = making.next();
    if (done) return value ? text(concatBytes(chunks)) : undefined;
    chunks.push(value.slice());
  }
}

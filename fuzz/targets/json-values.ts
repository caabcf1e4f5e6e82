/** Single values of a JSON text, found by their paths, against those that `JSON.parse` has there. */
import { concatBytes, decodeUtf8, type Sliced, utf8 } from '../../packages/core/src/text/bytes.ts';
import { isJsonFault, scanJsonObject } from '../../packages/core/src/text/json-text.ts';
import { type JsonText, type JsonValue, scanJson, valueAt } from '../../packages/core/src/text/json-value.ts';
import { parseExactJson } from '../../packages/core/src/text/parse-exact-json.ts';
import { require, target } from '../target.ts';

export const jsonValues = target<JsonText | undefined>({
  about: 'values of a JSON object or list by their paths, as JSON.parse has them; nothing where it has none',
  words: [
    '{"a":[1,{"b":"\\""}]}',
    '[{"a":1},[]]',
    '],"":',
    '"\\\\"',
    '[],',
    '{}}',
    ' : ',
    '\\u0022',
    '-1.5e3',
  ],
  read: (bytes) => all(scanJson(bytes)),
  judge(bytes, text) {
    const value = parsed(bytes);
    if (text === undefined) {
      require(value === undefined ||
        isRefused(bytes, Array.isArray(value)), 'JSON.parse takes what is refused');
      return;
    }
    require(value !== undefined, 'JSON.parse refuses it, or makes no object and no list of it');
    for (const [path, inner] of placesOf(value, [], MOST_PLACES)) {
      const read = all(valueAt(text, path));
      require(read !== undefined && isSame(read, inner), `it reads another value at ${JSON.stringify(path)}`);
      require(all(valueAt(text, [...path, 'none such'])) ===
        undefined, 'it reads a value where there is none');
    }
  },
});

/** A text of 4 KB can have a thousand: each is looked for from the beginning. */
const MOST_PLACES = 100;

function all<T>(work: Sliced<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** Undefined for what is neither an object nor a list. */
function parsed(bytes: Uint8Array): object | undefined {
  try {
    const value = parseExactJson(decodeUtf8(bytes) ?? '');
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the scanner, which has a target of its own, refuses it too. */
function isRefused(bytes: Uint8Array, isList: boolean): boolean {
  return isJsonFault(scanJsonObject(isList ? concatBytes([utf8('{"":'), bytes, utf8('}')]) : bytes));
}

function* placesOf(
  value: unknown,
  path: readonly string[],
  most: number,
): Generator<readonly [readonly string[], unknown]> {
  const rest: (readonly [readonly string[], unknown])[] = [[path, value]];
  for (let i = 0; i < most; i++) {
    const place = rest.shift();
    if (place === undefined) return;
    yield place;
    const [way, inner] = place;
    if (typeof inner !== 'object' || inner === null) continue;
    for (const [name, member] of Object.entries(inner).slice(0, most)) rest.push([[...way, name], member]);
  }
}

function isSame(read: JsonValue, value: unknown): boolean {
  switch (read.kind) {
    case 'string':
      return read.text === value;
    case 'number':
      return typeof value === 'number' && Object.is(Number(read.text), value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'list':
      return Array.isArray(value);
    default:
      return String(value) === read.kind && typeof value !== 'string';
  }
}

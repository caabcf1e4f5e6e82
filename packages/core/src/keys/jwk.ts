/** JSON Web Keys (RFC 7517): their text, and what they say of their own use. */
import { decodeUtf8, type Sliced } from '../text/bytes.ts';
import { isObject } from '../text/is-object.ts';

export type Jwk = Readonly<Record<string, unknown>>;

/** The JSON object that bytes are; undefined where they are none, or an ambiguous one (RFC 7517 §4: names are unique). */
export function parseKeyJson(bytes: Uint8Array): Jwk | undefined {
  const reading = keyJson(bytes);
  let step = reading.next();
  while (!step.done) step = reading.next();
  return step.value;
}

/** No document of keys has more. So many are built in some 3 ms, and nothing lets others have a turn meanwhile. */
export const MAX_KEY_VALUES = 10_000;

/** Whether a text has more values than a document of keys; a comma or bracket within a string counts for one. */
export function hasTooManyValues(bytes: Uint8Array): boolean {
  let values = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === COMMA || byte === OPEN_LIST || byte === OPEN_OBJECT) values++;
  }
  return values > MAX_KEY_VALUES;
}

const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const OPEN_OBJECT = 0x7b;

/** Strings, with the colon behind those that are names, and where objects begin and end. */
const NAMES = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}]/g;

/** Names, strings and ends of objects between two slices. */
const SLICE_NAMES = 1000;

/**
 * As `parseKeyJson`, in slices: of agents of their own, whoever signs writes the document. No object may have two members of a name, of which
 * `JSON.parse` takes the last without a word.
 */
export function* keyJson(bytes: Uint8Array): Sliced<Jwk | undefined> {
  // An empty text is no JSON either.
  const text = decodeUtf8(bytes) ?? '';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const open: Set<unknown>[] = [];
  let count = 0;
  for (const [token, colon] of text.matchAll(NAMES)) {
    if (count++ % SLICE_NAMES === 0) yield;
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (colon !== undefined) {
      const name: unknown = JSON.parse(token.slice(0, -colon.length));
      const names = open.at(-1);
      if (names?.has(name)) return undefined;
      names?.add(name);
    }
  }
  return isObject(value) ? value : undefined;
}

/** Whether a text begins as the JSON of a key or a key set does. */
export function isKeyJson(text: string): boolean {
  return /^\s*\{\s*"/.test(text);
}

/** Why a key must not prove or sign, by its `use` and `key_ops` (RFC 7517 §4.2, §4.3); undefined where it may. */
export function jwkUseFault({ use, key_ops: operations }: Jwk): string | undefined {
  if (use !== undefined && use !== 'sig') return 'its use is another than sig';
  if (operations === undefined) return undefined;
  if (!Array.isArray(operations)) return 'its key_ops is not a list';
  if (new Set(operations).size !== operations.length) return 'its key_ops names an operation twice';
  return operations.includes('verify') || operations.includes('sign')
    ? undefined
    : 'its key_ops has neither verify nor sign';
}

/** JSON Web Keys (RFC 7517): their text, and what they say of their own use. */
import { decodeUtf8 } from '../text/bytes.ts';
import { isObject } from '../text/is-object.ts';

export type Jwk = Readonly<Record<string, unknown>>;

/** The JSON object that bytes are; undefined where they are none, or an ambiguous one (RFC 7517 §4: names are unique). */
export function parseKeyJson(bytes: Uint8Array): Jwk | undefined {
  const text = decodeUtf8(bytes);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isObject(value) && hasUniqueNames(text) ? value : undefined;
}

/** Strings, with the colon behind those that are names, and where objects begin and end. */
const NAMES = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}]/g;

/** Whether no object of a JSON text, which is one, has two members of a name: `JSON.parse` takes the last without a word. */
function hasUniqueNames(json: string): boolean {
  const open: Set<unknown>[] = [];
  for (const [token, colon] of json.matchAll(NAMES)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (colon !== undefined) {
      const name: unknown = JSON.parse(token.slice(0, -colon.length));
      const names = open.at(-1);
      if (names?.has(name)) return false;
      names?.add(name);
    }
  }
  return true;
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

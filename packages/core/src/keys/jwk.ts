/** JSON Web Keys (RFC 7517): their text, and what they say of their own use. */
import { decodeUtf8 } from '../text/bytes.ts';
import { isJsonFault, scanJsonObject } from '../text/json-text.ts';

export type Jwk = Readonly<Record<string, unknown>>;

/** The JSON object that bytes are; undefined where they are none, or an ambiguous one (RFC 7517 §4: names are unique). */
export function parseKeyJson(bytes: Uint8Array): Jwk | undefined {
  if (isJsonFault(scanJsonObject(bytes))) return undefined;
  const text = decodeUtf8(bytes);
  return text === undefined ? undefined : (JSON.parse(text) as Record<string, unknown>);
}

/** Whether a text begins as the JSON of a key or a key set does. */
export function isKeyJson(text: string): boolean {
  return /^\s*\{\s*"/.test(text);
}

/** Why a key must not prove or sign, by its `use` and `key_ops` (RFC 7517 §4.2, §4.3); undefined where it may. */
export function jwkUseFault({ use, key_ops: operations }: Jwk): string | undefined {
  if (use !== undefined && use !== 'sig') return 'its use is another than sig';
  if (operations === undefined) return undefined;
  if (!Array.isArray(operations)) return 'its key_ops is no list';
  if (new Set(operations).size !== operations.length) return 'its key_ops names an operation twice';
  return operations.includes('verify') || operations.includes('sign')
    ? undefined
    : 'its key_ops has neither verify nor sign';
}

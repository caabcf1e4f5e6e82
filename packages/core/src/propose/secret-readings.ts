/** How the text of a secret may become a key's bytes. */
import type { KeyEncoding, KeySpec } from '../keys.ts';
import { decodeBase32, decodeBase64, decodeBase64url, decodeHex, encodeHex } from '../text/encodings.ts';

export interface SecretReading {
  /** Holds the secret. */
  readonly spec: KeySpec;
  readonly encoding: KeyEncoding | undefined;
  /** What stands before the key's text and is none of it, e.g. `whsec_`. */
  readonly prefix: string | undefined;
}

const DECODERS = [
  ['base64', decodeBase64],
  ['hex', (text: string) => decodeHex(text, { upperCase: true })],
  ['base64url', decodeBase64url],
  ['base32', decodeBase32],
] as const;

/** As it is first; each that gives other bytes. */
export function secretReadings(secret: string): readonly SecretReading[] {
  const prefixes = prefixesOf(secret);
  const bytes = new Set<string>();
  return [
    { spec: { secret }, encoding: undefined, prefix: undefined },
    ...decoded(secret, undefined),
    ...prefixes.flatMap((prefix) => decoded(secret.slice(prefix.length), prefix)),
    ...prefixes.map((prefix) => ({
      spec: { secret: secret.slice(prefix.length) },
      encoding: undefined,
      prefix,
    })),
  ].filter(({ spec, encoding }) => {
    const identity =
      encoding === undefined ? `text ${spec.secret}` : bytesText(spec.secret as string, encoding);
    if (bytes.has(identity)) return false;
    bytes.add(identity);
    return true;
  });
}

/** A word, as `whsec_`, or several in lower case, as `sk_live_` and `signkey-prod-`. */
function prefixesOf(secret: string): readonly string[] {
  return [
    /^[a-z][a-z0-9]{1,15}_(?=.)/i,
    /^[a-z]{2,16}-(?=.)/,
    /^[a-z]{2,16}[_-][a-z]{2,16}[_-](?=.)/,
  ].flatMap((pattern) => pattern.exec(secret)?.[0] ?? []);
}

function decoded(text: string, prefix: string | undefined): readonly SecretReading[] {
  // A padded text is nothing else, and an unpadded one may be written without.
  return DECODERS.flatMap(([encoding, decode]) => {
    const bytes = decode(text) ?? (encoding === 'base64' ? decodeBase64(padded(text)) : undefined);
    return bytes && bytes.length > 0 ? [{ spec: { secret: text, encoding }, encoding, prefix }] : [];
  });
}

function padded(text: string): string {
  return text + '='.repeat((4 - (text.length % 4)) % 4);
}

function bytesText(text: string, encoding: KeyEncoding): string {
  const decode = DECODERS.find(([name]) => name === encoding)?.[1];
  const bytes = decode?.(text) ?? decodeBase64(padded(text)) ?? new Uint8Array();
  return encodeHex(bytes);
}

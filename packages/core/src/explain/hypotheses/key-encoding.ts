/** Secrets that are read as another encoding than the sender’s. */
import { backend } from '#crypto';
import { base64Bytes } from '../../keys/base64-text.ts';
import type { KeyEncoding, KeySpec } from '../../keys.ts';
import { decodeUtf8, latin1, utf8 } from '../../text/bytes.ts';
import { decodeBase32, decodeHex, encodeBase64, encodeBase64url, encodeHex } from '../../text/encodings.ts';
import { isObject } from '../../text/is-object.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { SENDERS_PREFIXES } from '../senders-prefixes.ts';
import type { Change, Trial } from '../trial.ts';
import { windows1252 } from '../windows-1252.ts';
import {
  asBytes,
  asText,
  isNoGuess,
  KEY_ROW,
  LOOK_AT_IT,
  otherKeys,
  otherSpecs,
  otherTexts,
  takesSecrets,
} from './key-part.ts';

const READ = {
  base64: 'decoded from base64',
  hex: 'decoded from hex',
  utf8: 'its text to the letter',
  base32: 'decoded from base32',
} as const satisfies Partial<Record<KeyEncoding, string>>;

/** What stands before secrets: of Standard Webhooks and Stripe, of signatures and tokens, of many senders’ own. */
const PREFIX =
  /^(?:(?:v1a?,)?wh(?:sec|sk|pk)_(?:test_|live_)?|v\d[=,]|sha\d+=|(?:bearer|basic|token|hmac|secret|key)[ :=]\s*|(?:base64|hex):|0x|[a-z]{2,12}(?:_(?:test|live|prod|sandbox|signing|secret|key|whsec))*_)/i;
const PREFIXES = ['whsec_', 'v1,whsec_', 'Bearer ', 'sha256=', 'base64:', 'hex:', '0x', 'sk_'];

const hexBytes = (text: string): Uint8Array | undefined =>
  decodeHex(text.trim().replace(/^0x/i, ''), { upperCase: true });

const DECODERS: readonly ((text: string) => Uint8Array | undefined)[] = [
  (text) => base64Bytes(text.trim()),
  hexBytes,
  (text) => decodeBase32(text.trim().toUpperCase()),
];

/** The bytes that a text may stand for. */
function* decodings(text: string): Generator<Uint8Array> {
  for (const decode of DECODERS) {
    const bytes = decode(text);
    if (bytes && bytes.length > 0) yield bytes;
  }
}

/** The texts that bytes may be written as. */
function encodings(bytes: Uint8Array): readonly string[] {
  const base64 = encodeBase64(bytes);
  const hex = encodeHex(bytes);
  const url = base64.replaceAll('+', '-').replaceAll('/', '_');
  return [base64, base64.replace(/=+$/, ''), url, encodeBase64url(bytes), hex, hex.toUpperCase()];
}

function* decodedTwice(text: string, key: KeySpec): Generator<KeySpec> {
  for (const bytes of decodings(text)) {
    const inner = decodeUtf8(bytes)?.trim();
    if (inner === undefined) continue;
    const { encoding: _, ...plain } = key;
    yield { ...plain, secret: inner };
    for (const innerBytes of decodings(inner)) yield asBytes(key, innerBytes);
  }
}

/** No language’s own library reads base32. */
const EXAMPLE_OF: Readonly<Partial<Record<string, string>>> = {
  base64: 'key-encoding',
  hex: 'key-encoding',
  utf8: 'key-as-text',
};

/** At most 10 trials a row and key. */
export const KEY_ENCODING: readonly TrialHypothesis[] = [
  ...(['base64', 'hex', 'utf8', 'base32'] as const).map(
    (encoding): TrialHypothesis => ({
      id: `key-is-${encoding}`,
      ...KEY_ROW,
      changes: (trial) => otherSpecs(trial, (_, key) => [{ ...key, encoding }]),
      says: () => `The sender’s key is ${READ[encoding]}, and the gate reads it otherwise.`,
      mend: () => `Set the key’s encoding: ${encoding}.`,
      ...(EXAMPLE_OF[encoding] && { example: EXAMPLE_OF[encoding] }),
    }),
  ),
  {
    id: 'key-prefix-kept',
    isRepair: true,
    ...KEY_ROW,
    changes: (trial) =>
      otherSpecs(trial, function* (text, key) {
        const rest = text.trim().replace(PREFIX, '');
        if (rest === text.trim() || !isNoGuess(rest, text)) return;
        yield { ...key, secret: rest };
        yield asText(key, rest);
        for (const bytes of decodings(rest)) yield asBytes(key, bytes);
      }),
    says: () =>
      'The gate’s key begins with a prefix (whsec_, v1, Bearer, sha256=) that is no part of the sender’s.',
    mend: () =>
      'Look at the sender’s page. If the prefix is no part of the key, give the key without it, with its encoding where the rest is base64 or hex. If the gate decodes what stands behind the prefix, as it does behind whsec_ of Standard Webhooks, have the sender decode it too. If the key is used whole, have the sender use all of it.',
  },
  {
    id: 'key-prefix-missing',
    ...KEY_ROW,
    changes: (trial) =>
      otherSpecs(trial, (text, key) => PREFIXES.map((prefix) => asText(key, prefix + text.trim()))),
    says: () =>
      'The prefix of the sender’s key (whsec_ or the like) is part of it, and was left out of the gate’s.',
    mend: () => 'Give the key whole, as the sender’s page shows it.',
  },
  {
    id: 'key-prefix-of-sender-missing',
    ...KEY_ROW,
    changes: (trial) =>
      otherSpecs(trial, (text, key) => SENDERS_PREFIXES.map((prefix) => asText(key, prefix + text.trim()))),
    says: () =>
      'The sender’s key begins with a word that says what it is, such as sk_live_ or pdl_ntfset_, which is part of it and was left out of the gate’s.',
    mend: () =>
      'Give the key whole, as the sender’s page shows it, with all that stands before the first or the last _.',
  },
  {
    id: 'key-encoded-twice',
    ...KEY_ROW,
    changes: (trial) => otherSpecs(trial, decodedTwice),
    says: () =>
      'The gate’s key is an encoding (base64 or hex) of the text that the sender has as its key: it was encoded once more.',
    mend: () =>
      'Decode it once: Kubernetes shows secrets in base64 (kubectl get secret … | base64 -d), and so do many secret managers.',
  },
  {
    id: 'key-letter-case',
    ...KEY_ROW,
    changes: (trial) => otherTexts(trial, (text) => [text.toLowerCase(), text.toUpperCase()]),
    says: () => 'The sender’s key is the same in small letters, or in capitals.',
    mend: () =>
      'Write the key exactly as the sender does: where it is used to the letter, the case counts, in hex and UUIDs too.',
  },
  {
    id: 'key-encoded-by-sender',
    ...KEY_ROW,
    changes: (trial) =>
      otherKeys(trial, function* (key) {
        if (!takesSecrets(trial)) return;
        const { secret } = key;
        const bytes = typeof secret === 'string' ? utf8(secret) : secret;
        for (const text of encodings(bytes)) yield asText(key, text);
      }),
    says: () => 'The sender uses the text of an encoding (base64 or hex) of the gate’s key as its key.',
    mend: () =>
      'Have the sender use the key as it is; or give the gate the text that the sender uses, with encoding: utf8.',
  },
  {
    id: 'key-text-of-another-encoding',
    ...KEY_ROW,
    changes: (trial) =>
      otherSpecs(trial, function* (text, key) {
        const rest = text.trim().replace(/^(?:v1,)?whsec_/, '');
        for (const bytes of decodings(rest)) for (const other of encodings(bytes)) yield asText(key, other);
      }),
    says: () =>
      'The sender uses the same bytes as another text: base64 with or without padding, base64url, or hex where the gate has base64.',
    mend: () => 'Write the key exactly as the sender does, with encoding: utf8; or have both decode it.',
  },
  {
    id: 'key-dashes',
    ...KEY_ROW,
    changes: (trial) =>
      otherSpecs(trial, function* (text, key) {
        const bare = text.trim().replace(/[-:]/g, '');
        if (!/^[\da-f]{32,}$/i.test(bare)) return;
        yield asText(key, bare);
        yield asText(key, bare.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));
        const bytes = hexBytes(bare);
        if (bytes) yield asBytes(key, bytes);
      }),
    says: () =>
      'The sender’s key is the same with its dashes, or without: as the text of a UUID, its digits, or its bytes.',
    mend: () => 'Write the key exactly as the sender does.',
  },
  {
    id: 'key-charset',
    ...KEY_ROW,
    changes: (trial) =>
      otherSpecs(trial, function* (text, key) {
        const wide = utf16(text);
        const swapped = wide.map((_, i) => wide[i ^ 1] ?? 0);
        const marked = Uint8Array.of(0xff, 0xfe, ...wide);
        for (const bytes of [latin1(text), windows1252(text), wide, swapped, marked])
          if (bytes) yield asBytes(key, bytes);
        // In ASCII this takes no other letter.
        for (const instead of ['?', '']) yield asText(key, text.replace(/[^\0-\x7f]/g, instead));
        const misread = latin1(text);
        const text8 = misread && decodeUtf8(misread);
        if (text8 !== undefined) yield asText(key, text8);
        for (const form of ['NFC', 'NFD', 'NFKC'] as const) yield asText(key, text.normalize(form));
      }),
    says: () =>
      'The sender makes bytes of its key with another charset than UTF-8 (Latin-1, Windows-1252, UTF-16 or ASCII), or the gate’s was decoded with one; or one side writes é as one character and the other as two (Unicode’s NFC and NFD).',
    mend: () =>
      'Have both sides make the key’s bytes as UTF-8, of the same characters; better still, use a key of ASCII letters only.',
    example: 'charset',
  },
  {
    id: 'key-hashed',
    ...KEY_ROW,
    changes: hashed,
    says: () => 'The sender’s key is the SHA-256 of the gate’s.',
    mend: () =>
      'Give the gate the hash that the sender uses, as hex with encoding: hex; or have the sender use the key as it is.',
  },
  {
    id: 'key-as-jwk',
    ...KEY_ROW,
    changes: (trial) =>
      otherSpecs(trial, function* (text, key) {
        const member = memberK(text);
        if (member === undefined) return;
        yield asText(key, member);
        const bytes = base64Bytes(member);
        if (bytes) yield asBytes(key, bytes);
      }),
    says: () => 'The gate’s key is a JSON Web Key, and the sender’s is its member k.',
    mend: () => `Set the key’s encoding: jwk, or give k alone. ${LOOK_AT_IT}`,
  },
];

async function* hashed(trial: Trial): AsyncGenerator<Change> {
  if (!takesSecrets(trial)) return;
  for (const { secret } of trial.keys ?? []) {
    const digest = await backend.sha256([typeof secret === 'string' ? utf8(secret) : secret]);
    const hex = encodeHex(digest);
    for (const other of [digest, utf8(hex), utf8(hex.toUpperCase()), utf8(encodeBase64(digest))])
      yield { keys: [{ secret: other }] };
  }
}

/** The low byte of each unit first, as .NET’s Encoding.Unicode writes. */
function utf16(text: string): Uint8Array {
  return Uint8Array.from(
    text.split('').flatMap((char) => [char.charCodeAt(0) & 0xff, char.charCodeAt(0) >> 8]),
  );
}

function memberK(text: string): string | undefined {
  if (!text.includes('"kty"')) return undefined;
  try {
    const jwk: unknown = JSON.parse(text);
    return isObject(jwk) && typeof jwk['k'] === 'string' ? jwk['k'] : undefined;
  } catch {
    return undefined;
  }
}

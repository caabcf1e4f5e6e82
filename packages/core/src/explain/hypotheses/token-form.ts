/** Tokens whose letters were changed on the way, or never were base64url. */

import { derToRaw } from '../../crypto/ecdsa-der.ts';
import { CURVE_BYTES } from '../../crypto/public-key-algorithms.ts';
import {
  HMAC_JWT,
  isHmacJwt,
  JWT_ALGORITHMS,
  type JwtAlgorithm,
  PUBLIC_KEY_JWT,
} from '../../schemes/jwt/algorithms.ts';
import { MAX_TOKEN_CHARS } from '../../schemes/jwt/token-text.ts';
import { byteText, utf8 } from '../../text/bytes.ts';
import { decodeBase64url, encodeBase64, encodeBase64url } from '../../text/encodings.ts';
import type { SignHypothesis, TrialHypothesis } from '../hypothesis.ts';
import { tokenOf } from '../read-token.ts';
import { placedToken } from '../token-place.ts';
import type { Change, Trial } from '../trial.ts';

const STEPS = ['extract', 'compare'] as const;

function tokenRow(
  row: Pick<TrialHypothesis, 'id' | 'says' | 'mend'>,
  change: (token: string) => string,
): TrialHypothesis {
  return {
    ...row,
    part: 'token',
    steps: STEPS,
    example: 'token-header',
    changes: (trial) => withToken(trial, change),
  };
}

/** Three segments, in whatever letters; they begin where a run of these does, or a long run takes long. */
const SEGMENTS = /(?<![\w+/=%-])[\w+/=%-]+(?:(?:\.|%2e)[\w+/=%-]+){2}/i;

function* withToken({ scheme, request }: Trial, change: (token: string) => string): Generator<Change> {
  for (const name of scheme.headers.token) {
    const value = request.headers.single(name);
    const token = value && value.length <= MAX_TOKEN_CHARS ? SEGMENTS.exec(value)?.[0] : undefined;
    const other = token === undefined ? undefined : change(token);
    if (!value || token === undefined || other === undefined || other === token) continue;
    yield {
      request: {
        ...request,
        headers: request.headers.with(
          name,
          value.replace(token, () => other),
        ),
      },
    };
  }
}

export const TOKEN_FORM: readonly TrialHypothesis[] = [
  tokenRow(
    {
      id: 'token-padded',
      says: () => 'The token is right but for signs = at the end of its parts.',
      mend: () => 'Have the issuer write base64url without padding (RFC 7515 §2): a token has no =.',
    },
    (token) => token.replaceAll('=', ''),
  ),
  tokenRow(
    {
      id: 'token-in-base64',
      says: () =>
        'The token is right, and is written in base64 (+ and /) where tokens are base64url (- and _).',
      mend: () => 'Have the issuer write base64url without padding (RFC 7515 §2).',
    },
    (token) => token.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
  ),
  tokenRow(
    {
      id: 'token-percent-encoded',
      says: () => 'The token is right, and is percent-encoded, as it would be in a URL.',
      mend: () => 'Have the client send it as it is: a header is no URL.',
    },
    (token) =>
      token.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
  ),
  tokenRow(
    {
      id: 'token-last-letter',
      says: () => 'The last letter of the token was changed: bits of it that stand for nothing are set.',
      mend: () =>
        'Nobody signs so: look for what changes the token, such as a test that turns its last letter into another. Other libraries take it; this gate takes one text for one token.',
    },
    withoutSpareBits,
  ),
  tokenRow(
    {
      id: 'token-signature-der',
      says: () =>
        'The token’s ECDSA signature is right, and is written as DER where tokens have r‖s (RFC 7518 §3.4).',
      mend: () =>
        'Have the issuer convert it: OpenSSL, Java and key management services give DER; in Node set dsaEncoding: ieee-p1363.',
    },
    rawSignature,
  ),
];

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The signature’s last letter with the bits cleared that no byte has. */
function withoutSpareBits(token: string): string {
  const length = token.length - token.lastIndexOf('.') - 1;
  const spare = (length * 6) % 8;
  const value = LETTERS.indexOf(token.at(-1) ?? '');
  if (value < 0 || spare > 4) return token;
  return token.slice(0, -1) + LETTERS[(value >> spare) << spare];
}

function rawSignature(token: string): string {
  const start = token.lastIndexOf('.') + 1;
  const der = decodeBase64url(token.slice(start));
  if (der === undefined) return token;
  for (const size of [...Object.values(CURVE_BYTES), 66]) {
    const raw = der.length <= 2 * size + 9 ? derToRaw(der, size) : undefined;
    if (raw) return token.slice(0, start) + encodeBase64url(raw);
  }
  return token;
}

/** A token, or the beginning of one, at the end of a value; it begins where a run of its letters does, or a text of many beginnings takes long. */
const BEGUN = /(?<![\w.-])eyJ[\w.-]+$/;

export const TOKEN_FORM_SEEN: readonly SignHypothesis[] = [
  {
    id: 'token-cut',
    part: 'token',
    steps: ['extract', 'compare'],
    certainty: 'likely',
    example: 'token-header',
    sees: (trial, { verdict }) => {
      if (verdict.ok) return undefined;
      const cut = cutSecret(trial);
      if (cut !== undefined) return cut;
      const [name] = trial.scheme.headers.token;
      const value = (name === undefined ? undefined : trial.request.headers.single(name)) ?? '';
      if (verdict.reason !== 'malformed-token') return undefined;
      const segments = BEGUN.exec(value)?.[0].split('.') ?? [];
      const { length = 0 } = segments[2] ?? [];
      const isShort = segments.length === 3 && length < leastLetters(tokenOf(trial)?.header['alg']);
      const isOpen = segments.length === 2 || (segments.length === 1 && (segments[0] ?? '').length > 10);
      return isOpen || isShort ? `the header has ${value.length} characters` : undefined;
    },
    says: (detail) => `The token begins as one, and ends too early: ${detail}.`,
    mend: () =>
      'Look for what cuts it: a column, a cookie or a terminal that is too short for it, or a copy that ended at a dot.',
  },
];

/** Nobody can say which token one so short is the beginning of. */
const MIN_CUT = 8;

/** How many characters a token that is the secret itself has, and lacks. */
function cutSecret(trial: Trial): string | undefined {
  const placed = placedToken(trial);
  if (!placed || placed.place.form === 'signed') return undefined;
  const { text } = placed;
  const spellingOf = (bytes: Uint8Array): string =>
    placed.place.form === 'basic' ? encodeBase64(bytes).replace(/=+$/, '') : byteText(bytes);
  const whole = (trial.keys ?? [])
    .map(({ secret }) => spellingOf(typeof secret === 'string' ? utf8(secret) : secret))
    .find((sent) => sent.length > text.length && sent.startsWith(text));
  return text.length < MIN_CUT || whole === undefined
    ? undefined
    : `it has ${text.length} characters, and lacks ${whole.length - text.length} that the gate’s has`;
}

/** How many letters a signature of an algorithm has at least. */
function leastLetters(alg: unknown): number {
  const algorithm = JWT_ALGORITHMS.find((name) => name === alg) as JwtAlgorithm | undefined;
  if (algorithm === undefined) return 0;
  const bytes = isHmacJwt(algorithm)
    ? HMAC_JWT[algorithm].signatureBytes
    : (PUBLIC_KEY_JWT[algorithm].signatureBytes ?? 256);
  return Math.ceil((bytes * 4) / 3);
}

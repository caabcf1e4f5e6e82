/** Signatures that programs wrote as what they were not asked for, and those of which letters were lost. */

import { andThen } from '../../and-then.ts';
import { isMac } from '../../crypto/backend.ts';
import { encodeSignature } from '../../schemes/signature-text.ts';
import { byteText } from '../../text/bytes.ts';
import { encodeBase64, encodeBase64url } from '../../text/encodings.ts';
import { withoutEnd } from '../../text/ends.ts';
import { declaredAs } from '../declared.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { built } from '../other-options.ts';
import { type FindProof, ofAnyLength, provedBy } from '../other-proof.ts';
import type { Change, Trial } from '../trial.ts';
import { base32Text, encodedTwice, escapedText, numbersText, separatedHex } from '../written-bytes.ts';
import {
  mapRest,
  mapValue,
  type OtherSignature,
  signatureText,
  type WrittenSignature,
  withSignature,
} from '../written-signature.ts';

const STEPS = ['extract', 'compare'] as const;

/** A row of bytes that were written otherwise: what they are is put there as the gate reads it. */
function bytesRow(
  row: Pick<TrialHypothesis, 'id' | 'says' | 'mend'>,
  read: (value: string) => Iterable<Uint8Array | undefined>,
): TrialHypothesis {
  return {
    ...row,
    part: 'signature',
    steps: STEPS,
    example: 'signature-encoding',
    changes: (trial) => withSignature(trial, (signature) => asRead(signature, read)),
  };
}

/** Every reading of a single signature; the first reading of each in a list. */
function* asRead(
  signature: WrittenSignature,
  read: (value: string) => Iterable<Uint8Array | undefined>,
): Generator<OtherSignature> {
  const { encoding } = signature.options.signature;
  for (const map of [mapValue, mapRest])
    for (let at = 0; at < MAX_READINGS; at++) {
      const text = map(signature, (value) => {
        const bytes = [...read(value)].filter((reading) => reading !== undefined)[at];
        return bytes === undefined ? value : encodeSignature(bytes, encoding);
      });
      if (text === signature.text) break;
      yield { text };
    }
}

const MAX_READINGS = 3;

export const KEEP_CASE =
  'Look for what changes the case of header values: a toLowerCase over names and values, a CDN’s or gateway’s rule, a database’s collation. It must change names alone.';

/** At most 6 trials a row, most of them none. */
export const SIGNATURE_LETTERS: readonly TrialHypothesis[] = [
  bytesRow(
    {
      id: 'signature-is-base32',
      says: () =>
        'The signature is right, and is written in base32 (A to Z and 2 to 7), which the gate does not read.',
      mend: () =>
        'Have the sender write it in the encoding that the gate reads: hex or base64, by its scheme.',
    },
    (value) => [base32Text(value)],
  ),
  bytesRow(
    {
      id: 'signature-is-separated-hex',
      says: () =>
        'The signature is right, and is written in hex with signs between its bytes or before them, such as : or - or 0x.',
      mend: () =>
        'Have the sender take them out: BitConverter.ToString(…).Replace("-", "").ToLower() or Convert.ToHexString in .NET, toString("hex") of a Buffer, and no 0x in front.',
    },
    (value) => [separatedHex(value)],
  ),
  bytesRow(
    {
      id: 'signature-bytes-numbers',
      says: () =>
        'The signature is right, and is written as a list of numbers, its bytes: a program printed an array of bytes.',
      mend: () =>
        'Have the sender encode the bytes: hex.EncodeToString in Go, HexFormat or Base64 in Java, Buffer.from(bytes).toString("hex") in JavaScript.',
    },
    (value) => [numbersText(value)],
  ),
  bytesRow(
    {
      id: 'signature-bytes-escaped',
      says: () =>
        'The signature is right, and is written as Python or Ruby show bytes that are no text: quotes around them, and \\x before each.',
      mend: () =>
        'Have the sender encode the digest: hexdigest() in place of str(digest()) in Python, OpenSSL::HMAC.hexdigest in Ruby.',
    },
    (value) => [escapedText(value)],
  ),
  bytesRow(
    {
      id: 'signature-encoded-twice',
      says: () =>
        'The signature is right, and was encoded twice: base64 or hex of a text that was base64 already, or of bytes that were taken for letters.',
      mend: () =>
        'Have the sender encode the bytes of the digest once: digest("base64") is a text already, and digest("binary") is not to be used.',
    },
    encodedTwice,
  ),
  {
    id: 'signature-letter-case',
    part: 'signature',
    steps: STEPS,
    example: 'signature-encoding',
    changes: otherCase,
    says: (which) =>
      `The signature was the right one, and its base64 has only ${which} letters: something changed their case, and so it is another signature.`,
    mend: () => KEEP_CASE,
  },
];

/** Letters of either case stand for the same: fewer could be guessed. */
const MIN_LETTERS = 24;

function* otherCase(trial: Trial): Generator<Change> {
  const declared = declaredAs(trial.scheme, 'template');
  const text = signatureText(trial);
  if (!declared || text === undefined) return;
  const { options } = declared;
  const { encoding } = options.signature;
  const which = lostCase(withoutPrefix(text, options.signature.prefix));
  if (which === undefined || !encoding.startsWith('base64')) return;
  const scheme = built(declared, {
    ...options,
    keyForms: ofAnyLength(options.keyForms),
    signature: { ...options.signature, encoding: 'text' },
  });
  const encode = encoding === 'base64' ? encodeBase64 : encodeBase64url;
  const inEitherCase: FindProof = ({ proof }, message, signatures) =>
    andThen(proof.sign(message), (mac) => {
      const expected = bareLetters(encode(mac));
      return expected.length < MIN_LETTERS
        ? -1
        : signatures.findIndex((bytes) => bareLetters(byteText(bytes)) === expected);
    });
  if (scheme && options.keyForms.some(({ algorithm }) => isMac(algorithm)))
    yield { scheme: provedBy(scheme, inEitherCase, options.keyForms), detail: which };
}

const bareLetters = (text: string): string => withoutEnd(text.toLowerCase(), '=');

export function withoutPrefix(text: string, prefix = ''): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

/** In base64 small letters and capitals are as many: a long run of one case is none. */
export function lostCase(value: string): 'small' | 'capital' | undefined {
  const runs = value.match(/[\w+/-]{24,}/g) ?? [];
  const letters = runs.join('').replace(/[^A-Za-z]/g, '');
  if (letters.length < MIN_LETTERS / 2) return undefined;
  if (letters === letters.toLowerCase()) return 'small';
  return letters === letters.toUpperCase() ? 'capital' : undefined;
}

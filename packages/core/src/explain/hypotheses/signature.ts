/** Signatures that are written otherwise than the gate reads them. */

import { MAC_BYTES, type MacAlgorithm } from '../../crypto/backend.ts';
import { byteText } from '../../text/bytes.ts';
import { decodeBase64 } from '../../text/encodings.ts';
import { withoutEnd } from '../../text/ends.ts';
import { unquoted } from '../../text/quotes.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import type { Change, Trial } from '../trial.ts';
import { withoutLabel } from '../written-bytes.ts';
import {
  mapRest,
  mapValue,
  type OtherSignature,
  type WrittenSignature,
  withSignature,
} from '../written-signature.ts';

const STEPS = ['extract', 'compare'] as const;

/** A row of a signature’s form. */
function formRow(
  row: Pick<TrialHypothesis, 'id' | 'says' | 'mend'>,
  change: (signature: WrittenSignature) => Iterable<OtherSignature>,
): TrialHypothesis {
  return {
    ...row,
    part: 'signature',
    steps: STEPS,
    example: 'signature-encoding',
    changes: (trial: Trial): Iterable<Change> => withSignature(trial, change),
  };
}

/** Its value written otherwise, where that makes a difference. */
function* withMappedValue(
  signature: WrittenSignature,
  change: (value: string) => string,
): Generator<OtherSignature> {
  const text = mapValue(signature, change);
  if (text !== signature.text) yield { text };
}

const isBase64 = ({ options: { signature } }: WrittenSignature): boolean =>
  signature.encoding.startsWith('base64');

/** base64url; where nothing tells it from base64 with its padding, it is that. */
function withoutPadding(value: string): string {
  return /^[A-Za-z0-9]+={1,2}$/.test(value) && value.length % 4 === 0 ? value : withoutEnd(value, '=');
}

const WRITE_AS =
  'Have the sender write what the gate reads; or, in a declared scheme, set the encoding of its signature to what the sender writes';

export const SIGNATURE: readonly TrialHypothesis[] = [
  formRow(
    {
      id: 'signature-hex-upper-case',
      says: (whole) =>
        `The signature is right, and ${whole === '' ? 'is written in upper-case hex' : 'its header was written in upper case as a whole'}; the gate takes lower case only.`,
      mend: (whole) =>
        whole === ''
          ? 'Have the sender write it in lower case; or, in a declared scheme, set the encoding of the signature to hex-any-case.'
          : 'Have the sender write hex in lower case, and what stands before it as the gate expects it: ToUpper() belongs around neither.',
    },
    function* ({ text, options: { signature } }) {
      if (!signature.encoding.startsWith('hex')) return;
      if (signature.encoding === 'hex') yield { encoding: 'hex-any-case' };
      if (text === text.toUpperCase()) yield { text: text.toLowerCase(), detail: 'whole' };
    },
  ),
  formRow(
    {
      id: 'signature-is-hex',
      says: () => 'The signature is right, and is written in hex; the gate reads base64.',
      mend: () => `${WRITE_AS}: hex.`,
    },
    function* (signature) {
      if (isBase64(signature)) yield { encoding: 'hex-any-case' };
    },
  ),
  formRow(
    {
      id: 'signature-is-base64',
      says: () =>
        'The signature is right, and is written in base64 (+, / and =), which the gate does not read.',
      mend: () => `${WRITE_AS}: base64 is with + and /, and padded with =.`,
    },
    function* ({ options: { signature } }) {
      if (signature.encoding !== 'base64') yield { encoding: 'base64' };
    },
  ),
  formRow(
    {
      id: 'signature-padding',
      says: () =>
        'The signature is right but for its padding: the signs = at its end are missing, as base64url leaves them out, or stand where none belong.',
      mend: () =>
        'Have the sender write base64 with padding and base64url without, and look for what cuts the = off on the way.',
    },
    function* (signature) {
      const { encoding } = signature.options.signature;
      if (encoding === 'base64') yield* withMappedValue(signature, padded);
      if (encoding === 'base64url') yield* withMappedValue(signature, (value) => withoutEnd(value, '='));
      if (encoding.startsWith('hex'))
        for (const other of withMappedValue(signature, padded)) yield { ...other, encoding: 'base64' };
    },
  ),
  formRow(
    {
      id: 'signature-is-base64url',
      says: () =>
        'The signature is right, and is written in base64url (- and _), which the gate does not read.',
      mend: () => `${WRITE_AS}: base64url is with - and _, and without padding.`,
    },
    function* (signature) {
      if (signature.options.signature.encoding === 'base64url') return;
      yield { encoding: 'base64url', text: mapValue(signature, withoutPadding) };
    },
  ),
  formRow(
    {
      id: 'signature-of-hex-text',
      says: () =>
        'The signature is right, and is written twice over: first in hex, and the letters of that in base64.',
      mend: () =>
        'Have the sender encode the bytes of the digest, not its hex text: digest("base64"), not base64 of digest("hex").',
    },
    function* (signature) {
      const text = mapValue(signature, (value) => {
        const bytes = decodeBase64(value);
        return bytes === undefined ? value : byteText(bytes);
      });
      if (text !== signature.text) yield { text, encoding: 'hex-any-case' };
    },
  ),
  formRow(
    {
      id: 'signature-in-quotes',
      says: () => 'The signature is right, and stands in quotes.',
      mend: () => 'Have the sender send the text alone: a JSON printer or a shell puts quotes around it.',
    },
    function* (signature) {
      const { text } = signature;
      yield { text: unquoted(text.trim()) ?? text };
      yield* withMappedValue(signature, (value) => unquoted(value.trim()) ?? value);
    },
  ),
  formRow(
    {
      id: 'signature-bytes-literal',
      says: () => "The signature is right, and is written as Python shows bytes: b'…'.",
      mend: () =>
        'Have the sender decode the bytes, as in b64encode(digest).decode(): str() and f-strings show b and quotes.',
    },
    (signature) => withMappedValue(signature, (value) => value.replace(/^b(['"])(.*)\1$/, '$2')),
  ),
  formRow(
    {
      id: 'signature-openssl-label',
      says: () =>
        'The signature is right, and stands behind what openssl prints before it, such as (stdin)= .',
      mend: () => "Have the sender cut it off: openssl dgst -r, or awk '{print $NF}'.",
    },
    function* (signature) {
      for (const text of [mapValue(signature, withoutLabel), mapRest(signature, withoutLabel)]) {
        if (text === signature.text) continue;
        yield { text };
        if (isBase64(signature)) yield { text, encoding: 'hex-any-case' };
      }
    },
  ),
  formRow(
    {
      id: 'signature-leading-zero',
      says: () =>
        'The signature is right but for zeros at its beginning, which were lost: it was printed as a number.',
      mend: () =>
        'Have the sender print bytes, two digits each: %02x, or a library’s hex; a big number drops its zeros.',
    },
    function* (signature) {
      const { keyForms, signature: ownOptions } = signature.options;
      const { algorithm } = keyForms[0] ?? {};
      if (!ownOptions.encoding.startsWith('hex') || algorithm === undefined || !(algorithm in MAC_BYTES))
        return;
      const digits = 2 * MAC_BYTES[algorithm as MacAlgorithm];
      yield* withMappedValue(signature, (value) =>
        value.length < digits - 8 ? value : value.padStart(digits, '0'),
      );
    },
  ),
  formRow(
    {
      id: 'signature-plus-lost',
      says: () =>
        'The signature is right but for blanks in it, which were + when it was sent: somebody decoded it as a form.',
      mend: () =>
        'Have the sender write + as %2B in a query or a form, or send base64url; and decode it once only.',
    },
    function* (signature) {
      if (!isBase64(signature)) return;
      yield* withMappedValue(signature, (value) => value.replaceAll(' ', '+'));
      const { list } = signature.options.signature;
      if (list?.separator === ' ') yield { text: rejoined(signature.text, list.assign) };
    },
  ),
  formRow(
    {
      id: 'signature-blank',
      says: () => 'The signature is right but for white space in it, or between it and its prefix.',
      mend: () =>
        'Have the sender leave the white space out; or, where it always stands behind the prefix, make it part of the gate’s prefix.',
    },
    function* ({ text, options: { signature } }) {
      const { list } = signature;
      if (list?.separator.trim() !== '') yield { text: text.replace(/\s+/g, '') };
      else yield { text: text.split(new RegExp(`${list.assign}\\s+`)).join(list.assign) };
    },
  ),
  formRow(
    {
      id: 'signature-percent-encoded',
      says: () => 'The signature is right, and is percent-encoded, as it would be in a URL.',
      mend: () =>
        'Have the sender write a header’s value as it is, and encode a parameter of the query once only.',
    },
    function* (signature) {
      const text = percentDecoded(signature.text);
      if (text !== undefined && text !== signature.text) yield { text };
    },
  ),
];

/** A list of items that blanks part, of which some were cut at a + that became one. */
function rejoined(text: string, assign: string): string {
  const items: string[] = [];
  for (const piece of text.split(' ')) {
    const isItem =
      items.length === 0 ||
      /^[A-Za-z]\w{0,24}$/.test(piece.split(assign, 2).length > 1 ? (piece.split(assign, 1)[0] ?? '') : '');
    if (isItem) items.push(piece);
    else items.push(`${items.pop()}+${piece}`);
  }
  return items.join(' ');
}

function padded(value: string): string {
  const letters = withoutEnd(value, '=');
  return /^[A-Za-z0-9+/]+$/.test(letters) ? letters.padEnd(Math.ceil(letters.length / 4) * 4, '=') : value;
}

/** Undefined where it is none. */
function percentDecoded(text: string): string | undefined {
  if (!/%[0-9a-f]{2}/i.test(text)) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

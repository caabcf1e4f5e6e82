/** Message signatures whose two fields, or whose digest, are not written as the standards say. */

import { DERIVED_COMPONENTS } from '../../schemes/message-signatures/component.ts';
import { decodeBase64, decodeBase64url, decodeHex, encodeBase64 } from '../../text/encodings.ts';
import { withoutEnd } from '../../text/ends.ts';
import { shownText } from '../../text/shown-text.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { withHeader, withMessage } from '../other-address.ts';
import { inputTextOf } from '../signature-input-text.ts';
import type { Change, Trial } from '../trial.ts';
import { bytesReadFrom } from '../written-bytes.ts';

/** Longer fields are left as they are. */
const MAX_CHARS = 2048;

/** One trial each, but `message-signature-encoding` as many as its text can be read in. */
export const MESSAGE_SIGNATURE_FIELDS: readonly Hypothesis[] = [
  {
    id: 'message-signature-labels-differ',
    part: 'message-signature',
    steps: ['extract'],
    *changes(trial) {
      const input = inputTextOf(trial);
      const [, label, value] = /^\s*([a-z*][a-z0-9_.*-]*)=(:[^:]*:)\s*$/.exec(signatureOf(trial)) ?? [];
      if (input && label !== undefined && label !== input.label)
        yield withSignatureField(trial, `${input.label}=${value}`);
    },
    says: () =>
      'The message signature is genuine, and has one label in Signature and another in Signature-Input.',
    mend: () =>
      'Have the sender write one label in both fields, e.g. sig1; look for a proxy that changes one of them.',
  },
  {
    id: 'message-signature-colons',
    part: 'message-signature',
    steps: ['extract'],
    *changes(trial) {
      const input = inputTextOf(trial);
      const [, text] =
        /^\s*(?:[a-z*][a-z0-9_.*-]*=)?["']?:?([\w+/-]{16,}={0,2}):?["']?\s*$/.exec(signatureOf(trial)) ?? [];
      const bytes = text === undefined ? undefined : lenientBase64(text);
      if (input && bytes) yield withSignatureField(trial, `${input.label}=:${encodeBase64(bytes)}:`);
    },
    says: () =>
      'The message signature is genuine, and the field Signature does not have it as label=:base64:, with its colons.',
    mend: () =>
      'Have the sender write Signature as RFC 9421 §4.2 does: the label, =, and base64 between colons.',
  },
  {
    id: 'message-signature-encoding',
    part: 'message-signature',
    steps: ['extract', 'compare'],
    *changes(trial) {
      const input = inputTextOf(trial);
      const [, text = ''] =
        /^\s*(?:[a-z*][a-z0-9_.*-]*=)?["']?:?(.{16,}?):?["']?\s*$/.exec(signatureOf(trial)) ?? [];
      for (const bytes of bytesReadFrom(text))
        if (input) yield withSignatureField(trial, `${input.label}=:${encodeBase64(bytes)}:`);
    },
    says: () =>
      'The message signature is genuine, and the field Signature does not have it in base64: it is in hex, in another encoding or in quotes, or was encoded twice.',
    mend: () =>
      'Have the sender write the bytes of the signature in base64, between colons (RFC 9421 §4.2), and not their hex text.',
  },
  {
    id: 'message-signature-digest-form',
    part: 'message-signature',
    steps: ['compare'],
    *changes(trial) {
      const { request } = trial;
      const field = request.headers.get('content-digest') ?? '';
      if (inputTextOf(trial) === undefined || field.length > MAX_CHARS) return;
      const [, name = '', text = ''] =
        /^\s*(sha-?(?:256|512))=["']?:?([\w+/=-]+?):?["']?\s*$/i.exec(field) ?? [];
      const bytes = digestBytes(text);
      if (!bytes) return;
      const anew = `${name.toLowerCase().replace(/^sha-?/, 'sha-')}=:${encodeBase64(bytes)}:`;
      const headers = withHeader(request.headers, 'content-digest', anew);
      yield {
        ...withMessage(trial, (base) => base.replace(anew, () => field.trim())),
        request: { ...request, headers },
      };
    },
    says: () =>
      'The signature is genuine and the digest is the body’s, and Content-Digest is not written as RFC 9530 does.',
    mend: () =>
      'Have the sender write Content-Digest as sha-256=:base64: (lower case, base64 not hex, between colons).',
    example: 'content-digest',
  },
  {
    id: 'message-signature-draft',
    part: 'message-signature',
    steps: ['extract'],
    certainty: 'likely',
    sees: (trial) =>
      isOfScheme(trial) && /keyId="[^"]*".*signature="/s.test(signatureOf(trial)) ? '' : undefined,
    says: () =>
      'The sender signs by the old draft of HTTP signatures (draft-cavage: keyId, headers, signature in one field), and the gate verifies RFC 9421.',
    mend: () =>
      'Have the sender sign by RFC 9421 (Signature-Input and Signature); its libraries have a setting or a newer version for it.',
  },
  {
    id: 'message-signature-half',
    part: 'message-signature',
    steps: ['extract'],
    certainty: 'possible',
    sees(trial) {
      const { headers } = trial.request;
      const isSigned = headers.count('signature') > 0;
      const hasInput = headers.count('signature-input') > 0;
      if (!isOfScheme(trial) || isSigned === hasInput || /keyId="/.test(signatureOf(trial))) return undefined;
      return isSigned ? 'Signature and no Signature-Input' : 'Signature-Input and no Signature';
    },
    says: (which) =>
      `The request has ${which}: one of the two fields was dropped on the way, or the sender does not write it.`,
    mend: () => 'Have each proxy pass on both fields; have the sender write both (RFC 9421 §4).',
    example: 'header-dropped',
  },
  {
    id: 'message-signature-component-unknown',
    part: 'message-signature',
    steps: ['extract'],
    certainty: 'likely',
    sees(trial, { verdict }) {
      if (verdict.ok || verdict.reason !== 'malformed-signature') return undefined;
      const names = (inputTextOf(trial)?.components ?? []).flatMap(
        (text) => /^"([^"]*)"/.exec(text)?.[1] ?? [],
      );
      const unknown = names.find((name) =>
        name.startsWith('@') ? !DERIVED_COMPONENTS.has(name) : name !== name.toLowerCase(),
      );
      return unknown === undefined ? undefined : shownText(unknown);
    },
    says: (name) =>
      `The signature covers ${name}, which is no component of requests in RFC 9421: drafts before it had others, and names of fields are in lower case.`,
    mend: () =>
      `Have the sender cover what the standard has: ${[...DERIVED_COMPONENTS].join(', ')}, and fields by their names in lower case.`,
  },
];

/** What a digest says that is of another body: behind whatever says what became of the body. */
export const DIGEST_SEEN: readonly Hypothesis[] = [
  {
    id: 'message-signature-digest-of-another-body',
    part: 'message-signature',
    steps: ['compare'],
    certainty: 'likely',
    sees: (_, { code }) => (code === 'digest-of-another-body' ? '' : undefined),
    says: () =>
      'The signature and the key are right, and the body is not the one whose digest was signed: it was changed afterwards, or the sender hashes a different text from the one it sends.',
    mend: () =>
      'Hand the gate the raw body; have the sender hash the very bytes that it sends, after it has printed the JSON and before anything compresses it.',
    example: 'content-digest',
  },
];

function isOfScheme({ scheme }: Trial): boolean {
  return scheme.headers.proof.includes('signature-input');
}

function signatureOf({ request: { headers } }: Trial): string {
  return (headers.get('signature') ?? '').slice(0, MAX_CHARS);
}

function withSignatureField({ request }: Trial, value: string): Change {
  return { request: { ...request, headers: withHeader(request.headers, 'signature', value) } };
}

function lenientBase64(text: string): Uint8Array | undefined {
  const bare = withoutEnd(text, '=');
  return (
    decodeBase64(text) ??
    decodeBase64(bare.padEnd(Math.ceil(bare.length / 4) * 4, '=')) ??
    decodeBase64url(bare)
  );
}

/** Of SHA-256 or SHA-512, in hex or base64. */
function digestBytes(text: string): Uint8Array | undefined {
  const isHex = /^[0-9a-f]{64}$|^[0-9a-f]{128}$/i.test(text);
  const bytes = isHex ? decodeHex(text, { upperCase: true }) : lenientBase64(text);
  return bytes && (bytes.length === 32 || bytes.length === 64) ? bytes : undefined;
}

/** Signatures of which letters were lost, where no trial can prove what they were: of two halves, and message signatures. */
import { SIGNATURE_BYTES } from '../../crypto/signature-bytes.ts';
import { base64Bytes } from '../../keys/base64-text.ts';
import { MESSAGE_SIGNATURE_ALGORITHMS } from '../../schemes/message-signatures/registered-names.ts';
import { declaredAs } from '../declared.ts';
import type { SignHypothesis } from '../hypothesis.ts';
import type { Trial } from '../trial.ts';
import { signatureText } from '../written-signature.ts';
import { KEEP_CASE, lostCase, withoutPrefix } from './signature-letters.ts';

const ROW: Pick<SignHypothesis, 'part' | 'steps' | 'certainty' | 'isFallback' | 'example'> = {
  part: 'signature',
  steps: ['extract', 'compare'],
  certainty: 'likely',
  isFallback: true,
  example: 'signature-encoding',
};

export const SIGNATURE_BROKEN: readonly SignHypothesis[] = [
  {
    id: 'signature-case-lost',
    ...ROW,
    sees: caseOf,
    says: (which) =>
      `The signature should be base64 and has only ${which} letters, as none has by chance: something changed their case, and what it was cannot be recovered.`,
    mend: () => KEEP_CASE,
  },
  {
    id: 'signature-breaks-off',
    ...ROW,
    sees: breakOf,
    says: (sign) => `The signature breaks off in the middle: ${sign}. The rest was cut off.`,
    mend: () =>
      'Look for a column, a variable or a log that is too short for it, and at what the sender cuts off. A signature that is cut is never taken.',
  },
];

/** Where a secret makes the signature, `signature-letter-case` proves it. */
function caseOf(trial: Trial): string | undefined {
  const signature = writtenOf(trial);
  // Hex has letters of one case too.
  return signature?.encoding !== 'base64' || /[\da-f]{32,}/i.test(signature.value)
    ? undefined
    : lostCase(signature.value);
}

/** What says that letters are missing at its end; of one that secrets make, `signature-cut` proves it. */
function breakOf(trial: Trial): string | undefined {
  const signature = writtenOf(trial);
  if (!signature) return undefined;
  const { value, encoding, bytes, isDer } = signature;
  if (encoding === 'hex') {
    const isBroken = /^(?:[\da-f]{2}){8,}[\da-f]$/i.test(value) && value.length < 2 * (bytes ?? Infinity);
    return isBroken ? 'its number of hex digits is odd' : undefined;
  }
  if (!/^[\w+/-]{8,}={0,2}$/.test(value)) return undefined;
  if (signature.isOpen) return 'its last colon is missing';
  return isDer ? breakOfDer(value) : breakOfBase64(value, bytes);
}

interface Written {
  readonly value: string;
  readonly encoding: 'hex' | 'base64';
  /** How many bytes it has; undefined where the key says it. */
  readonly bytes: number | undefined;
  readonly isDer?: boolean;
  /** Whether it begins with a colon and does not end with one. */
  readonly isOpen?: boolean;
}

/** Undefined of one that secrets make, unless it is a message signature. */
function writtenOf(trial: Trial): Written | undefined {
  const messages = declaredAs(trial.scheme, 'message-signatures');
  if (messages) {
    const field = trial.request.headers.single('signature') ?? '';
    const [, value, end] = /^[a-z*][a-z0-9_.*-]*=:([^:]*)(:?)$/.exec(field.trim()) ?? [];
    if (value === undefined) return undefined;
    const { algorithm } = messages.options;
    const bytes =
      algorithm === 'of-key' ? undefined : SIGNATURE_BYTES[MESSAGE_SIGNATURE_ALGORITHMS[algorithm]];
    return { value, encoding: 'base64', bytes, isOpen: end === '' };
  }
  const { keyForms, signature } = declaredAs(trial.scheme, 'template')?.options ?? {};
  const [form] = keyForms ?? [];
  const text = signatureText(trial);
  if (!signature || !form || form.kind === 'secret' || signature.list || text === undefined) return undefined;
  return {
    value: withoutPrefix(text, signature.prefix).trim(),
    encoding: signature.encoding.startsWith('hex') ? 'hex' : 'base64',
    bytes: form.keys.signatureBytes(form.algorithm),
    isDer: form.algorithm.endsWith('-der'),
  };
}

const DER_SEQUENCE = 0x30;
const DER_INTEGER = 0x02;

/** DER says at its beginning how long it is. */
function breakOfDer(value: string): string | undefined {
  const [tag, length = 0, inner, ...rest] =
    base64Bytes(value.slice(0, value.length - (value.length % 4))) ?? [];
  const bytes = 3 + rest.length + (((value.length % 4) * 3) >> 2);
  const isCut = tag === DER_SEQUENCE && inner === DER_INTEGER && length < 0x80 && bytes < length + 2;
  return isCut ? `it begins with its length, which is ${length + 2} bytes, and has fewer` : undefined;
}

/** Of moduli of 1024, 2048, 3072 and 4096 bits: without padding, base64 of these has no multiple of four letters either. */
const RSA_BYTES: readonly number[] = [128, 256, 384, 512];

/** Whether it ends within a group of four letters, and before the signature does. @param bytes undefined: of RSA */
function breakOfBase64(value: string, bytes: number | undefined): string | undefined {
  const own = (value.length * 3) >> 2;
  const isShort = bytes === undefined ? !RSA_BYTES.includes(own) : own < bytes;
  return value.length % 4 !== 0 && !value.endsWith('=') && isShort
    ? 'its number of base64 letters is no multiple of four'
    : undefined;
}

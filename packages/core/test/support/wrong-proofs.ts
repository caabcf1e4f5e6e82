/** Proofs in a header that differ from a right one, and what is said of each: it follows from how the proof is declared. */
import type { SignatureOptions, TemplateOptions } from '../../src/schemes/template-options.ts';

export interface WrongProof {
  readonly how: string;
  /** The header’s value. */
  readonly text: string;
  /** `accepted`, or the reason of the refusal; of two, which it is depends on the letters. */
  readonly word: string;
}

/** The encoded signature in a header’s value, without what stands about it. */
export function proofText({ prefix = '', list }: SignatureOptions, value: string): string {
  if (list === undefined) return value.slice(prefix.length);
  const label = `${list.labels[0]}${list.assign}`;
  const item = value.split(list.separator).find((text) => text.trim().startsWith(label)) ?? '';
  return item.trim().slice(label.length);
}

/** Of a right value, others of which it is known what becomes of them. */
export function wrongProofs(
  { signature, timestamp, keyForms }: TemplateOptions,
  value: string,
): readonly WrongProof[] {
  const text = proofText(signature, value);
  // Of a signature that may be of any length, hex is base64 of other bytes.
  const isOfAnyLength = keyForms.some(
    (form) => form.kind !== 'secret' && form.keys.signatureBytes(form.algorithm) === undefined,
  );
  const malformed = isOfAnyLength ? `${MALFORMED} or signature-mismatch` : MALFORMED;
  const spelt = spellings(signature.encoding, text, malformed).map(({ how, text: other, word }) => ({
    how,
    text: value.replace(text, () => other),
    word,
  }));
  const time = timestamp && 'item' in timestamp ? timestamp.item : undefined;
  return [
    ...spelt,
    ...(signature.list ? ofLists(signature, value, text, time) : ofPrefixes(signature, text)),
  ];
}

const MALFORMED = 'malformed-signature';

function spellings(
  encoding: SignatureOptions['encoding'],
  text: string,
  malformed: string,
): readonly WrongProof[] {
  const isHex = encoding === 'hex' || encoding === 'hex-any-case';
  const bytes = Buffer.from(text, isHex ? 'hex' : 'base64');
  const others = {
    'in upper-case hex': bytes.toString('hex').toUpperCase(),
    'in lower-case hex': bytes.toString('hex'),
    'in base64': bytes.toString('base64'),
    'in base64url': bytes.toString('base64url'),
    'in base64 without padding': bytes.toString('base64').replace(/=+$/, ''),
    'with a blank inside': `${text.slice(0, 6)} ${text.slice(6)}`,
    'with more behind it': `${text}00`,
    'cut short': text.slice(0, -4),
    'behind 0x': `0x${text}`,
  };
  return Object.entries(others).map(([how, other]) => ({
    how,
    text: other,
    word: other === text || (encoding === 'hex-any-case' && how.endsWith('hex')) ? 'accepted' : malformed,
  }));
}

function ofPrefixes({ prefix = '' }: SignatureOptions, text: string): readonly WrongProof[] {
  if (prefix === '') return [{ how: 'behind a label', text: `sha256=${text}`, word: MALFORMED }];
  return [
    { how: 'without its prefix', text, word: MALFORMED },
    { how: 'behind another prefix', text: `zz${prefix}${text}`, word: MALFORMED },
    {
      how: 'behind its prefix in other letters',
      text: `${prefix.toUpperCase()}${text}`,
      word: prefix === prefix.toUpperCase() ? 'accepted' : MALFORMED,
    },
  ];
}

function ofLists(
  { list }: SignatureOptions,
  value: string,
  text: string,
  time: string | undefined,
): readonly WrongProof[] {
  if (list === undefined) return [];
  const { separator, assign, labels } = list;
  const [label = ''] = labels;
  const item = `${label}${assign}${text}`;
  const others = item.replace(text, () => flipped(text));
  const joined = (...items: readonly string[]): string => value.replace(item, () => items.join(separator));
  const proofs = [
    { how: 'behind another’s', text: joined(others, item), word: 'accepted' },
    { how: 'before another’s', text: joined(item, others), word: 'accepted' },
    { how: 'twice', text: joined(item, item), word: 'accepted' },
    { how: 'another’s alone', text: joined(others), word: 'signature-mismatch' },
    { how: 'one of seventeen', text: joined(...Array<string>(17).fill(item)), word: MALFORMED },
  ];
  if (label === '') return proofs;
  return [
    ...proofs,
    { how: 'beside an unknown label', text: joined(`zz9${assign}${text}`, item), word: 'accepted' },
    { how: 'under an unknown label', text: joined(`zz9${assign}${text}`), word: 'missing-signature' },
    { how: 'without a label', text: joined(text), word: 'missing-signature' },
    ...(time === undefined
      ? []
      : [{ how: 'with a second time', text: `${value}${separator}${time}${assign}1`, word: MALFORMED }]),
  ];
}

/** Another signature of the same length: of the last characters not all bits count. */
function flipped(text: string): string {
  const [first = ''] = text;
  return `${first === 'a' ? 'b' : 'a'}${text.slice(1)}`;
}

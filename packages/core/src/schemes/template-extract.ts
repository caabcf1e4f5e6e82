/** Where a template’s signature is, and what accompanies it: found and decoded, before anything is compared. */
import type { SignatureAlgorithm } from '../crypto/backend.ts';
import type { HeaderList } from '../headers.ts';
import type { KeyForm } from '../keys.ts';
import { type Objection, objection } from '../objection.ts';
import { shownText } from '../text/shown-text.ts';
import { describeSource, type MemberKind, missingTimestamp, readPart } from './part-source.ts';
import { checkBounds, decodeSignature, type ListItem, parseList } from './signature-text.ts';
import type { TemplateFound, TemplatePassage } from './template-found.ts';
import type { SignatureOptions, TemplateOptions, TimestampOptions } from './template-options.ts';

/** The signature, or the list of them, with the timestamp that stands in it. */
export function extractSignature(
  { algorithm, signature, timestamp }: TemplateOptions,
  keyForms: readonly KeyForm[],
  passage: TemplatePassage,
): Objection | undefined {
  const part = readPart(signature, passage, 'string');
  if (part.state === 'absent') {
    return missingSignature(signature, passage);
  }
  if (part.state !== 'found') {
    return objection(
      'malformed-signature',
      `the ${describeSource(signature)} is ${part.state === 'repeated' ? 'repeated' : 'no text'}`,
      part.state === 'repeated'
        ? 'The sender must send it once; look for a proxy that adds one.'
        : 'The sender must write it there as a text, and no other type.',
    );
  }
  // What is left are the fields that the signature can cover.
  if ('field' in signature) dropField(passage.found, signature.field);
  const bounds = checkBounds(part.text, 1);
  if (bounds) return bounds;
  const items = signature.list && parseList(part.text, signature.list);
  const failure = items
    ? extractList(items, signature, keyForms, part.text, passage)
    : extractSingle(part.text, signature, algorithm, passage);
  if (failure) return failure;
  if (timestamp && 'item' in timestamp) {
    const found = items?.filter(({ label }) => label === timestamp.item) ?? [];
    if (found.length > 1)
      return objection(
        'malformed-signature',
        `"${timestamp.item}" occurs twice in the signature header`,
        'It is the signed time, and must stand there once: look for a proxy that joins two headers.',
      );
    const [item] = found;
    passage.timestampText = (item && part.text.slice(item.start, item.end)) || undefined;
  }
  return undefined;
}

function dropField(found: TemplateFound, field: string): void {
  found.form = found.form?.filter(({ name }) => name !== field);
}

function missingSignature(signature: SignatureOptions, { request }: TemplatePassage): Objection {
  const where = `the request has no signature in its ${describeSource(signature)}`;
  const other = 'header' in signature ? otherSignature(request.headers) : undefined;
  return other === undefined
    ? objection('missing-signature', where)
    : objection(
        'missing-signature',
        `${where}; it has ${shownText(other)}`,
        'If that is this sender’s name for it, name it so: headers of a provider, signature of a scheme. Else the sender signs otherwise than this gate expects.',
      );
}

/** The first header that is called like one: a sender under other names, or one that is not this gate’s. */
function otherSignature({ flat }: HeaderList): string | undefined {
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] as string;
    if (
      hasSigOrHmac(name) &&
      /(?:^|[-_])(?:signature|sig|hmac)(?:[-_]|$)/i.test(name) &&
      !/input$/i.test(name)
    )
      return name;
  }
  return undefined;
}

/** The expression takes longer than all else of a refusal for want of a signature, and hardly a name is like one. */
function hasSigOrHmac(name: string): boolean {
  for (let i = 2; i < name.length; i++) {
    // Letters in lower case; what else this makes of a character, the expression judges.
    const code = name.charCodeAt(i) | 0x20;
    if (code === G && (name.charCodeAt(i - 1) | 0x20) === I && (name.charCodeAt(i - 2) | 0x20) === S)
      return true;
    if (code === A && (name.charCodeAt(i - 1) | 0x20) === M && (name.charCodeAt(i - 2) | 0x20) === H)
      return true;
  }
  return false;
}

const [A, G, H, I, M, S] = [0x61, 0x67, 0x68, 0x69, 0x6d, 0x73];

/** What accompanies the signature in places of its own. */
export function extractRest(
  { timestamp, keyId }: TemplateOptions,
  passage: TemplatePassage,
): Objection | undefined {
  if (timestamp && !('item' in timestamp)) {
    const time = readPart(timestamp, passage, timestampKind(timestamp));
    if (time.state === 'found') passage.timestampText = time.text;
  }
  if (keyId) {
    const named = readPart(keyId, passage);
    if (named.state === 'found') passage.namedKeyId = named.text;
    else if (named.state !== 'absent')
      return objection(
        'unknown-key',
        `the key id in the ${describeSource(keyId)} is ${named.state}`,
        'The sender must name one key, once, as a text.',
      );
  }
  return undefined;
}

function extractSingle(
  text: string,
  { prefix = '', encoding }: SignatureOptions,
  algorithm: SignatureAlgorithm,
  passage: TemplatePassage,
): Objection | undefined {
  if (!text.startsWith(prefix)) {
    return objection('malformed-signature', `the signature does not start with "${prefix}"`);
  }
  const bytes = decodeSignature(text, encoding, algorithm, prefix.length);
  if ('reason' in bytes) return bytes;
  passage.signatures = [[bytes]];
  return undefined;
}

function extractList(
  items: readonly ListItem[],
  { list, encoding }: SignatureOptions,
  keyForms: readonly KeyForm[],
  text: string,
  passage: TemplatePassage,
): Objection | undefined {
  const labels = list?.labels ?? [];
  let ours = 0;
  for (const { label } of items) if (labels.includes(label)) ours++;
  const bounds = checkBounds(text, ours);
  if (bounds) return bounds;
  if (ours === 0) {
    return objection(
      'missing-signature',
      `the signature header has no item labelled ${labels.join(' or ')}`,
      `Hand the header on as it came: a signature stands behind ${labels.map((label) => label + (list?.assign ?? '')).join(' or ')}. Where it never does, the sender signs for another provider; a scheme of yours names its labels in signature.list.`,
    );
  }
  const byVariant: Uint8Array[][] = labels.map(() => []);
  let fault: Objection | undefined;
  let skipped = 0;
  for (const { label, start, end } of items) {
    const variant = labels.indexOf(label);
    if (variant < 0) continue;
    const form = keyForms.find((one) => one.variant === variant) as KeyForm;
    const bytes = decodeSignature(text, encoding, form.algorithm, start, end);
    // One good signature suffices: a sender that rotates may send others that are none of ours to read.
    if ('reason' in bytes) {
      fault ??= bytes;
      skipped++;
    } else byVariant[variant]?.push(bytes);
  }
  if (fault !== undefined && skipped === ours) return fault;
  passage.signatures = byVariant;
  passage.signaturesSkipped = skipped;
  return undefined;
}

function timestampKind({ unit, isText = false }: TimestampOptions): MemberKind {
  return unit === 'rfc3339' || isText ? 'string' : 'number';
}

export function readMissingTimestamp(source: TimestampOptions, passage: TemplatePassage): Objection {
  const { state } = 'item' in source ? { state: 'absent' } : readPart(source, passage, timestampKind(source));
  return state === 'absent'
    ? missingTimestamp(source, 'the request carries no timestamp')
    : objection('malformed-timestamp', `the timestamp is ${state}`);
}

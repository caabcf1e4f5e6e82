/** Where a template’s signature is, and what accompanies it: found and decoded, before anything is compared. */
import type { SignatureAlgorithm } from '../crypto/backend.ts';
import type { HeaderList } from '../headers.ts';
import type { KeyForm } from '../keys.ts';
import { type Objection, objection } from '../objection.ts';
import { shownText } from '../text/shown-text.ts';
import {
  describeSource,
  type FoundPart,
  type MemberKind,
  missingTimestamp,
  partReader,
  readPart,
} from './part-source.ts';
import {
  checkBounds,
  decodeSignature,
  type ListForm,
  type ListItem,
  parseList,
  type SignatureEncoding,
} from './signature-text.ts';
import type { TemplateFound, TemplatePassage } from './template-found.ts';
import type { SignatureOptions, TemplateOptions, TimestampOptions } from './template-options.ts';

/** Finds and decodes the signature, or the list of them, with the timestamp that stands in it. */
export function createSignatureReader(
  { algorithm, signature, signatureOption = 'signature', timestamp }: TemplateOptions,
  keyForms: readonly KeyForm[],
): (passage: TemplatePassage) => Objection | undefined {
  const time = timestamp && 'item' in timestamp ? timestamp.item : undefined;
  const list = signature.list && {
    ...signature.list,
    wanted: time === undefined ? signature.list.labels : [...signature.list.labels, time],
    encoding: signature.encoding,
    forms: signature.list.labels.map((_, at) => formOf(at, keyForms)),
    variants: Math.max(...keyForms.map(({ variant }) => variant)) + 1,
    time,
    isDeclared: signatureOption === 'signature',
  };
  const missing = missingSignature(signature, signatureOption);
  const readSignature = partReader(signature, 'string');
  return (passage) => {
    const text = signatureText(readSignature(passage), signature, missing, passage);
    if (typeof text !== 'string') return text;
    return list ? extractList(text, list, passage) : extractSingle(text, signature, algorithm, passage);
  };
}

/** What the keys of a label are: its variant’s, where it has one of its own. */
function formOf(label: number, keyForms: readonly KeyForm[]): KeyForm {
  return (keyForms.find(({ variant }) => variant === label) ?? keyForms[0]) as KeyForm;
}

function signatureText(
  part: FoundPart,
  signature: SignatureOptions,
  missing: (passage: TemplatePassage) => Objection,
  passage: TemplatePassage,
): string | Objection {
  if (part.state === 'absent') {
    return missing(passage);
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
  return checkBounds(part.text, 1) ?? part.text;
}

function dropField(found: TemplateFound, field: string): void {
  found.form = found.form?.filter(({ name }) => name !== field);
}

function missingSignature(
  signature: SignatureOptions,
  option: string,
): (passage: TemplatePassage) => Objection {
  return ({ request }) => {
    const where = `the request has no signature in its ${describeSource(signature)}`;
    const other = 'header' in signature ? otherSignature(request.headers) : undefined;
    return other === undefined
      ? objection('missing-signature', where)
      : objection(
          'missing-signature',
          `${where}; it has ${shownText(other)}`,
          `If that is this sender’s name for it, set the gate’s ${option} to it. Else the sender signs otherwise than this gate expects.`,
        );
  };
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

/**
 * The expression takes longer than all else of a refusal, and hardly a name is like one. Every third character is looked at:
 * one of them is of `sig` or `hma`, wherever these stand. Letters in lower case; what else this makes of a character, the
 * expression judges.
 */
function hasSigOrHmac(name: string): boolean {
  for (let i = 2; i < name.length; i += 3) {
    const code = name.charCodeAt(i) | 0x20;
    if (code === S || code === I || code === G) {
      if (standsAt(name, code === S ? i : code === I ? i - 1 : i - 2, S, I, G)) return true;
    } else if (code === H || code === M || code === A) {
      if (standsAt(name, code === H ? i : code === M ? i - 1 : i - 2, H, M, A)) return true;
    }
  }
  return false;
}

/** Whether three letters stand there, in either case. */
function standsAt(name: string, at: number, first: number, second: number, third: number): boolean {
  return (
    (name.charCodeAt(at) | 0x20) === first &&
    (name.charCodeAt(at + 1) | 0x20) === second &&
    (name.charCodeAt(at + 2) | 0x20) === third
  );
}

const A = 0x61;
const G = 0x67;
const H = 0x68;
const I = 0x69;
const M = 0x6d;
const S = 0x73;

/** Reads what accompanies the signature in places of its own. */
export function createRestReader({
  timestamp,
  keyId,
}: TemplateOptions): (passage: TemplatePassage) => Objection | undefined {
  const readTime =
    timestamp && !('item' in timestamp) ? partReader(timestamp, timestampKind(timestamp)) : undefined;
  const readKeyId = keyId && partReader(keyId);
  return (passage) => {
    const time = readTime?.(passage);
    if (time?.state === 'found') passage.timestampText = time.text;
    const named = readKeyId?.(passage);
    if (named?.state === 'found') passage.namedKeyId = named.text;
    else if (keyId && named && named.state !== 'absent')
      return objection(
        'unknown-key',
        `the key id in the ${describeSource(keyId)} is ${named.state}`,
        'The sender must name one key, once, as a text.',
      );
    return undefined;
  };
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

/** A list of signatures, with what follows from it for every request. */
interface SignatureList extends ListForm {
  readonly labels: readonly string[];
  /** The same, and that of the signed time where it is an item. */
  readonly wanted: readonly string[];
  readonly time: string | undefined;
  /** By label. */
  readonly forms: readonly KeyForm[];
  /** How many variants of keys there are. */
  readonly variants: number;
  readonly encoding: SignatureEncoding;
  /** Whether a gate says what the labels are. */
  readonly isDeclared: boolean;
}

function extractList(text: string, list: SignatureList, passage: TemplatePassage): Objection | undefined {
  const items = parseList(text, list, list.wanted);
  return extractItems(text, list, items, passage) ?? extractTime(text, list, items, passage);
}

function extractItems(
  text: string,
  { labels, assign, forms, variants, encoding, isDeclared }: SignatureList,
  items: readonly ListItem[],
  passage: TemplatePassage,
): Objection | undefined {
  let ours = 0;
  for (const { label } of items) if (label < labels.length) ours++;
  const bounds = checkBounds(text, ours);
  if (bounds) return bounds;
  if (ours === 0) {
    return objection(
      'missing-signature',
      `the signature header has no item labelled ${labels.join(' or ')}`,
      `Hand the header on as it came: a signature stands behind ${labels.map((label) => label + assign).join(' or ')}. Where it never does, the sender signs ${isDeclared ? 'under other labels than the gate’s signature.list.labels' : 'for another provider'}.`,
    );
  }
  const byVariant: Uint8Array[][] = [];
  while (byVariant.length < variants) byVariant.push([]);
  let fault: Objection | undefined;
  let skipped = 0;
  for (const { label, start, end } of items) {
    const form = forms[label];
    if (form === undefined) continue;
    const bytes = decodeSignature(text, encoding, form.algorithm, start, end);
    // One good signature suffices: a sender that rotates may send others that are none of ours to read.
    if ('reason' in bytes) {
      fault ??= bytes;
      skipped++;
    } else byVariant[form.variant]?.push(bytes);
  }
  if (fault !== undefined && skipped === ours) return fault;
  passage.signatures = byVariant;
  passage.signaturesSkipped = skipped;
  return undefined;
}

function extractTime(
  text: string,
  { labels, time }: SignatureList,
  items: readonly ListItem[],
  passage: TemplatePassage,
): Objection | undefined {
  if (time === undefined) return undefined;
  const [item, second] = items.filter(({ label }) => label === labels.length);
  if (second !== undefined)
    return objection(
      'malformed-signature',
      `"${time}" occurs twice in the signature header`,
      'It is the signed time, and must stand there once: look for a proxy that joins two headers.',
    );
  passage.timestampText = (item && text.slice(item.start, item.end)) || undefined;
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

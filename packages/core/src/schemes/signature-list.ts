/** A header of several labelled signatures, e.g. `t=1,v1=ab,v1=cd` or `v1,ab v1,cd`: found by their labels, and decoded. */
import type { KeyForm } from '../keys.ts';
import { type Objection, objection } from '../objection.ts';
import { checkBounds, decodeSignature, MAX_SIGNATURES, type SignatureEncoding } from './signature-text.ts';
import type { TemplatePassage } from './template-found.ts';
import type { SignatureList, SignatureReader, TemplateOptions } from './template-options.ts';

/** What stands about the items of a list. */
export interface ListForm {
  readonly separator: string;
  /** Between an item's label and its value. */
  readonly assign: string;
}

type ListParts = ListForm & Pick<SignatureList, 'labels' | 'items'>;

/** A list of which the items with one of these labels are signatures. */
export function signatureList(form: ListParts): SignatureList {
  return { ...form, reader: (options) => createListReader(form, options) };
}

/** A list of nothing but signatures. */
export function bareSignatureList(separator: string): SignatureList {
  return signatureList({ separator, assign: '', labels: [''] });
}

function createListReader(
  { separator, assign, labels, items }: ListParts,
  { keyForms, signature, signatureOption = 'signature', timestamp }: TemplateOptions,
): SignatureReader {
  const time = timestamp && 'item' in timestamp ? timestamp.item : undefined;
  const besides = Object.keys(items ?? {});
  const list: LabelledSignatures = {
    separator,
    assign,
    isSpaced: separator.trim() !== '',
    labels,
    wanted: [...labels, ...(time === undefined ? [] : [time]), ...besides],
    encoding: signature.encoding,
    forms: labels.map((_, at) => formOf(at, keyForms)),
    noneByVariant: Array.from(
      { length: Math.max(...keyForms.map(({ variant }) => variant)) + 1 },
      () => NONE,
    ),
    time,
    isDeclared: signatureOption === 'signature',
  };
  return (text, passage) => extractList(text, list, passage);
}

/** What the keys of a label are: its variant’s, where it has one of its own. */
function formOf(label: number, keyForms: readonly KeyForm[]): KeyForm {
  return (keyForms.find(({ variant }) => variant === label) ?? keyForms[0]) as KeyForm;
}

/** A list of signatures, with what follows from it for every request. */
interface LabelledSignatures extends ListForm {
  /** Whether blanks may stand beside a separator: it is none itself. */
  readonly isSpaced: boolean;
  readonly labels: readonly string[];
  /** The same, then that of the signed time where it is an item, then those of other signed items. */
  readonly wanted: readonly string[];
  readonly time: string | undefined;
  /** By label. */
  readonly forms: readonly KeyForm[];
  /** No signatures, by variant of the keys. */
  readonly noneByVariant: readonly (readonly Uint8Array[])[];
  readonly encoding: SignatureEncoding;
  /** Whether a gate says what the labels are. */
  readonly isDeclared: boolean;
}

function extractList(
  text: string,
  list: LabelledSignatures,
  passage: TemplatePassage,
): Objection | undefined {
  const items = readItems(text, list);
  const fault = checkBounds(text, items.signatures) ?? signaturesFault(items, list);
  if (fault) return fault;
  passage.signatures = items.byVariant;
  passage.signaturesSkipped = items.skipped;
  if (items.time) passage.timestampText = items.time;
  if (items.besides) passage.found.items = items.besides;
  if (items.repeated !== undefined) return repeatedItem(items.repeated);
  return items.times > 1 ? repeatedTime(list) : undefined;
}

const NONE: readonly Uint8Array[] = [];

/** What a list has, as far as it is read. */
class ListItems {
  /** How many items are signatures. */
  signatures = 0;
  readonly byVariant: (readonly Uint8Array[])[];
  /** How many do not decode, and why the first does not. */
  skipped = 0;
  fault: Objection | undefined;
  /** The first signed time, and how many there are. */
  time: string | undefined;
  times = 0;
  /** Other signed items, by their labels, and a label that occurs twice. */
  besides: Map<string, string> | undefined;
  repeated: string | undefined;

  constructor(noneByVariant: LabelledSignatures['noneByVariant']) {
    this.byVariant = noneByVariant.slice();
  }
}

/**
 * The items of a list that have one of the labels, which are different ones; others are left out. Blanks beside a separator
 * that is not blank itself are none of an item's (RFC 9110 §5.6.1). Each is decoded where it is met: no list is made of them.
 */
function readItems(text: string, list: LabelledSignatures): ListItems {
  const { separator, assign, isSpaced, wanted, noneByVariant } = list;
  const items = new ListItems(noneByVariant);
  for (let start = 0; start <= text.length; ) {
    const next = text.indexOf(separator, start);
    const end = next < 0 ? text.length : next;
    const at = text.indexOf(assign, start);
    if (at >= 0 && at < end) {
      const from = isSpaced ? blanksEnd(text, start, at) : start;
      const label = labelAt(text, from, isSpaced ? blanksStart(text, from, at) : at, wanted);
      if (label >= 0) {
        const valueFrom = isSpaced ? blanksEnd(text, at + assign.length, end) : at + assign.length;
        readItem(text, list, items, label, valueFrom, isSpaced ? blanksStart(text, valueFrom, end) : end);
      }
    }
    start = end + separator.length;
  }
  return items;
}

function readItem(
  text: string,
  { forms, encoding, wanted, time }: LabelledSignatures,
  items: ListItems,
  label: number,
  start: number,
  end: number,
): void {
  const form = forms[label];
  if (form === undefined) {
    const name = wanted[label] as string;
    if (name !== time) {
      items.besides ??= new Map();
      if (items.besides.has(name)) items.repeated = name;
      items.besides.set(name, text.slice(start, end));
      return;
    }
    items.times++;
    items.time ??= text.slice(start, end);
    return;
  }
  // Those beyond are counted, for the sentence that refuses them all.
  if (++items.signatures > MAX_SIGNATURES) return;
  const bytes = decodeSignature(text, encoding, form, start, end);
  // One good signature suffices: a sender that rotates may send others that are none of ours to read.
  if (bytes instanceof Uint8Array) {
    const before = items.byVariant[form.variant];
    items.byVariant[form.variant] = before === undefined || before === NONE ? [bytes] : [...before, bytes];
  } else {
    items.fault ??= bytes;
    items.skipped++;
  }
}

function signaturesFault(
  { signatures, skipped, fault }: ListItems,
  { labels, assign, isDeclared }: LabelledSignatures,
): Objection | undefined {
  if (signatures > 0) return skipped === signatures ? fault : undefined;
  if (labels[0] === '') return objection('missing-signature', 'the signature header is an empty list');
  return objection(
    'missing-signature',
    `the signature header has no item labelled ${labels.join(' or ')}`,
    `Hand the header on as it came: a signature stands behind ${labels.map((label) => label + assign).join(' or ')}. Where it never does, the sender signs ${isDeclared ? 'under other labels than the gate’s signature.list.labels' : 'for another provider'}.`,
  );
}

function repeatedTime({ time }: LabelledSignatures): Objection {
  return objection(
    'malformed-signature',
    `"${time}" occurs twice in the signature header`,
    'It is the signed time, and must stand there once: look for a proxy that joins two headers.',
  );
}

function repeatedItem(label: string): Objection {
  return objection(
    'malformed-signature',
    `"${label}" occurs twice in the signature header`,
    'It is signed, and must stand there once: look for a proxy that joins two headers.',
  );
}

/** Which label stands there, from `start` up to `end`; -1 where it is none of them. */
function labelAt(text: string, start: number, end: number, labels: readonly string[]): number {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as string;
    if (label.length === end - start && text.startsWith(label, start)) return i;
  }
  return -1;
}

/** Where the spaces and tabs at a stretch's beginning end. */
function blanksEnd(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isBlank(text.charCodeAt(at))) at++;
  return at;
}

/** Where those at its end start. */
function blanksStart(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && isBlank(text.charCodeAt(at - 1))) at--;
  return at;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

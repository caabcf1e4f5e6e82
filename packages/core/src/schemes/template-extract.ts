/** Where a template’s signature is, and what accompanies it: found and decoded, before anything is compared. */
import type { HeaderList } from '../headers.ts';
import type { KeyForm } from '../keys.ts';
import { type Objection, objection } from '../objection.ts';
import { shownText } from '../text/shown-text.ts';
import { ABSENT, describeSource, type FoundPart, partReader } from './part-source.ts';
import { checkBounds, decodePrefixed } from './signature-text.ts';
import type { TemplateFound, TemplatePassage } from './template-found.ts';
import type { SignatureOptions, SignatureReader, TemplateOptions } from './template-options.ts';

/** Finds and decodes the signature; a list of them is read as it says itself. */
export function createSignatureReader(
  options: TemplateOptions,
): (passage: TemplatePassage) => Objection | undefined {
  const { signature, signatureOption = 'signature' } = options;
  if (signature.places) return signature.places.reader(options);
  const form = options.keyForms[0] as KeyForm;
  const missing = missingSignature(signature, signatureOption);
  const readSignature = partReader(signature, 'string');
  const readText: SignatureReader =
    signature.list?.reader(options) ?? ((text, passage) => extractSingle(text, signature, form, passage));
  return (passage) => {
    const text = signatureText(readSignature(passage), signature, missing, passage);
    return typeof text === 'string' ? readText(text, passage) : text;
  };
}

function signatureText(
  part: FoundPart,
  signature: SignatureOptions,
  missing: (passage: TemplatePassage) => Objection,
  passage: TemplatePassage,
): string | Objection {
  if (part === ABSENT) return missing(passage);
  if (typeof part !== 'string') {
    return objection(
      'malformed-signature',
      `the ${describeSource(signature)} is ${part.state === 'repeated' ? 'repeated' : 'not text'}`,
      part.state === 'repeated'
        ? 'The sender must send it once; look for a proxy that adds one.'
        : 'The sender must write it there as a text, and no other type.',
    );
  }
  // What is left are the fields that the signature can cover.
  if ('field' in signature) dropField(passage.found, signature.field);
  return checkBounds(part, 1) ?? part;
}

function dropField(kept: TemplateFound, field: string): void {
  kept.form = kept.form?.filter(({ name }) => name !== field);
}

/** The refusal of a request that has no signature there. @param option the gate’s, that says where it is */
export function missingSignature(
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
  const readTime = timestamp && !('item' in timestamp) ? partReader(timestamp, timestamp.kind) : undefined;
  const readKeyId = keyId && partReader(keyId);
  return (passage) => {
    const time = readTime?.(passage);
    if (typeof time === 'string') passage.timestampText = time;
    const named = readKeyId?.(passage);
    if (typeof named === 'string') passage.namedKeyId = named;
    else if (keyId && named && named !== ABSENT)
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
  form: KeyForm,
  passage: TemplatePassage,
): Objection | undefined {
  const bytes = decodePrefixed(text, prefix, encoding, form);
  if ('reason' in bytes) return bytes;
  passage.signatures = [[bytes]];
  return undefined;
}

/** Signatures in several places, e.g. one in a header each: any that a key proves will do. */
import type { KeyForm } from '../keys.ts';
import { type Objection, objection } from '../objection.ts';
import { SetupError } from '../setup-error.ts';
import { ABSENT, describeSource, type PartSource, partReader } from './part-source.ts';
import { checkBounds, decodePrefixed, MAX_SIGNATURES } from './signature-text.ts';
import { missingSignature } from './template-extract.ts';
import type { TemplatePassage } from './template-found.ts';
import type { SignaturePlaces, TemplateOptions } from './template-options.ts';

/** @param sources of the same kind as the signature’s own: headers where that is one */
export function otherPlaces(...sources: readonly PartSource[]): SignaturePlaces {
  return { sources, reader: (options) => createPlacesReader(sources, options) };
}

/** Headers that a sender numbers. @param name up to the number @param last the number of the last */
export function numberedHeaders(name: string, from: number, last: number): readonly PartSource[] {
  return Array.from({ length: last - from + 1 }, (_, i) => ({ header: `${name}${from + i}` }));
}

function createPlacesReader(
  sources: readonly PartSource[],
  { signature, keyForms, signatureOption = 'signature' }: TemplateOptions,
): (passage: TemplatePassage) => Objection | undefined {
  if (
    signature.list ||
    1 + sources.length > MAX_SIGNATURES ||
    sources.some((source) => !isAlike(source, signature))
  ) {
    throw new SetupError(
      'scheme.signature.also',
      'a signature of several places is no list, and each place of the same kind',
      `Give at most ${MAX_SIGNATURES - 1} others, and no list: headers beside a header, members beside a member.`,
    );
  }
  const { encoding, prefix = '' } = signature;
  const form = keyForms[0] as KeyForm;
  const places = [signature, ...sources].map((source) => ({ source, read: partReader(source, 'string') }));
  const missing = missingSignature(signature, signatureOption);
  return (passage) => {
    const signatures: Uint8Array[] = [];
    let fault: Objection | undefined;
    let skipped = 0;
    for (const { source, read } of places) {
      const part = read(passage);
      if (part === ABSENT) continue;
      const bytes =
        typeof part === 'string'
          ? (checkBounds(part, 1) ?? decodePrefixed(part, prefix, encoding, form))
          : objection('malformed-signature', `the ${describeSource(source)} is ${part.state}`, ONE_TEXT);
      if (bytes instanceof Uint8Array) signatures.push(bytes);
      else {
        fault ??= bytes;
        skipped++;
      }
    }
    if (signatures.length === 0) return fault ?? missing(passage);
    passage.signatures = [signatures];
    passage.signaturesSkipped = skipped;
    return undefined;
  };
}

const ONE_TEXT = 'The sender must send it once, as a text; look for a proxy that adds one.';

const KINDS = ['header', 'query', 'member', 'field'] as const;

function isAlike(source: PartSource, other: PartSource): boolean {
  return KINDS.some((kind) => kind in source && kind in other);
}

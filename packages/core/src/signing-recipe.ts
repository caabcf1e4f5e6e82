/**
 * How a sender signs for a gate, as plain data: for whoever writes it down or makes a program of it. The entry
 * `@countersign/core/internal/signing-recipe`; no gate loads it.
 */
import { joinMessage, type SignatureAlgorithm } from './crypto/backend.ts';
import type { TimestampUnit, Tolerance } from './freshness.ts';
import { DEFAULT_TOLERANCE } from './freshness.ts';
import type { KeyEncoding } from './keys/key-spec.ts';
import { originText } from './origin-text.ts';
import { recipeGaps } from './recipe-gaps.ts';
import type { Scheme } from './scheme.ts';
import { sortedFormLines } from './schemes/form-readings.ts';
import { memberNames } from './schemes/member-path.ts';
import { isTemplateForm } from './schemes/message-template.ts';
import type { PartSource } from './schemes/part-source.ts';
import type { SignatureEncoding } from './schemes/signature-text.ts';
import type { TemplateOptions } from './schemes/template-options.ts';
import type { Trace } from './trace.ts';

export type { DpopRecipe } from './dpop-recipe.ts';
export {
  type MessageSignatureRecipe,
  messageSignatureRecipe,
  type RecipeComponent,
} from './message-signature-recipe.ts';
export { sampleScheme } from './providers/registry.ts';
export { isNamedBy, meantText } from './providers/registry-names.ts';
export { type RecipeGaps, recipeGaps } from './recipe-gaps.ts';
export {
  type SampleContent,
  type SampleEvent,
  type SignaturePlace,
  sampleNonce,
  sampleParts,
  signaturePlace,
} from './sample-parts.ts';
export {
  type SharedTokenRecipe,
  sampleClaims,
  sharedTokenRecipe,
  type TokenRecipe,
  tokenRecipe,
} from './token-recipe.ts';

/** Where a part sits; `item`: in the list of the signature’s header, under that label. */
export type RecipePlace =
  | { readonly kind: 'header' | 'query' | 'field' | 'item'; readonly name: string }
  | { readonly kind: 'member'; readonly names: readonly string[] };

/** A piece of the message: a literal text, or what fills a field such as `timestamp`, `body:sha256:hex` or `header:x-tenant`. */
export type RecipePiece = { readonly text: string } | { readonly field: string };

/** How requests are signed by a template. */
export interface SigningRecipe {
  readonly algorithm: SignatureAlgorithm;
  /** How a key’s text becomes bytes, and what is cut off before that. A gate’s key may say otherwise. */
  readonly key: { readonly encoding: Exclude<KeyEncoding, 'prefixed'>; readonly prefix?: string };
  readonly signature: {
    readonly place: RecipePlace;
    readonly encoding: SignatureEncoding;
    /** What stands before it; empty where nothing does. */
    readonly prefix: string;
    /** A header of several items: what stands between them, and between this one’s label and its value. */
    readonly list?: { readonly separator: string; readonly assign: string; readonly label: string };
  };
  /** The first of its messages, which has the most parts. */
  readonly message: readonly RecipePiece[];
  /** What `body` in the message stands for: all of it, or without the signature that is inside, or the lines of its form. */
  readonly body: 'whole' | 'without-signature' | 'sorted-form-lines';
  readonly timestamp?: {
    readonly place: RecipePlace;
    readonly unit: Exclude<TimestampUnit, 's-or-ms'>;
    readonly isNumber: boolean;
  };
  readonly tolerance: Tolerance;
  readonly id?: RecipePlace;
  readonly nonce?: RecipePlace;
  readonly keyId?: RecipePlace;
  /** Of the event's type. */
  readonly type?: RecipePlace;
  /** Where the SHA-256 of a body that is no form stands in hex. */
  readonly bodyDigest?: RecipePlace;
  /** Scheme and authority as the gate says them, e.g. `https://api.example`. */
  readonly origin?: string;
}

/** Undefined for a scheme that is no template, and for one whose message is code of its own. */
export function signingRecipe(scheme: Scheme): SigningRecipe | undefined {
  const { declared } = scheme;
  if (declared.type !== 'template') return undefined;
  // The type says what the options are: each is written in one place.
  const options = declared.options as TemplateOptions;
  const { keyForms, signature, message, timestamp, tolerance = DEFAULT_TOLERANCE, origin } = options;
  const [form] = keyForms;
  if (form === undefined || form.algorithm === 'shared-token') return undefined;
  if (recipeGaps(scheme).parts.length > 0) return undefined;
  const label = signature.list?.labels[form.variant];
  const body = bodyOf(options);
  if (body === undefined) return undefined;
  return {
    algorithm: form.algorithm,
    key: { encoding: form.encoding, ...(form.prefix !== undefined && { prefix: form.prefix }) },
    signature: {
      place: placeOf(signature),
      encoding: signature.encoding,
      prefix: signature.prefix ?? '',
      ...(signature.list &&
        label !== undefined && {
          list: { separator: signature.list.separator, assign: signature.list.assign, label },
        }),
    },
    message: isTemplateForm(message) ? (message.parts[0] ?? []).map(pieceOf) : [{ field: 'body' }],
    body,
    ...(timestamp && {
      timestamp: {
        place: placeOf(timestamp),
        unit: timestamp.unit === 's-or-ms' ? 's' : timestamp.unit,
        isNumber: timestamp.kind === 'number',
      },
    }),
    tolerance,
    ...placesOf(options),
    ...(origin && { origin: originText(origin) }),
  };
}

function placesOf({ id, nonce, keyId, type, bodyDigest }: TemplateOptions): Partial<SigningRecipe> {
  return {
    ...(id && { id: placeOf(id) }),
    ...(nonce && { nonce: placeOf(nonce) }),
    ...(keyId && { keyId: placeOf(keyId) }),
    ...(type && { type: placeOf(type) }),
    ...(bodyDigest && { bodyDigest: placeOf(bodyDigest) }),
  };
}

function placeOf(source: PartSource): RecipePlace {
  if ('header' in source) return { kind: 'header', name: source.header.toLowerCase() };
  if ('query' in source) return { kind: 'query', name: source.query };
  if ('member' in source) return { kind: 'member', names: memberNames(source.member) };
  if ('field' in source) return { kind: 'field', name: source.field };
  return { kind: 'item', name: 'item' in source ? source.item : '' };
}

/** A literal is a byte string: UTF-8 as it was written. */
function pieceOf(part: string | { readonly written: string }): RecipePiece {
  if (typeof part === 'string')
    return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytesOf(part)) };
  return { field: part.written.slice(1, -1) };
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Undefined for readings of a provider’s own. */
function bodyOf({ body, signature }: TemplateOptions): SigningRecipe['body'] | undefined {
  if (body === undefined) return 'whole';
  if (body === sortedFormLines) return 'sorted-form-lines';
  return 'member' in signature || 'field' in signature ? 'without-signature' : undefined;
}

/** The bytes that the first message of a trace has: what was signed. Undefined where none was made. */
export function signedBytes({ messages }: Trace): Uint8Array | undefined {
  const [first] = messages;
  return first && joinMessage(first.message);
}

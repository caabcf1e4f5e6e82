/** Signing a request: Content-Digest first, then Signature-Input and Signature beside those that are there. */
import {
  type BareItem,
  type Dictionary,
  type Item,
  serializeDictionary,
  serializeInnerList,
} from 'structured-headers';
import { backend } from '#crypto';
import { andThen } from '../../and-then.ts';
import { endInSeconds, SECOND } from '../../freshness.ts';
import type { MaybePromise, SignedRequest } from '../../model.ts';
import type { SigningDraft } from '../../scheme.ts';
import { SetupError } from '../../setup-error.ts';
import { encodeBase64url } from '../../text/encodings.ts';
import { type ByteEncoding, plainBytes, writtenBytes } from './byte-encoding.ts';
import type { MessageKind } from './component.ts';
import { contentDigest } from './content-digest.ts';
import { fieldValue } from './field-value.ts';
import { demandedComponents, isOwnDigest, type MessageSignatureOptions } from './policy.ts';
import type { SignatureParameterName } from './registered-names.ts';
import { signatureBase } from './signature-base.ts';
import { parseStrictDictionary } from './structured-fields.ts';

const DEFAULT_LABEL = 'sig1';

/** What a draft says of the signature, beside the message. */
export type SignatureDraft = Pick<SigningDraft, 'key' | 'timestampMs' | 'nonce'>;

/** Signs a draft. @throws SetupError where it lacks a part that is to be covered. */
export function signMessage(
  options: MessageSignatureOptions,
  draft: SigningDraft,
): MaybePromise<SignedRequest> {
  const { method, url, headers, body } = draft;
  return withSignature(options, draft, { method, url, headers, body });
}

/** A message with its digest and its signature. @throws SetupError where it lacks a part that is to be covered. */
export function withSignature<M extends SignedRequest>(
  options: MessageSignatureOptions,
  draft: SignatureDraft,
  message: M,
): MaybePromise<M> {
  if (!demandedComponents(options, message).some(isOwnDigest)) return signWithDigest(options, draft, message);
  const sign = (digest: string): MaybePromise<M> =>
    signWithDigest(options, draft, { ...message, headers: message.headers.with('Content-Digest', digest) });
  return andThen(contentDigest(message.body, options.digest), sign);
}

function signWithDigest<M extends SignedRequest>(
  options: MessageSignatureOptions,
  draft: SignatureDraft,
  message: M,
): MaybePromise<M> {
  const { kind = 'request' } = options;
  const components = demandedComponents(options, message);
  const items = components.map(({ name, parameters }): Item => [name, new Map<string, BareItem>(parameters)]);
  const parameters = parametersOf(options, draft);
  const base = signatureBase(message, components, serializeInnerList([items, parameters]), options.context);
  if (typeof base !== 'string') {
    throw new SetupError(kind, base.problem, 'Give the part, or take it out of the components.');
  }
  const label = options.label ?? DEFAULT_LABEL;
  const place = (signature: Uint8Array): M => {
    const inputs = existing(kind, message, 'signature-input').set(label, [items, parameters]);
    const signatures = existing(kind, message, 'signature', options.byteEncoding).set(label, [
      Uint8Array.from(signature),
      new Map(),
    ]);
    const headers = message.headers
      .with('Signature-Input', serializeDictionary(inputs))
      .with('Signature', writtenBytes(serializeDictionary(signatures), options.byteEncoding));
    return { ...message, headers };
  };
  return andThen(draft.key.proof.sign([base]), place);
}

function parametersOf(options: MessageSignatureOptions, draft: SignatureDraft): Map<string, string | number> {
  const { maxAgeMs, maxLifetimeMs = maxAgeMs } = options;
  const needs = (name: SignatureParameterName): boolean => options.required.includes(name);
  const created = Math.floor(draft.timestampMs / SECOND);
  const parameters = new Map<string, string | number>([['created', created]]);
  if (draft.key.isNamed || needs('keyid')) parameters.set('keyid', draft.key.info.id);
  if (needs('alg')) parameters.set('alg', options.algorithm);
  if (needs('expires'))
    parameters.set('expires', endInSeconds(created * SECOND + Math.min(maxAgeMs, maxLifetimeMs)));
  const nonce = draft.nonce ?? (needs('nonce') ? encodeBase64url(backend.randomBytes(16)) : undefined);
  if (nonce !== undefined) parameters.set('nonce', nonce);
  const tag = options.tags?.[0];
  if (tag !== undefined) parameters.set('tag', tag);
  return parameters;
}

/** The signatures that the message carries already, of other labels: a proxy adds its own. */
function existing(
  kind: MessageKind,
  { headers }: SignedRequest,
  name: string,
  encoding?: ByteEncoding,
): Dictionary {
  const dictionary = parseStrictDictionary(plainBytes(fieldValue(headers, name) ?? '', encoding));
  if (dictionary) return dictionary;
  throw new SetupError(kind, `its field ${name} is not a dictionary`, 'Take the field out, or correct it.');
}

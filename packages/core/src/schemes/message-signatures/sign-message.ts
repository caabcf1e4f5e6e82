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
import { contentDigest } from './content-digest.ts';
import { fieldValue } from './field-value.ts';
import type { MessageSignatureOptions } from './policy.ts';
import type { SignatureParameterName } from './registered-names.ts';
import { signatureBase } from './signature-base.ts';
import { parseStrictDictionary } from './structured-fields.ts';

const DEFAULT_LABEL = 'sig1';

/** Signs a draft. @throws SetupError where it lacks a part that is to be covered. */
export function signMessage(
  options: MessageSignatureOptions,
  draft: SigningDraft,
): MaybePromise<SignedRequest> {
  const request: SignedRequest = {
    method: draft.method,
    url: draft.url,
    headers: draft.headers,
    body: draft.body,
  };
  const coversDigest = options.components.some(({ name }) => name === 'content-digest');
  if (!coversDigest || draft.body.length === 0) return signWithDigest(options, draft, request);
  const sign = (digest: string): MaybePromise<SignedRequest> =>
    signWithDigest(options, draft, { ...request, headers: request.headers.with('Content-Digest', digest) });
  return andThen(contentDigest(draft.body, options.digest), sign);
}

function signWithDigest(
  options: MessageSignatureOptions,
  draft: SigningDraft,
  request: SignedRequest,
): MaybePromise<SignedRequest> {
  const components = options.components.filter(
    ({ name }) => name !== 'content-digest' || draft.body.length > 0,
  );
  const items = components.map(({ name, parameters }): Item => [name, new Map<string, BareItem>(parameters)]);
  const parameters = parametersOf(options, draft);
  const base = signatureBase(request, components, serializeInnerList([items, parameters]), options.context);
  if (typeof base !== 'string') {
    throw new SetupError('request', base.problem, 'Give the part, or take it out of the components.');
  }
  const label = options.label ?? DEFAULT_LABEL;
  const place = (signature: Uint8Array): SignedRequest => {
    const inputs = existing(request, 'signature-input').set(label, [items, parameters]);
    const signatures = existing(request, 'signature').set(label, [Uint8Array.from(signature), new Map()]);
    const headers = request.headers
      .with('Signature-Input', serializeDictionary(inputs))
      .with('Signature', serializeDictionary(signatures));
    return { ...request, headers };
  };
  return andThen(draft.key.proof.sign([base]), place);
}

function parametersOf(options: MessageSignatureOptions, draft: SigningDraft): Map<string, string | number> {
  const needs = (name: SignatureParameterName): boolean => options.required.includes(name);
  const created = Math.floor(draft.timestampMs / SECOND);
  const parameters = new Map<string, string | number>([['created', created]]);
  if (draft.key.isNamed || needs('keyid')) parameters.set('keyid', draft.key.info.id);
  if (needs('alg')) parameters.set('alg', options.algorithm);
  if (needs('expires')) parameters.set('expires', endInSeconds(created * SECOND + options.maxAgeMs));
  const nonce = draft.nonce ?? (needs('nonce') ? encodeBase64url(backend.randomBytes(16)) : undefined);
  if (nonce !== undefined) parameters.set('nonce', nonce);
  if (options.tag !== undefined) parameters.set('tag', options.tag);
  return parameters;
}

/** The signatures that the request carries already, of other labels: a proxy adds its own. */
function existing({ headers }: SignedRequest, name: string): Dictionary {
  const dictionary = parseStrictDictionary(fieldValue(headers, name) ?? '');
  if (dictionary) return dictionary;
  throw new SetupError(
    'request',
    `its field ${name} is not a dictionary`,
    'Take the field out, or correct it.',
  );
}

/** What a gate demands of a message signature, and whether one meets it. */

import { SIGNATURE_BYTES } from '../../crypto/signature-bytes.ts';
import type { SignedRequest } from '../../model.ts';
import { type Objection, objection } from '../../objection.ts';
import { counted } from '../../text/amounts.ts';
import { shownText } from '../../text/shown-text.ts';
import type { KeySetUrl } from '../jwt/key-set-url.ts';
import type { ByteEncoding } from './byte-encoding.ts';
import { isOfRequest, type MessageKind, type SignatureComponent, sameComponent } from './component.ts';
import type { ComponentContext } from './component-value.ts';
import { DIGEST_ALGORITHMS, type DigestAlgorithm } from './content-digest.ts';
import { type AgentHeader, coversAgent } from './keys/agent-address.ts';
import type { KeyDocumentSource } from './keys/fetch-key-document.ts';
import type { KeyMembers } from './keys/published-key.ts';
import {
  MESSAGE_SIGNATURE_ALGORITHMS,
  type MessageSignatureAlgorithm,
  type SignatureParameterName,
} from './registered-names.ts';
import type { SignatureInput } from './signature-input.ts';

export interface MessageSignatureOptions {
  readonly name: string;
  /** Fixed here; a signature that names another is refused. `of-key`: what the JWK that proves it says; none is a secret. */
  readonly algorithm: MessageSignatureAlgorithm | 'of-key';
  /** Where the keys are, instead of `keys`. */
  readonly published?: PublishedKeys;
  /** What members a key must have, and which of their values are taken; of `of-key` only. Default: those that RFC 7517 has. */
  readonly keyMembers?: KeyMembers;
  /** Whether `keyid` must be the key’s thumbprint (RFC 7638); of `of-key` only. Default false: or the id that its publisher gives it. */
  readonly byThumbprint?: boolean;
  /** The label whose signature is judged. Default: every label; the first that a key proves counts. */
  readonly label?: string;
  /** The tags of which a signature must have one to be judged, undefined for none; `sign` writes the first. Default: any. */
  readonly tags?: readonly (string | undefined)[];
  /** What a signature must cover, and what `sign` covers; `content-digest` only where there is a body. */
  readonly components: readonly SignatureComponent[];
  /**
   * What a signature must cover of the request where it is there: a field; `@query` of a target that has one; `content-type`, as
   * `content-digest`, of a body. Default none.
   */
  readonly whenPresent?: readonly SignatureComponent[];
  /** How long after `created` `expires` may be; both must be there then, in that order. Default: any time. */
  readonly maxLifetimeMs?: number;
  /** The lower-case header whose value is the request’s id, where a signature covers it. Default none. */
  readonly idHeader?: string;
  /** What is signed. Default: requests. */
  readonly kind?: MessageKind;
  /** Whether a signature of this message must cover one of `components`. Default: `content-digest` only where there is a body. */
  readonly isDue?: (component: SignatureComponent, message: SignedRequest) => boolean;
  /** Parameters that a signature must have. */
  readonly required: readonly SignatureParameterName[];
  /** How old `created` may be; and how far ahead `expires` where an agent’s signature has no `created`. */
  readonly maxAgeMs: number;
  /** How far ahead `created` may be. */
  readonly futureMs: number;
  /** How the bytes of signatures and digests are written. Default `base64`, as RFC 9651 has them. */
  readonly byteEncoding?: ByteEncoding;
  /** Whether a body in which a member’s name stands twice is refused. Default false. */
  readonly distinctNames?: boolean;
  /** What `sign` writes; either is checked. */
  readonly digest: DigestAlgorithm;
  readonly context: ComponentContext;
  /** What to do where a gate cannot set the option that decided. */
  readonly remedies?: Readonly<Partial<Record<'label' | 'required' | 'components', string>>>;
}

/** Keys that are fetched: from one address, or from that which the signature vouches for. */
export type PublishedKeys =
  | { readonly at: 'address'; readonly source: KeyDocumentSource }
  | {
      readonly at: 'agents';
      readonly header: AgentHeader;
      /** By their identities; undefined: any agent. */
      readonly listed?: readonly string[];
      readonly source: Omit<KeySetUrl, 'url'>;
    };

/** Whether the field, covered so, says what the body is: a digest of an algorithm that is checked. */
export function coversBody({ name, parameters }: SignatureComponent): boolean {
  if (name !== 'content-digest') return false;
  const key = parameters.get('key');
  return key === undefined || DIGEST_ALGORITHMS.some((algorithm) => algorithm === key);
}

/** Whether it is the digest of the message’s own body, and not of the request that a response answers. */
export function isOwnDigest(component: SignatureComponent): boolean {
  return component.name === 'content-digest' && !isOfRequest(component);
}

/** A digest is due where there is a body. */
function hasContent(component: SignatureComponent, { body }: SignedRequest): boolean {
  return body.length > 0 || component.name !== 'content-digest';
}

/** What follows from components that say the same in other words: any of the sets will do. */
const IMPLIED_BY: Readonly<Record<string, readonly (readonly string[])[]>> = {
  '@target-uri': [
    ['@authority', '@path', '@query'],
    ['@authority', '@request-target'],
  ],
  '@authority': [['@target-uri']],
  '@scheme': [['@target-uri']],
  '@request-target': [['@target-uri'], ['@path', '@query']],
  '@path': [['@target-uri'], ['@request-target']],
  '@query': [['@target-uri'], ['@request-target']],
  '@query-param': [['@query'], ['@target-uri'], ['@request-target']],
};

function satisfies(covered: readonly SignatureComponent[], component: SignatureComponent): boolean {
  if (covered.some(({ identifier }) => identifier === component.identifier)) return true;
  // A response’s field says nothing of the request’s, nor that of the response.
  const ofSame = covered.filter((other) => isOfRequest(other) === isOfRequest(component));
  if (ofSame.some((other) => sameComponent(other, component))) return true;
  if (component.name === 'content-digest' && isWhole(component)) return ofSame.some(coversBody);
  if (!component.name.startsWith('@')) {
    // The whole field, wrapped or serialised anew, is the field.
    return ofSame.some(
      (other) =>
        other.name === component.name &&
        !other.parameters.has('key') &&
        (isWhole(component) || isWhole(other)),
    );
  }
  const has = (name: string): boolean => ofSame.some((other) => other.name === name);
  return IMPLIED_BY[component.name]?.some((set) => set.every(has)) ?? false;
}

/** Lower-case names of the fields of the message itself that are covered whole. */
export function ownFieldsOf({ components }: Pick<SignatureInput, 'components'>): readonly string[] {
  return components.flatMap((component) => {
    const isOwn = !component.name.startsWith('@') && !isOfRequest(component);
    return isOwn && !component.parameters.has('key') ? [component.name] : [];
  });
}

/** Whether it is the field as it stands. */
function isWhole(component: SignatureComponent): boolean {
  return component.parameters.size === (isOfRequest(component) ? 1 : 0);
}

/** Judges all of a signature but its time: what it covers, its parameters, its length. */
export function judgePolicy(
  input: SignatureInput,
  signature: Uint8Array,
  options: MessageSignatureOptions,
  request: SignedRequest,
): Objection | undefined {
  const { parameters } = input;
  return (
    judgeAlgorithm(parameters.alg, signature, options.algorithm) ??
    judgeParameters(input, options) ??
    judgeComponents(input, options, request)
  );
}

/** What each key says of its algorithm is known once one has matched. */
function judgeAlgorithm(
  alg: string | undefined,
  signature: Uint8Array,
  algorithm: MessageSignatureOptions['algorithm'],
): Objection | undefined {
  if (algorithm === 'of-key') return undefined;
  if (alg !== undefined && alg !== algorithm) {
    return objection(
      'algorithm-not-allowed',
      `the signature’s alg is ${shownText(JSON.stringify(alg))}, not ${algorithm}`,
    );
  }
  const bytes = SIGNATURE_BYTES[MESSAGE_SIGNATURE_ALGORITHMS[algorithm]];
  if (bytes !== undefined && signature.length !== bytes) {
    return objection(
      'malformed-signature',
      `the signature is ${counted(signature.length, 'byte')} long; that of ${algorithm} is ${bytes}`,
    );
  }
  return undefined;
}

function judgeParameters(
  { parameters }: SignatureInput,
  { required, remedies = {} }: MessageSignatureOptions,
): Objection | undefined {
  for (const name of required) {
    // The absence of a time is for the step that judges time.
    if (name === 'created' || name === 'expires' || parameters[name] !== undefined) continue;
    return objection(
      'missing-part',
      `the signature has no parameter ${name}, which the gate requires`,
      remedies.required ?? `Have the sender sign with ${name}, or take it out of the gate’s required.`,
    );
  }
  return undefined;
}

function judgeComponents(
  input: SignatureInput,
  options: MessageSignatureOptions,
  message: SignedRequest,
): Objection | undefined {
  const { remedies = {} } = options;
  for (const component of demandedComponents(options, message)) {
    if (satisfies(input.components, component) || coversOwnAgent(input, component)) continue;
    return objection(
      'missing-part',
      `the signature does not cover ${component.identifier}, which the gate requires`,
      remedies.components ?? 'Have the sender cover it, or take it out of the gate’s components.',
    );
  }
  return undefined;
}

/** What of a message must be covered. */
export function demandedComponents(
  {
    components,
    whenPresent = [],
    isDue = hasContent,
  }: Pick<MessageSignatureOptions, 'components' | 'whenPresent' | 'isDue'>,
  message: SignedRequest,
): readonly SignatureComponent[] {
  const always = components.filter((component) => isDue(component, message));
  const more = whenPresent.filter(
    (part) => isPresent(part, message) && !always.some(({ identifier }) => identifier === part.identifier),
  );
  return more.length === 0 ? always : [...always, ...more];
}

function isPresent({ name }: SignatureComponent, { url, headers, body }: SignedRequest): boolean {
  if (name === 'content-digest' || name === 'content-type') return body.length > 0;
  if (name === '@query') return url.includes('?');
  return name.startsWith('@') || headers.get(name) !== undefined;
}

/** Of the agents of several signatures each covers its own. */
function coversOwnAgent(input: SignatureInput, { name, parameters }: SignatureComponent): boolean {
  return name === 'signature-agent' && parameters.size === 0 && coversAgent(input, name);
}

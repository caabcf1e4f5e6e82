/** Keys that are published, as a ring has them: by what requests name them. */
import type { FoundKeys, KeyInfo, KeyQuery, RingKey } from '../../../keys.ts';
import { type Objection, objection } from '../../../objection.ts';
import { shownText } from '../../../text/shown-text.ts';
import { refuseToSign } from '../../refuse-to-sign.ts';
import type { MessageSignatureAlgorithm } from '../registered-names.ts';
import type { SignatureParameters } from '../signature-input.ts';
import type { PublishedKey } from './published-key.ts';

/** A key that says itself which algorithm it is for. */
export interface PublishedRingKey extends RingKey {
  readonly algorithm: MessageSignatureAlgorithm;
  readonly thumbprint: string;
  /** Whose it is, where one ring has the keys of several senders. Absent: there is one sender. */
  readonly owner?: string;
}

type CountedInfo = { -readonly [Name in keyof KeyInfo]: KeyInfo[Name] };

/** What is shown of a key, and counts its hits. */
export function publishedKeyInfo(id: string, strengthBits?: number): CountedInfo {
  const strength = strengthBits === undefined ? {} : { strengthBits };
  return { id, state: 'active', ...strength, hits: 0, warnings: [] };
}

/** @param owner whose key it is, where a ring has several publishers’ */
export function publishedRingKey(
  key: PublishedKey,
  info: CountedInfo,
  name: string,
  owner?: string,
): PublishedRingKey {
  return {
    info,
    name,
    isNamed: true,
    variant: 0,
    algorithm: key.algorithm,
    thumbprint: key.thumbprint,
    proof: key.proof,
    hit: () => {
      info.hits++;
    },
    ...(owner !== undefined && { owner }),
  };
}

function isPublishedKey(key: RingKey | undefined): key is PublishedRingKey {
  return key !== undefined && 'algorithm' in key;
}

/** Whose key it is, where a ring has several senders’: their requests are told apart by it. */
export function ownerOf(key: RingKey | undefined): string | undefined {
  return isPublishedKey(key) ? key.owner : undefined;
}

/** Signatures of this tag name their key by its thumbprint, whoever takes them: draft-meunier-webbotauth-httpsig-protocol. */
const OF_THUMBPRINTS = 'web-bot-auth';

/**
 * What a signature says of the key that has matched. Its `alg` decides nothing: the key says what it is for, and a signature that says otherwise
 * of itself is refused. Without regard to case: Visa’s pages print `Ed25519`.
 * @see RFC 9421 §3.2, step 6
 */
export function judgeKeyParameters(
  key: RingKey | undefined,
  { alg, keyid, tag }: SignatureParameters,
): Objection | undefined {
  if (!isPublishedKey(key)) return undefined;
  if (alg !== undefined && alg.toLowerCase() !== key.algorithm) {
    return objection(
      'algorithm-not-allowed',
      `the signature’s alg is ${shownText(JSON.stringify(alg))}, and its key is for ${key.algorithm}`,
      'Have the sender leave alg out, or write what its key is for.',
    );
  }
  if (tag !== OF_THUMBPRINTS || keyid === key.thumbprint) return undefined;
  return objection(
    'unknown-key',
    `the signature is tagged ${OF_THUMBPRINTS}, and its keyid is not the thumbprint of the key that proves it`,
    'Have the sender write the key’s RFC 7638 thumbprint as keyid.',
  );
}

/** By its thumbprint, or by the id that its publisher gives it, unless only the thumbprint counts. */
export function answersTo(
  { kid, thumbprint }: PublishedKey,
  keyId: string | undefined,
  byThumbprint: boolean,
): boolean {
  if (keyId === undefined) return !byThumbprint;
  return keyId === thumbprint || (!byThumbprint && keyId === kid);
}

/** What a request names: one id, several, or none. */
export function namesOf({ namedKeyId, keyHints }: KeyQuery): readonly (string | undefined)[] {
  return keyHints.length > 0 ? [...new Set(keyHints)] : [namedKeyId];
}

/** The keys of one request, which stay as they are whatever is fetched meanwhile. */
export function foundPublished(
  keys: readonly RingKey[],
  list: () => readonly KeyInfo[],
  outage: Objection | undefined,
): FoundKeys {
  return {
    list,
    usable: (_nowMs, id) => (id === undefined ? keys : keys.filter(({ name }) => name === id)),
    unusable: () => [],
    outage,
  };
}

/** @throws SetupError always */
export function refusePublished(): never {
  return refuseToSign(
    'senders',
    'To sign, give the gate a private key as PEM as its key, and the option algorithm, e.g. ed25519.',
  );
}

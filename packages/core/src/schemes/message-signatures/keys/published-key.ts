/** A public key of message signatures from a JWK (RFC 7517): which algorithm it is for follows from it alone. */
import type { ProofKey, PublicKeyMaterial } from '../../../crypto/backend.ts';
import { BIT_STRING, derElement, INTEGER, NULL, OBJECT_ID, SEQUENCE } from '../../../crypto/der.ts';
import { timeOfSeconds } from '../../../freshness.ts';
import { type Jwk, jwkUseFault } from '../../../keys/jwk.ts';
import { publicKeyForm } from '../../../keys/public-key-form.ts';
import { MAX_KEY_ID_CHARS } from '../../../keys.ts';
import type { MaybePromise } from '../../../model.ts';
import { decodeBase64url } from '../../../text/encodings.ts';
import { publicJwk, tokenKeyOfJwk } from '../../jwt/token-key.ts';
import { MESSAGE_SIGNATURE_ALGORITHMS, type MessageSignatureAlgorithm } from '../registered-names.ts';
import { keyThumbprint } from './key-thumbprint.ts';

export interface PublishedKey {
  /** The id that its publisher gives it. */
  readonly kid: string | undefined;
  /** RFC 7638, SHA-256. */
  readonly thumbprint: string;
  readonly algorithm: MessageSignatureAlgorithm;
  /** Of a search for its private half. */
  readonly strengthBits: number;
  /** From its member `nbf`, milliseconds since the epoch. Absent: it is valid already. */
  readonly fromMs?: number;
  /** From its member `exp`, milliseconds since the epoch; not valid from then on. Absent: it does not end. */
  readonly untilMs?: number;
  readonly proof: ProofKey;
}

/** What members a key must have beside those of RFC 7517, and which of their values are taken. */
export type KeyMembers = Readonly<Record<string, readonly string[]>>;

type PublicKeyName = Exclude<MessageSignatureAlgorithm, 'hmac-sha256'>;

/** By `kty`, `crv` and, of RSA, `alg`: an RSA key that names none is for RSASSA-PSS, which is the stronger of the two. */
const ALGORITHMS: readonly {
  readonly kty: string;
  readonly crv?: string;
  readonly algorithm: PublicKeyName;
  /** What its `alg` may say: the names of JOSE (RFC 7518, RFC 9864) and of RFC 9421. */
  readonly names: readonly (string | undefined)[];
}[] = [
  {
    kty: 'OKP',
    crv: 'Ed25519',
    algorithm: 'ed25519',
    names: [undefined, 'EdDSA', 'Ed25519', 'ed25519'],
  },
  {
    kty: 'EC',
    crv: 'P-256',
    algorithm: 'ecdsa-p256-sha256',
    names: [undefined, 'ES256', 'ecdsa-p256-sha256'],
  },
  {
    kty: 'EC',
    crv: 'P-384',
    algorithm: 'ecdsa-p384-sha384',
    names: [undefined, 'ES384', 'ecdsa-p384-sha384'],
  },
  { kty: 'RSA', algorithm: 'rsa-pss-sha512', names: [undefined, 'PS512', 'rsa-pss-sha512'] },
  { kty: 'RSA', algorithm: 'rsa-v1_5-sha256', names: ['RS256', 'rsa-v1_5-sha256'] },
];

/** A key whose thumbprint is yet to be made. */
export interface ReadKey extends Omit<PublishedKey, 'thumbprint'> {
  readonly jwk: Jwk;
}

/** A key of a JWK, its private half left out; a text that says why it is none for message signatures. */
export function readPublishedKey(member: Jwk, members: KeyMembers = {}): ReadKey | string {
  const jwk = publicJwk(member);
  const { kty, crv, alg, kid } = jwk;
  const ofType = ALGORITHMS.filter((row) => row.kty === kty && row.crv === (kty === 'RSA' ? undefined : crv));
  if (ofType.length === 0) return 'its kty and crv are none of Ed25519, P-256, P-384 and RSA';
  const row = ofType.find(({ names }) => names.some((name) => name === alg));
  if (!row) return 'its alg is none that a key of its type has';
  const fault = jwkUseFault(jwk) ?? operationsFault(jwk) ?? membersFault(jwk, members);
  if (fault !== undefined) return fault;
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > MAX_KEY_ID_CHARS))
    return 'its kid is not a short text';
  const times = validityOf(jwk);
  if (typeof times === 'string') return times;
  // The same judgement as of a key of tokens: points on their curve, sound RSA numbers.
  const { alg: _alg, ...plain } = jwk;
  const sound = tokenKeyOfJwk(plain);
  if (typeof sound === 'string') return sound;
  const { algorithm } = row;
  return {
    kid,
    algorithm,
    strengthBits: sound.strengthBits,
    ...times,
    proof: lazyProof(algorithm, jwk),
    jwk,
  };
}

/** A key that is published is for verifying: who has it cannot sign. */
function operationsFault({ key_ops: operations }: Jwk): string | undefined {
  return Array.isArray(operations) && !operations.includes('verify')
    ? 'its key_ops has no verify'
    : undefined;
}

function membersFault(jwk: Jwk, members: KeyMembers): string | undefined {
  const fault = Object.entries(members).find(
    ([name, values]) => !values.some((value) => value === jwk[name]),
  );
  return fault && `its ${fault[0]} is none of ${fault[1].join(', ')}`;
}

/** The key with its thumbprint, which its members have made sure that there is. */
export function withThumbprint({ jwk, ...key }: ReadKey): MaybePromise<PublishedKey> {
  const thumbprint = keyThumbprint(jwk) as MaybePromise<string>;
  return thumbprint instanceof Promise
    ? thumbprint.then((text) => ({ ...key, thumbprint: text }))
    : { ...key, thumbprint };
}

/** `nbf` and `exp` of a directory’s key, in Unix seconds: draft-meunier-webbotauth-httpsig-protocol, Directory Format. */
function validityOf({ nbf, exp }: Jwk): { fromMs?: number; untilMs?: number } | string {
  const times: { fromMs?: number; untilMs?: number } = {};
  for (const [name, value, member] of [
    ['fromMs', nbf, 'nbf'],
    ['untilMs', exp, 'exp'],
  ] as const) {
    if (value === undefined) continue;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
      return `its ${member} is not a Unix time`;
    const ms = timeOfSeconds(value);
    if (typeof ms === 'string') return `its ${member} ${ms}`;
    times[name] = ms;
  }
  return times;
}

/** The runtime imports the key at its first use: a set of 32 takes milliseconds. A key that it does not take proves nothing. */
function lazyProof(algorithm: PublicKeyName, jwk: Jwk): ProofKey {
  const form = publicKeyForm({
    algorithm: MESSAGE_SIGNATURE_ALGORITHMS[algorithm] as Parameters<typeof publicKeyForm>[0]['algorithm'],
    variant: 0,
    kind: 'public',
    encoding: 'base64',
  });
  let key: MaybePromise<ProofKey | undefined>;
  let isMade = false;
  const proofOnce = (): MaybePromise<ProofKey | undefined> => {
    if (!isMade) {
      isMade = true;
      try {
        const proof = form.keys.createProofKey(form.algorithm, materialOf(jwk));
        key = proof instanceof Promise ? proof.catch(() => undefined) : proof;
      } catch {
        key = undefined;
      }
    }
    return key;
  };
  return {
    isSlow: true,
    find(message, signatures) {
      const proof = proofOnce();
      return proof instanceof Promise
        ? proof.then((imported) => imported?.find(message, signatures) ?? -1)
        : (proof?.find(message, signatures) ?? -1);
    },
    sign() {
      throw new Error('a published key cannot sign');
    },
  };
}

const RSA_ID = Uint8Array.of(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1);
const EC_ID = Uint8Array.of(0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1);
const CURVE_IDS: Readonly<Record<string, Uint8Array>> = {
  'P-256': Uint8Array.of(0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7),
  'P-384': Uint8Array.of(0x2b, 0x81, 0x04, 0, 0x22),
};
const UNCOMPRESSED = Uint8Array.of(4);

/** The key as SubjectPublicKeyInfo (RFC 5280, RFC 3279, RFC 5480), of Ed25519 its 32 bytes; its members are sound. */
function materialOf(jwk: Jwk): PublicKeyMaterial {
  const bytesOf = (name: string): Uint8Array => decodeBase64url(jwk[name] as string) as Uint8Array;
  if (jwk['kty'] === 'OKP') return { kind: 'public', format: 'raw', bytes: bytesOf('x') };
  if (jwk['kty'] === 'RSA') {
    const numbers = derElement(SEQUENCE, naturalOf(bytesOf('n')), naturalOf(bytesOf('e')));
    return infoOf(derElement(SEQUENCE, derElement(OBJECT_ID, RSA_ID), derElement(NULL)), [numbers]);
  }
  const curve = CURVE_IDS[jwk['crv'] as string] as Uint8Array;
  const algorithm = derElement(SEQUENCE, derElement(OBJECT_ID, EC_ID), derElement(OBJECT_ID, curve));
  return infoOf(algorithm, [UNCOMPRESSED, bytesOf('x'), bytesOf('y')]);
}

function infoOf(algorithm: Uint8Array, key: readonly Uint8Array[]): PublicKeyMaterial {
  const bits = derElement(BIT_STRING, Uint8Array.of(0), ...key);
  return { kind: 'public', format: 'der', bytes: derElement(SEQUENCE, algorithm, bits) };
}

function naturalOf(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0);
  const shortest = bytes.subarray(start);
  return (shortest[0] as number) >= 0x80
    ? derElement(INTEGER, Uint8Array.of(0), shortest)
    : derElement(INTEGER, shortest);
}

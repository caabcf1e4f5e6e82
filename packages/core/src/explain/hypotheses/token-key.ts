/** Tokens that are held against other keys, or another algorithm, than their issuer’s. */
import type { KeySpec } from '../../keys/key-spec.ts';
import { isHmacJwt, JWT_ALGORITHMS, type JwtAlgorithm } from '../../schemes/jwt/algorithms.ts';
import { isObject } from '../../text/is-object.ts';
import { shownClaim, shownText } from '../../text/shown-text.ts';
import type { Seen, Tried } from '../hypothesis.ts';
import { tokenDeclared, withToken } from '../other-options.ts';
import { tokenOf } from '../read-token.ts';
import type { Trial } from '../trial.ts';

/** The algorithm that the token names, where it is a sound one. */
function namedAlgorithm(trial: Trial): JwtAlgorithm | undefined {
  const alg = tokenOf(trial)?.header['alg'];
  return JWT_ALGORITHMS.find((name) => name === alg) as JwtAlgorithm | undefined;
}

export const TOKEN_KEY: readonly Tried[] = [
  {
    id: 'token-algorithm',
    part: 'algorithm',
    steps: ['extract'],
    example: 'token-key',
    *changes(trial) {
      const algorithm = namedAlgorithm(trial);
      const own = tokenDeclared(trial.scheme)?.options.algorithms ?? [];
      // A public key is never tried as a secret.
      if (algorithm === undefined || own.some((name) => isHmacJwt(name) !== isHmacJwt(algorithm))) return;
      yield* withToken(trial, (options) => ({ ...options, algorithms: [algorithm] }), algorithm);
    },
    says: (detail) =>
      `The gate’s key proves the token, which is signed with ${detail}; the gate takes another algorithm.`,
    mend: (detail) =>
      `Set the gate’s algorithm to ${detail}, if that is what the issuer is meant to sign with.`,
  },
  {
    id: 'token-kid-unknown',
    part: 'key',
    steps: ['extract', 'compare'],
    example: 'token-key',
    *changes({ keys }) {
      const nameless = keys?.map(withoutKid);
      if (nameless?.some((key, i) => key !== keys?.[i])) yield { keys: nameless };
    },
    says: () =>
      'One of the gate’s keys proves the token, which names its key by another id (kid) than the gate’s key set has.',
    mend: () =>
      'Give the key set anew as the issuer publishes it: it gave its key another kid. Or leave kid out of the gate’s.',
  },
];

/** A key, or a set of them, that no `kid` leaves out. */
function withoutKid(key: KeySpec): KeySpec {
  const { secret } = key;
  if (typeof secret !== 'string' || !secret.includes('"kid"')) return key;
  let json: unknown;
  try {
    json = JSON.parse(secret);
  } catch {
    return key;
  }
  if (!isObject(json)) return key;
  const members = json['keys'];
  const nameless = Array.isArray(members) ? { ...json, keys: members.map(kidless) } : kidless(json);
  return { ...key, secret: JSON.stringify(nameless) };
}

function kidless(jwk: unknown): unknown {
  return isObject(jwk) ? Object.fromEntries(Object.entries(jwk).filter(([name]) => name !== 'kid')) : jwk;
}

/** Issuers of tokens by how their claim `iss` begins. */
const VENDORS: readonly (readonly [RegExp, string])[] = [
  [/^(?:https:\/\/)?accounts\.google\.com/, 'a Google ID token'],
  [/^https:\/\/securetoken\.google\.com\//, 'a Firebase Authentication ID token'],
  [/^https:\/\/firebaseappcheck\.googleapis\.com\//, 'a Firebase App Check token'],
  [/^https:\/\/(?:login\.microsoftonline\.com|sts\.windows\.net)\//, 'a token of Microsoft Entra ID'],
  [/^https:\/\/cognito-idp\.[\w-]+\.amazonaws\.com\//, 'a token of Amazon Cognito'],
  [/^https:\/\/appleid\.apple\.com/, 'a token of Sign in with Apple'],
  [/^https:\/\/token\.actions\.githubusercontent\.com/, 'a token of GitHub Actions'],
  [/^https:\/\/[\w.-]+\.auth0\.com\//, 'a token of Auth0'],
  [/^https:\/\/[\w.-]+\.okta(?:preview)?\.com/, 'a token of Okta'],
  [/^https:\/\/[\w.-]+\.supabase\.co\//, 'a token of Supabase'],
  [/^https:\/\/[\w.-]+\.clerk\.accounts\.dev/, 'a token of Clerk'],
  [
    /^(?:https:\/\/kubernetes\.default|kubernetes\/serviceaccount)/,
    'a token of a Kubernetes service account',
  ],
];

export const TOKEN_KEY_SEEN: readonly Seen[] = [
  {
    id: 'token-of-another-vendor',
    part: 'token',
    steps: ['extract', 'compare', 'fresh'],
    certainty: 'likely',
    example: 'token-key',
    sees: (trial) => {
      const iss = tokenOf(trial)?.claims['iss'];
      const options = tokenDeclared(trial.scheme)?.options;
      if (typeof iss !== 'string' || !options || options.issuers?.includes(iss)) return undefined;
      const [, vendor] = VENDORS.find(([begins]) => begins.test(iss)) ?? [];
      const isOwn = options.issuers?.some((own) =>
        VENDORS.some(([begins, name]) => name === vendor && begins.test(own)),
      );
      return isOwn ? undefined : vendor;
    },
    says: (detail) => `By its issuer it is ${detail}, and the gate is set for other tokens.`,
    mend: () =>
      'Have the client send the token that this gate is for; or make a gate of jwt-bearer with that issuer’s jwks, issuer and audience.',
  },
  {
    id: 'token-needs-another-key',
    part: 'key',
    steps: ['extract'],
    certainty: 'likely',
    example: 'token-key',
    sees: (trial) => {
      const algorithm = namedAlgorithm(trial);
      const [own] = tokenDeclared(trial.scheme)?.options.algorithms ?? [];
      if (algorithm === undefined || own === undefined || isHmacJwt(own) === isHmacJwt(algorithm))
        return undefined;
      return isHmacJwt(algorithm)
        ? `${algorithm}, with a secret that its issuer shares, and the gate has public keys`
        : `${algorithm}, with a private key, and the gate has a shared secret`;
    },
    says: (detail) => `The token is signed with ${detail}.`,
    mend: () =>
      'Set the gate’s algorithm and keys to what the issuer signs with: its jwks address or public key for RS, PS, ES and EdDSA, its secret for HS. If the gate is right, the token is another issuer’s.',
  },
  {
    id: 'token-key-set-stale',
    part: 'key',
    steps: ['extract', 'compare'],
    certainty: 'possible',
    example: 'token-key',
    sees: (trial, { verdict, keys = [] }) => {
      const { namedKeyId } = verdict.evidence;
      if (verdict.ok || verdict.reason !== 'unknown-key' || namedKeyId === undefined) return undefined;
      if (trial.keys !== undefined || keys.length === 0 || keys.some(({ id }) => id === namedKeyId))
        return undefined;
      return `${shownClaim(namedKeyId)}; the set has ${keys
        .slice(0, 5)
        .map(({ id }) => shownText(id))
        .join(', ')}`;
    },
    says: (detail) => `The token names a key that the fetched key set has not: ${detail}.`,
    mend: () =>
      'The issuer has new keys that its address does not list yet, or a cache before it is stale; or the token is another issuer’s: compare its iss with the address of the set.',
  },
];

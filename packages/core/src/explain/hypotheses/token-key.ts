/** Tokens that are held against other keys, or another algorithm, than their issuer’s. */
import type { KeySpec } from '../../keys/key-spec.ts';
import { isHmacJwt, JWT_ALGORITHMS, type JwtAlgorithm } from '../../schemes/jwt/algorithms.ts';
import { isObject, type JsonObject } from '../../text/is-object.ts';
import { shownClaim, shownText } from '../../text/shown-text.ts';
import type { SignHypothesis, TrialHypothesis } from '../hypothesis.ts';
import { tokenDeclared, withToken } from '../other-options.ts';
import { tokenOf } from '../read-token.ts';
import type { Trial } from '../trial.ts';

/** The algorithm that the token names, where it is a sound one. */
function namedAlgorithm(trial: Trial): JwtAlgorithm | undefined {
  const alg = tokenOf(trial)?.header['alg'];
  return JWT_ALGORITHMS.find((name) => name === alg) as JwtAlgorithm | undefined;
}

export const TOKEN_KEY: readonly TrialHypothesis[] = [
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
      for (const change of withToken(
        trial,
        (options) => ({ ...options, algorithms: [algorithm] }),
        algorithm,
      )) {
        yield change;
        // A key of a set may be for one algorithm by its own member alg.
        const keys = trial.keys?.map((key) => withoutMember(key, 'alg'));
        if (keys?.some((key, i) => key !== trial.keys?.[i])) yield { ...change, keys };
      }
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
      const nameless = keys?.map((key) => withoutMember(key, 'kid'));
      if (nameless?.some((key, i) => key !== keys?.[i])) yield { keys: nameless };
    },
    says: () =>
      'One of the gate’s keys proves the token, which names its key by another id (kid) than the gate’s key set has.',
    mend: () =>
      'Give the key set anew as the issuer publishes it: it gave its key another kid. Or leave kid out of the gate’s.',
  },
];

/** A JWK, or a set of them, without that member; any other key as it is. */
function withoutMember(key: KeySpec, name: 'kid' | 'alg'): KeySpec {
  const json = jsonOf(key, name);
  if (!json) return key;
  const less = (jwk: unknown): unknown =>
    isObject(jwk) ? Object.fromEntries(Object.entries(jwk).filter(([other]) => other !== name)) : jwk;
  const members = json['keys'];
  const other = Array.isArray(members) ? { ...json, keys: members.map(less) } : less(json);
  return { ...key, secret: JSON.stringify(other) };
}

/** The JSON of a key that has that member. */
function jsonOf({ secret }: KeySpec, name: string): JsonObject | undefined {
  if (typeof secret !== 'string' || !secret.includes(`"${name}"`)) return undefined;
  try {
    const json: unknown = JSON.parse(secret);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** The ids that the gate’s written keys have. */
function writtenKids(keys: readonly KeySpec[]): readonly string[] {
  return keys.flatMap((key) => {
    const json = jsonOf(key, 'kid') ?? {};
    const kids = [json['keys'] ?? json].flat().map((jwk) => (isObject(jwk) ? jwk['kid'] : undefined));
    return kids.length > 0 && kids.some((kid) => typeof kid === 'string')
      ? kids.filter((kid) => typeof kid === 'string')
      : (key.id ?? []);
  });
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

export const TOKEN_KEY_SEEN: readonly SignHypothesis[] = [
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
    isFallback: true,
    part: 'key',
    steps: ['extract', 'compare'],
    certainty: 'possible',
    example: 'token-key',
    sees: (trial, { verdict, keys = [] }) => {
      const { namedKeyId } = verdict.evidence;
      if (verdict.ok || verdict.reason !== 'unknown-key' || namedKeyId === undefined) return undefined;
      if (tokenDeclared(trial.scheme) === undefined) return undefined;
      const ids = trial.keys ? writtenKids(trial.keys) : keys.map(({ id }) => id);
      if (ids.length === 0 || ids.includes(namedKeyId)) return undefined;
      return `${shownClaim(namedKeyId)}; it has ${ids.slice(0, 5).map(shownText).join(', ')}`;
    },
    says: (detail) => `The token names a key that the gate’s key set has not: ${detail}.`,
    mend: () =>
      'The issuer has new keys. Of a set that was copied, give the gate the new one, or its address as jwks, which is fetched anew for a new kid. Of an address, it does not list them yet, or a cache before it is stale. Or the token is another issuer’s: compare its iss with the set’s.',
  },
];

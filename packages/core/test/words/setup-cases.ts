/** Gates that cannot be set up, and requests that cannot be read or signed. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { vi } from 'vitest';
import { signedFetch } from '../../src/client/signed-fetch.ts';
import { createRedisReplayGuard } from '../../src/guards/redis.ts';
import { createSqlReplayGuard, sqlReplayTable } from '../../src/guards/sql.ts';
import {
  ClaimRoom,
  createGate,
  HeaderList,
  MemoryReplayGuard,
  providerIds,
  requestFrom,
  tenantsFrom,
} from '../../src/index.ts';
import type { KeyForm } from '../../src/keys.ts';
import { checkTemplate } from '../../src/schemes/template-checks.ts';
import { signTemplate } from '../../src/schemes/template-sign.ts';
import { wholeBody } from '../../src/schemes/whole-body.ts';
import { fakeClock } from '../../src/testing/fake-clock.ts';
import { signedRequest } from '../../src/testing/signed-request.ts';
import { requestOf } from '../../src/testing/vectors.ts';
import { OTHER_RSA_PAIR } from '../support/rsa-pairs.ts';
import { ED25519, P256, RSA } from '../tokens/mint.ts';
import { gateOf, SECRET } from './refusal-case.ts';

/** Hands over what the types forbid. */
const SECRET_FORM: KeyForm = { algorithm: 'hmac-sha256', variant: 0, kind: 'secret', encoding: 'utf8' };

const untyped = <T>(value: unknown): T => value as T;

export interface SetupCase {
  /** What is the matter, in words that the program has no part in. */
  readonly when: string;
  readonly act: () => unknown;
  /** All of it: the option, what is wrong with it, what to do. */
  readonly says: string;
}

const provider =
  (options: object | string, keys: readonly unknown[] = [SECRET]) =>
  () =>
    gateOf({ provider: options, keys });
const scheme =
  (changes: object, keys: readonly unknown[] = [SECRET]) =>
  () =>
    gateOf({
      scheme: {
        algorithm: 'hmac-sha256',
        message: '{body}',
        signature: { header: 'x-signature' },
        ...changes,
      },
      keys,
    });
const keys = (...given: readonly unknown[]) => scheme({}, given);
const publicKeys = (...given: readonly unknown[]) =>
  scheme({ algorithm: 'ed25519', signature: { header: 'x-signature', encoding: 'base64' } }, given);
const jwt = (options: object, given: readonly unknown[] = [ED25519.pem]) =>
  provider({ id: 'jwt-bearer', algorithm: 'EdDSA', ...options }, given);
const list = (changes: object) =>
  scheme({
    signature: { header: 'x-signature', list: { separator: ',', assign: '=', labels: ['v1'], ...changes } },
  });
const signing = (options: object, draft: object) => () =>
  gateOf(options).sign({ method: 'POST', url: '/hook', headers: {}, body: '{}', ...draft });

const BASE64 = createHash('sha256').update('a key').digest('base64');
const PRIVATE_PEM = P256.privateKey.export({ type: 'sec1', format: 'pem' }).toString();
/** The public half of one key and the private half of another. */
const TWO_HALVES: string = JSON.stringify({
  ...P256.privateKey.export({ format: 'jwk' }),
  d: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }).d,
});
const OTHER_DP: string = JSON.stringify({
  ...RSA.privateKey.export({ format: 'jwk' }),
  dp: OTHER_RSA_PAIR.privateKey.export({ format: 'jwk' }).dp,
});
export const ED25519_PRIVATE: string = JSON.stringify(ED25519.privateKey.export({ format: 'jwk' }));

/** Runs it as on a runtime whose WebCrypto lacks the algorithm. */
export async function whereNoKeyIsTaken<T>(act: () => T): Promise<Awaited<T>> {
  const importing = vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(new Error('not supported'));
  try {
    return await act();
  } finally {
    importing.mockRestore();
  }
}

const oct = (members: object): string =>
  JSON.stringify({ kty: 'oct', k: Buffer.from(SECRET).toString('base64url'), ...members });

export const setupCases: readonly SetupCase[] = [
  {
    when: 'a key of an Approov account alone',
    act: provider({ id: 'approov', messageSigning: 'required', signer: 'account' }, [
      { id: 'account-message', secret: BASE64 },
    ]),
    says: 'keys: no key is for tokens. Give the tokens’ key beside the account’s.',
  },
  {
    when: 'a message that an installation of the app signs',
    act: signing({ provider: { id: 'approov', messageSigning: 'required' }, keys: [BASE64] }, {}),
    says: 'provider.messageSigning: each installation of the app signs with a key of its own, which the gate does not have. Send the request from the app; or set signer to account.',
  },
  {
    when: 'a DPoP proof for a path without a host',
    act: signing({ provider: 'dpop', keys: [SECRET] }, {}),
    says: 'request: its proof names the host; there is none. Give an absolute URL, or a path and a Host header.',
  },
  {
    when: 'a token that is bound to its own header',
    act: jwt({ binding: 'authorization' }),
    says: 'provider.binding: the header authorization carries the token, which cannot hold a digest of itself. Name the headers that come beside the token; or give header, another one for the token.',
  },
  ...['begin', 'renew', 'commit', 'abort'].map((missing) => ({
    when: `a replay guard without ${missing}`,
    act: () => {
      const guard = new MemoryReplayGuard();
      const replay = Object.fromEntries(
        (['begin', 'renew', 'commit', 'abort'] as const)
          .filter((name) => name !== missing)
          .map((name) => [name, guard[name].bind(guard)]),
      );
      return gateOf({ provider: 'github', keys: [SECRET], replay: untyped(replay) });
    },
    says: 'replay: it is a plain object. Give a ReplayGuard, with begin, renew, commit and abort.',
  })),
  // The replay guard.
  {
    when: 'a room for claims, and a size beside it',
    act: () => new MemoryReplayGuard({ room: new ClaimRoom(), maxClaims: 10 }),
    says: 'maxClaims: it is given beside room. Leave one out: the room has its own.',
  },
  {
    when: 'a room for claims that is none',
    act: () => new MemoryReplayGuard({ room: untyped({}) }),
    says: 'room: it is a plain object. Give a ClaimRoom.',
  },
  // Tools for people's tests.
  {
    when: 'a clock that is set back before all time',
    act: () => fakeClock(1000).advance(-1001),
    says: 'clock: it would show -1. Give milliseconds since the epoch, 0 or more, before the year 10000.',
  },
  {
    when: 'a sample signed at a date',
    act: () => signedRequest('github', {}, { now: untyped(new Date(0)) }),
    says: 'now: it is an instance of Date. Give milliseconds since the epoch, or a function that returns them.',
  },
  {
    when: 'a sample of keys that are fetched',
    act: () =>
      signedRequest({ id: 'jwt-bearer', algorithm: 'EdDSA', jwks: 'https://issuer.example/keys' }, {}),
    says: 'keys: they are fetched from an address, and nobody here has the half that signs. In a test give options without jwks: keys are made for it.',
  },
  {
    when: 'a guard over Redis without a client',
    act: () => createRedisReplayGuard({}),
    says: 'client: it is missing. Give a connected client of node-redis or ioredis, or send.',
  },
  {
    when: 'a guard over Redis that is given an address for its client',
    act: () => createRedisReplayGuard({ client: untyped('redis://127.0.0.1') }),
    says: 'client: it is a text. Give a client of node-redis or ioredis.',
  },
  {
    when: 'a guard over Redis with two ways to ask',
    act: () => createRedisReplayGuard({ client: { sendCommand: async () => 0 }, send: async () => 0 }),
    says: 'send: it is given beside client. Give one of the two.',
  },
  {
    when: 'a guard in a table of a database that it cannot speak to',
    act: () => createSqlReplayGuard({ query: () => [], dialect: untyped('mysql') }),
    says: 'dialect: it is "mysql". One of postgres, sqlite.',
  },
  {
    when: 'a table with a name that is none',
    act: () => sqlReplayTable('Claims; DROP TABLE x'),
    says: 'table: it is a text. Give a name of at most 48 lower-case letters, digits and underscores, after a schema’s and a dot where it is in one.',
  },
  {
    when: 'the table of a guard in a schema, of no dialect',
    act: () => sqlReplayTable('app.claims'),
    says: "dialect: it is missing, and the table is in a schema: its index is made otherwise in SQLite. Give sqlReplayTable('app.claims', 'postgres'), or 'sqlite'.",
  },
  {
    when: 'a number that is negative',
    act: () => gateOf({ provider: 'github', keys: [SECRET], maxBodyBytes: -1 }),
    says: 'maxBodyBytes: it is -1. Give a whole number, 0 or more.',
  },
  {
    when: 'a text where a number is due, which may be a secret',
    act: () => gateOf({ provider: 'github', keys: [SECRET], maxBodyBytes: untyped(SECRET) }),
    says: 'maxBodyBytes: it is a text. Give a whole number, 0 or more.',
  },
  {
    when: 'a number where a text is due, which may be a secret',
    act: () => gateOf({ provider: 'github', keys: [SECRET], id: untyped(123456) }),
    says: 'id: it is a number. Give a text.',
  },
  // The gate.
  {
    when: 'a provider and a scheme',
    act: () => gateOf({ provider: 'github', scheme: { type: 'jwt', algorithm: 'HS256' } }),
    says: 'scheme: the gate has a provider and a scheme. Give one of them.',
  },
  {
    when: 'neither a provider nor a scheme',
    act: () => gateOf({}),
    says: 'provider: the gate has no provider and no scheme. Give one of them.',
  },
  {
    when: 'a lease of nothing',
    act: () => gateOf({ provider: 'github', leaseMs: 0 }),
    says: 'leaseMs: 0 is not a length of time that claims can be held. Give milliseconds from 1 to 315619200000, which are ten years.',
  },
  {
    when: 'an option that is a list, where a flag is meant',
    act: jwt({ ip: [] }),
    says: 'provider.ip: it is an array. Give true or false.',
  },
  {
    when: 'a length of time in words',
    act: provider({ id: 'stripe', toleranceMs: '5m' }),
    says: 'provider.toleranceMs: it is a text. Give 300000 for 5 minutes.',
  },
  {
    when: 'a length of time in other words',
    act: scheme({
      timestamp: 'x-time',
      message: '{timestamp}.{body}',
      toleranceMs: { past: '1 hour', future: 0 },
    }),
    says: 'scheme.toleranceMs.past: it is a text. Give 3600000 for 1 hour.',
  },
  {
    when: 'a length of time that is none',
    act: provider({ id: 'stripe', toleranceMs: 'long' }),
    says: 'provider.toleranceMs: it is a text. Give a number of milliseconds from 0 to 315619200000.',
  },
  {
    when: 'a number of times that is none',
    act: jwt({ consume: 1.5 }),
    says: 'provider.consume: it is 1.5. Give a whole number, 0 or more.',
  },
  {
    when: 'a type of scheme in capitals',
    act: scheme({ type: 'JWT' }),
    says: 'scheme.type: that is not one of its words. Did you mean jwt? One of template, jwt, shared-token, http-message-signatures, detached-jws, aws-sigv4, certificate.',
  },
  {
    when: 'an algorithm of tokens in small letters',
    act: jwt({ algorithm: 'rs256' }),
    says: 'provider.algorithm: rs256 is not taken. Did you mean RS256? One of HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, Ed25519, EdDSA.',
  },
  {
    when: 'a project without its number',
    act: provider({ id: 'firebase-app-check' }, []),
    says: 'provider.projectNumber: it is not given. Give the project’s number, from the Firebase console’s project settings; the project’s id is another.',
  },
  {
    when: 'a project that is a name',
    act: provider({ id: 'firebase-app-check', projectNumber: 'shop' }, []),
    says: 'provider.projectNumber: it is not a number. Give the project’s number, from the Firebase console’s project settings; the project’s id is another.',
  },
  {
    when: 'an option of messages that are not signed',
    act: provider({ id: 'approov', maxAgeMs: 1 }, [BASE64]),
    says: 'provider.maxAgeMs: messageSigning is off, and this belongs to it. Set messageSigning to required or optional, or leave this out.',
  },
  {
    when: 'an origin with a path',
    act: provider({ id: 'dpop', origin: 'https://a.example/b' }),
    says: 'provider.origin: "https://a.example/b" is not an origin. Give a scheme and a host and no more, e.g. https://hooks.example.',
  },
  {
    when: 'a provider in other letters',
    act: provider('OpenAI'),
    says: `provider: "OpenAI" is not a provider. Did you mean openai? https://github.com/countersign/countersign/blob/main/docs/providers.md lists the ${providerIds.length} providers.`,
  },
  {
    when: 'another name of a sender',
    act: provider('anthropic'),
    says: `provider: "anthropic" is not a provider. Did you mean claude? https://github.com/countersign/countersign/blob/main/docs/providers.md lists the ${providerIds.length} providers.`,
  },
  {
    when: 'a sender that is declared',
    act: provider('paypal'),
    says: `provider: "paypal" is not a provider. https://github.com/countersign/countersign/blob/main/docs/providers.md lists the ${providerIds.length} providers. Other senders are declared with scheme in place of provider: https://github.com/countersign/countersign/blob/main/docs/catalogue.md has what to write for them.`,
  },
  // Keys.
  {
    when: 'a text in place of keys',
    act: () => gateOf({ provider: 'github', keys: untyped(SECRET) }),
    says: 'keys: it is a text. Give a list of keys, e.g. [process.env.SECRET], or a function that finds them.',
  },
  {
    when: 'bounds of a function of keys, beside a list',
    act: () => gateOf({ provider: 'github', keyLookup: { maxAgeMs: 1000 } }),
    says: 'keyLookup: keys is not a function. Leave it out, or give a function that finds keys.',
  },
  {
    when: 'keys that a function finds, kept for ever',
    act: () => gateOf({ provider: 'github', keys: async () => [], keyLookup: { maxAgeMs: 86_400_001 } }),
    says: 'keyLookup.maxAgeMs: it is 86400001. Give milliseconds from 0 to 86400000.',
  },
  {
    when: 'a function of keys that has no time',
    act: () => gateOf({ provider: 'github', keys: async () => [], keyLookup: { timeoutMs: 0 } }),
    says: 'keyLookup.timeoutMs: it is 0. Give milliseconds from 10 to 60000.',
  },
  {
    when: 'keys that a function finds, kept for nobody',
    act: () => gateOf({ provider: 'github', keys: async () => [], keyLookup: { maxNames: 0.5 } }),
    says: 'keyLookup.maxNames: it is 0.5. Give a whole number of key ids from 1 to 1000000.',
  },
  {
    when: 'a bound of a function of keys that there is not',
    act: () => gateOf({ provider: 'github', keys: async () => [], keyLookup: { maxAge: 1 } }),
    says: 'keyLookup.maxAge: there is no such option. Did you mean maxAgeMs? Options: maxAgeMs, timeoutMs, maxNames.',
  },
  {
    when: 'a function of keys, and an address of them',
    act: () =>
      gateOf({
        provider: { id: 'jwt-bearer', algorithm: 'RS256', jwks: 'https://id.example/jwks' },
        keys: async () => [],
      }),
    says: 'keys: a function finds them, and the scheme’s keys come from an address (jwks). Give one of them.',
  },
  {
    when: 'tenants without what finds their keys',
    act: () => tenantsFrom(untyped({ hint: () => 'acme' })),
    says: 'keysOf: it is undefined. Give two functions: tenantsFrom({ hint, keysOf }).',
  },
  {
    when: 'tenants, and an address of keys',
    act: () =>
      createGate({
        provider: { id: 'jwt-bearer', algorithm: 'RS256', jwks: 'https://id.example/jwks' },
        tenants: tenantsFrom({ hint: () => 'acme', keysOf: async () => undefined }),
      }),
    says: 'tenants: a function finds them, and the scheme’s keys come from an address (jwks). Give one of them.',
  },
  {
    when: 'tenants, and a list of keys',
    act: () =>
      gateOf({
        provider: 'github',
        tenants: tenantsFrom({ hint: () => 'acme', keysOf: async () => undefined }),
      }),
    says: 'tenants: keys are given as well. Give one of them.',
  },
  {
    when: 'signing with keys that a function finds',
    act: signing({ provider: 'github', keys: async () => [SECRET] }, {}),
    says: 'keys: a function finds them, by request; there is none to sign with. To sign, make a gate of a list of keys.',
  },
  { when: 'no keys', act: keys(), says: 'keys: the gate has no keys. Give at least one.' },
  {
    when: 'no keys for tokens',
    act: jwt({}, []),
    says: 'keys: the gate has no keys. Give at least one, or jwks: { url: … }.',
  },
  {
    when: 'seventeen keys',
    act: keys(...Array.from({ length: 17 }, (_, i) => `${SECRET}${i}`)),
    says: 'keys: 17 keys are too many. At most 16 are tried: remove those that are no longer in use.',
  },
  {
    when: 'seventeen keys for tokens',
    act: jwt(
      {},
      Array.from({ length: 17 }, () => ED25519.pem),
    ),
    says: 'keys: 17 keys are too many. At most 16 are tried: remove those that are no longer in use.',
  },
  {
    when: 'a key of another member',
    act: keys({ secret: SECRET, usage: 'sign' }),
    says: 'keys[0].usage: a key has no such member. Members: id, secret, encoding, state, fromMs, untilMs, for.',
  },
  {
    when: 'a key that is undefined',
    act: () => createGate({ provider: 'stripe', keys: [undefined] }),
    says: 'keys[0]: it is undefined. Set STRIPE_WEBHOOK_SECRET in the environment of this program, and give process.env.STRIPE_WEBHOOK_SECRET here.',
  },
  {
    when: 'a key that is undefined, beside another',
    act: () => createGate({ provider: 'stripe', keys: [SECRET, { secret: undefined }] }),
    says: 'keys[1].secret: it is undefined. Give the key’s text or bytes; an unset environment variable is the usual cause.',
  },
  {
    when: 'a key that is undefined, to sign with',
    act: () => signedFetch('hmac', undefined),
    says: 'key: it is undefined. Set MY_SECRET_KEY in the environment of this program, and give process.env.MY_SECRET_KEY here.',
  },
  {
    when: 'an empty key',
    act: keys(''),
    says: 'keys[0].secret: the secret is empty or only white space. Set it; an unset environment variable is the usual cause.',
  },
  {
    when: 'a key of blanks',
    act: keys({ secret: ' \n' }),
    says: 'keys[0].secret: the secret is empty or only white space. Set it; an unset environment variable is the usual cause.',
  },
  {
    when: 'a key of which nothing but its prefix is left',
    act: scheme({ key: { prefix: 'whsec_' } }, ['whsec_']),
    says: 'keys[0].secret: nothing stands behind whsec_. Give the whole key: it was cut off.',
  },
  {
    when: 'an empty key for tokens',
    act: jwt({}, ['']),
    says: 'keys[0].secret: the key is empty. Set it; an unset environment variable is the usual cause.',
  },
  {
    when: 'two keys of one id',
    act: jwt({}, [
      { id: 'a', secret: ED25519.pem },
      { id: 'a', secret: ED25519.pem },
    ]),
    says: 'keys: the id "a" occurs twice. Give each key its own id.',
  },
  {
    when: 'two keys in one text',
    act: keys({ secret: `${BASE64}${BASE64}`, encoding: 'base64' }),
    says: 'keys[0].secret: the text holds padding in its middle: it is two keys or more. Give each key its own entry.',
  },
  {
    when: 'hex with a digit missing',
    act: keys({ secret: 'abc', encoding: 'hex' }),
    says: 'keys[0].secret: the text has 3 digits of hex, and two make a byte. Look for a digit that is missing.',
  },
  {
    when: 'base64 where hex is said',
    act: keys({ secret: BASE64, encoding: 'hex' }),
    says: 'keys[0].secret: the text is not hex: it looks like base64. Set encoding: base64.',
  },
  {
    when: 'both alphabets of base64',
    act: keys({ secret: 'ab+/-_ab', encoding: 'base64' }),
    says: 'keys[0].secret: the text mixes the letters of base64 (+ /) and base64url (- _). Copy it anew.',
  },
  {
    when: 'base64 that is cut off',
    act: keys({ secret: 'abcde', encoding: 'base64' }),
    says: 'keys[0].secret: the text is cut off: no base64 has 5 letters. Copy it anew, whole.',
  },
  {
    when: 'a prefix that belongs to no key',
    act: keys({ secret: 'whsec_*', encoding: 'base64' }),
    says: 'keys[0].secret: the text begins with "whsec_". Leave that out, or set encoding: utf8 where all of it is the key.',
  },
  {
    when: 'a PEM where base64 is said',
    act: publicKeys({ secret: '-----BEGIN PUBLIC KEY-----', encoding: 'base64' }),
    says: 'keys[0].secret: it is a PEM. Leave encoding out, or set encoding: pem.',
  },
  {
    when: 'a public key where a secret is meant',
    act: keys(ED25519.pem),
    says: 'keys[0].secret: it is a PEM, and this scheme takes a shared secret: anyone who knows the key could sign. Give the shared secret; or, where requests are signed with such a key, set the algorithm to that.',
  },
  {
    when: 'a key set where a secret is meant',
    act: keys({ secret: '{"keys":[]}', encoding: 'jwks' }),
    says: 'keys[0].secret: it is a JSON Web Key Set, and this scheme takes a shared secret: anyone who knows the key could sign. Give the shared secret; or, where requests are signed with such a key, set the algorithm to that.',
  },
  {
    when: 'a key without the prefix that tells what it is',
    act: provider('standard-webhooks', [{ secret: 'v1_abc', encoding: 'prefixed' }]),
    says: 'keys[0].secret: the key lacks its prefix. Known prefixes: whsec_, whpk_, whsk_.',
  },
  {
    when: 'two keys with their prefixes in one text',
    act: provider('standard-webhooks', [`whsec_${BASE64}whsec_${BASE64}`]),
    says: 'keys[0].secret: the text holds whsec_ twice. Give each key its own entry.',
  },
  {
    when: 'a JWK that is not JSON',
    act: keys({ secret: '{', encoding: 'jwk' }),
    says: 'keys[0].secret: the text is not a JSON object of unique names. Give one JWK: {"kty":"oct","k":"…"}.',
  },
  {
    when: 'a JWK where a PEM is meant',
    act: publicKeys({ secret: JSON.stringify(ED25519.jwk), encoding: 'jwk' }),
    says: 'keys[0].secret: a JWK is not taken by this scheme. Give a PEM of a PUBLIC KEY; to sign, of a PRIVATE KEY.',
  },
  {
    when: 'a JWK without its key',
    act: keys({ secret: '{"kty":"oct"}', encoding: 'jwk' }),
    says: 'keys[0].secret: the JWK has no kty oct and k in base64url. Give the JWK of the shared secret.',
  },
  {
    when: 'a JWK that encrypts',
    act: keys({ secret: oct({ use: 'enc' }), encoding: 'jwk' }),
    says: 'keys[0].secret: the JWK is not for signatures: its use is another than sig. Give the key that requests are signed with.',
  },
  {
    when: 'a JWK of another algorithm',
    act: jwt({ algorithm: 'HS256' }, [{ secret: oct({ alg: 'HS512' }), encoding: 'jwk' }]),
    says: 'keys[0].secret: the JWK’s alg is not HS256. Set the algorithm to the key’s, or give the key for this one.',
  },
  {
    when: 'a JWK that is short',
    act: jwt({ algorithm: 'HS256' }, [{ secret: oct({ k: 'YWJj' }), encoding: 'jwk' }]),
    says: 'keys[0].secret: the JWK’s key is 3 bytes long; HS256 demands at least 32 (RFC 7518 §3.2). Make a longer one.',
  },
  {
    when: 'a PEM called so where a secret is meant',
    act: keys({ secret: ED25519.pem, encoding: 'pem' }),
    says: 'keys[0].secret: it is a PEM, and this scheme takes a shared secret: anyone who knows the key could sign. Give the shared secret; or, where requests are signed with such a key, set the algorithm to that.',
  },
  {
    when: 'an Ed25519 key of 3 bytes',
    act: publicKeys('YWJj'),
    says: 'keys[0].secret: an Ed25519 key has 32 bytes, and this has 3. Give a PEM of a PUBLIC KEY; compare it with the provider’s page.',
  },
  {
    when: 'a PEM that is cut off',
    act: publicKeys({ secret: ED25519.pem.slice(0, 60), encoding: 'pem' }),
    says: 'keys[0].secret: the PEM is cut off. Give it whole, from -----BEGIN to the last dashes.',
  },
  {
    when: 'a PEM that is none',
    act: publicKeys({ secret: 'abc', encoding: 'pem' }),
    says: 'keys[0].secret: the text is not a PEM of a PUBLIC KEY or PRIVATE KEY. Convert it with `openssl pkey`, or compare it with the provider’s page.',
  },
  {
    when: 'two PEMs',
    act: publicKeys({ secret: ED25519.pem + ED25519.pem, encoding: 'pem' }),
    says: 'keys[0].secret: the text holds more than one PEM. Give each key its own entry.',
  },
  {
    when: 'a PEM of an older kind',
    act: publicKeys({ secret: PRIVATE_PEM, encoding: 'pem' }),
    says: 'keys[0].secret: a PEM of “EC PRIVATE KEY” is not taken: it must be a PUBLIC KEY or PRIVATE KEY. Convert it: `openssl pkcs8 -topk8 -nocrypt -in key.pem`.',
  },
  {
    when: 'a PEM with something else in it',
    act: publicKeys({ secret: ED25519.pem.replace(/\n[^-]+\n/, '\n***\n'), encoding: 'pem' }),
    says: 'keys[0].secret: the PEM is damaged: what stands between its lines is not base64. Copy it anew, whole.',
  },
  {
    when: 'a token’s key of another kind',
    act: jwt({ algorithm: 'RS256' }, [ED25519.pem]),
    says: 'keys[0].secret: it is not a key for RS256. Set algorithm to what the issuer signs with, or give the issuer’s key for it.',
  },
  {
    when: 'a key set without a key of that kind',
    act: jwt({ algorithm: 'RS256' }, [JSON.stringify({ keys: [ED25519.jwk] })]),
    says: 'keys[0].secret: the key set has no key for RS256. Set algorithm to what the issuer signs with, or give the issuer’s key for it.',
  },
  {
    when: 'a token’s key that is not JSON',
    act: jwt({}, ['{"kty":']),
    says: 'keys[0].secret: the text is not a JSON object. Give a PEM of a PUBLIC KEY, a JWK, or a JWKS; compare it with the issuer’s page.',
  },
  {
    when: 'no key for messages of the account',
    act: provider({ id: 'approov', messageSigning: 'required', signer: 'account' }, [BASE64]),
    says: 'keys: no key is for account message signatures. Give the account’s message signing key the id account-message, beside the tokens’ key.',
  },
  {
    when: 'a token that no header can carry',
    act: () => gateOf({ scheme: { type: 'shared-token', header: 'x-token' }, keys: ['two\nlines'] }),
    says: 'keys[0].secret: the token holds a line break, or a blank at one of its ends, which no header can carry. Give it as the sender sends it; look for a line end in the file or variable that it comes from.',
  },
  {
    when: 'claims with a number that JSON has no form for',
    act: signing({ provider: 'jwt-bearer', keys: [SECRET] }, { claims: { list: [{ n: 1n }] } }),
    says: 'request.claims: they hold what JSON has no form for, such as a BigInt or an object inside itself. Give texts, numbers, true, false, null, and lists and plain objects of these.',
  },
  {
    when: 'no key that may sign',
    act: signing({ provider: 'github', keys: [{ secret: SECRET, state: 'retiring' }] }, {}),
    says: 'keys: no key is active and within its validity. Set one key’s state to active, and look at its validity.',
  },
  {
    when: 'no private key that may sign',
    act: signing({ provider: { id: 'jwt-bearer', algorithm: 'EdDSA' }, keys: [ED25519.pem] }, {}),
    says: 'keys: no private key is active and within its validity. Give a private key, and set its state to active.',
  },
  {
    when: 'a body that has no place for its own signature',
    act: () =>
      signTemplate(
        {
          name: 'x',
          keyForms: [SECRET_FORM],
          message: wholeBody,
          signature: { header: 'x-s', encoding: 'hex' },
        },
        { templates: [] },
        [{ name: 'none', message: () => undefined }],
        untyped({
          method: 'POST',
          url: '/',
          headers: new HeaderList([]),
          body: new Uint8Array(),
          timestampMs: 0,
        }),
      ),
    says: 'request: the request cannot be signed. Give the part that the message covers.',
  },
  {
    when: 'a private key that is of another public one',
    act: jwt({ algorithm: 'ES256' }, [TWO_HALVES]),
    says: 'keys[0].secret: the private key and the public key in it do not belong together. Give a PEM of a PUBLIC KEY, a JWK, or a JWKS; compare it with the issuer’s page.',
  },
  {
    when: 'an RSA key with another’s dp',
    act: jwt({ algorithm: 'RS256' }, [OTHER_DP]),
    says: 'keys[0].secret: its numbers dp, dq and qi do not belong to the others. Give a PEM of a PUBLIC KEY, a JWK, or a JWKS; compare it with the issuer’s page.',
  },
  {
    when: 'a key that the runtime does not take',
    act: () =>
      whereNoKeyIsTaken(
        signing({ provider: { id: 'jwt-bearer', algorithm: 'EdDSA' }, keys: [ED25519_PRIVATE] }, {}),
      ),
    says: 'keys: this runtime takes the key as none for EdDSA. Compare it with the issuer’s page.',
  },
  {
    when: 'keys of an address, to sign with',
    act: signing(
      { provider: { id: 'jwt-bearer', algorithm: 'RS256', jwks: 'https://id.example/jwks' }, keys: [] },
      {},
    ),
    says: 'keys: the keys of a JWKS address are public. To sign, give the gate a private key as its key.',
  },
  {
    when: 'a key set where a PEM is meant',
    act: publicKeys({ secret: '{"keys":[]}', encoding: 'jwks' }),
    says: 'keys[0].secret: a key set is not taken by this scheme. Give one key of it.',
  },
  {
    when: 'a secret that is called a PEM',
    act: keys({ secret: 'abcdefghijklmnop', encoding: 'pem' }),
    says: 'keys[0].secret: this scheme takes a shared secret, not a PEM key. Leave encoding: pem out, if this is the secret.',
  },
  {
    when: 'an id that is trusted and not signed',
    act: () =>
      checkTemplate({
        name: 'x',
        keyForms: [SECRET_FORM],
        message: wholeBody,
        signature: { header: 'x-s', encoding: 'hex' },
        id: { header: 'x-id' },
        replay: 'signed-id',
      }),
    says: 'scheme.replay: it is signed-id, and no id is signed. Say where the id sits, and have the message cover it, e.g. by {id}.',
  },
  {
    when: 'names of headers that end with a dash',
    act: provider({ id: 'standard-webhooks', headers: 'svix-' }, [`whsec_${BASE64}`]),
    says: 'provider.headers: it ends with a dash. Give the word without it, e.g. svix.',
  },
  {
    when: 'one header for two parts',
    act: provider({ id: 'github', headers: { id: 'X-Hub-Signature-256' } }),
    says: 'provider.headers.id: x-hub-signature-256 is the header of signature. Name another header for each.',
  },
  // Tokens.
  {
    when: 'no algorithm',
    act: jwt({ algorithm: [] }),
    says: 'provider.algorithm: the list is empty. Name at least one of HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, Ed25519, EdDSA.',
  },
  {
    when: 'secrets and public keys at once',
    act: jwt({ algorithm: ['HS256', 'RS256'] }),
    says: 'provider.algorithm: a list with an HMAC algorithm is not taken: a public key could pass for the secret. Name one HMAC algorithm alone, or algorithms of public keys only; give each its own gate.',
  },
  {
    when: 'a proof by a shared secret',
    act: provider({ id: 'dpop', proofAlgorithm: 'HS256' }),
    says: 'provider.proofAlgorithm: an HMAC algorithm is not taken here. One of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, Ed25519, EdDSA.',
  },
  {
    when: 'a mode of binding without headers',
    act: jwt({ bindingMode: 'optional' }),
    says: 'provider.bindingMode: there is no binding that it could be for. Give binding: the headers that tokens are bound to, e.g. [authorization].',
  },
  {
    when: 'an address of keys for a shared secret',
    act: jwt({ algorithm: 'HS256', jwks: 'https://id.example/jwks' }, []),
    says: 'provider.jwks: HS256 takes a shared secret, and an address gives public keys. Leave jwks out, or set algorithm to what the issuer signs with, e.g. RS256.',
  },
  {
    when: 'keys and their address',
    act: jwt({ jwks: 'https://id.example/jwks' }),
    says: 'keys: the gate has keys and jwks. Give one of them.',
  },
  {
    when: 'an address of keys that is not said',
    act: jwt({ jwks: {} }, []),
    says: 'provider.jwks.url: it is not given. Give the address of the issuer’s JWKS.',
  },
  {
    when: 'an address of keys in the clear',
    act: jwt({ jwks: 'http://id.example/jwks' }, []),
    says: 'provider.jwks: the address is not https: anyone on the way could put in keys of their own. Give an https address; http is taken for this machine only.',
  },
  {
    when: 'an address of keys with a password',
    act: jwt({ jwks: 'https://a:b@id.example/jwks' }, []),
    says: 'provider.jwks: the address holds credentials. Leave them out: a JWKS is public.',
  },
  // Declared schemes.
  {
    when: 'a prefix beside a list',
    act: scheme({ signature: { header: 'x-signature', prefix: 'v1=', list: { labels: ['v1'] } } }),
    says: 'scheme.signature.prefix: in a list a label stands before each signature, and nothing else. Leave it out; or write it as the list’s labels and assign.',
  },
  {
    when: 'no signature',
    act: () => gateOf({ scheme: { algorithm: 'hmac-sha256', message: '{body}' } }),
    says: 'scheme.signature: it is not given. Give it, e.g. { header: x-signature, encoding: hex }.',
  },
  {
    when: 'a misspelt place of the signature',
    act: scheme({ signature: { heade: 'x-sig' } }),
    says: 'scheme.signature.heade: there is no such option. Did you mean header? Options: header, query, member, field, item, encoding, prefix, list, also.',
  },
  {
    when: 'a misspelt place of the timestamp',
    act: scheme({ timestamp: { heade: 'x-time' } }),
    says: 'scheme.timestamp.heade: there is no such option. Did you mean header? Options: header, query, member, field, item, unit, text.',
  },
  {
    when: 'a misspelt algorithm, and another misspelt name beside it',
    act: scheme({ algorithm: undefined, algoritm: 'hmac-sha256', mesage: '{body}' }),
    says: 'scheme.algoritm: there is no such option, nor mesage. Did you mean algorithm? Options: type, eventType, algorithm, key, signature, message, body, timestamp, id, nonce, keyId, bodyDigest, handshake, origin, each, replay, toleranceMs.',
  },
  {
    when: 'a signature without a place',
    act: scheme({ signature: { encoding: 'hex' } }),
    says: 'scheme.signature: it says no place. Give one, e.g. { header: x-signature, encoding: hex }.',
  },
  {
    when: 'a timestamp without a place',
    act: scheme({ timestamp: { unit: 's' } }),
    says: 'scheme.timestamp: it says no place. Give one, e.g. { header: x-timestamp, unit: s }, or none.',
  },
  {
    when: 'a misspelt address of keys',
    act: jwt({ jwks: { ulr: 'https://id.example/jwks' } }, []),
    says: 'provider.jwks.ulr: there is no such option. Did you mean url? Options: url, maxAgeMs, cooldownMs, timeoutMs, maxBytes, maxOutageMs.',
  },
  {
    when: 'a key that a search finds',
    act: () => gateOf({ provider: 'github', keys: ['k7#pQ'] }),
    says: 'keys: key "key-1" is 5 bytes long; at least 8 are required. Use a longer key, or set allowShortKey on the gate.',
  },
  {
    when: 'a key that a search finds, of a gate that takes them; and of one that does not',
    act: () => {
      // RFC 4231 §4.3: test case 2.
      gateOf({ provider: 'hmac', keys: ['Jefe'], allowShortKey: true });
      return gateOf({ provider: 'hmac', keys: [{ id: 'two', secret: 'Jefe' }] });
    },
    says: 'keys: key "two" is 4 bytes long; at least 8 are required. Use a longer key, or set allowShortKey on the gate.',
  },
  {
    when: 'a key id that a header cannot carry',
    act: () => gateOf({ provider: 'hmac', keys: [{ id: 'café', secret: SECRET }] }),
    says: 'keys[0].id: it is not plain ASCII, and the request names its key in the header x-key-id. Give an id of printable ASCII characters that neither begins nor ends with a space.',
  },
  {
    when: 'a word for repeats that is none',
    act: () => gateOf({ provider: 'github', keys: [SECRET], repeats: 'acknowlege' }),
    says: 'repeats: it is "acknowlege". Did you mean acknowledge? One of acknowledge, refuse, by-id.',
  },
  {
    when: 'a key that is longer than any',
    act: () => gateOf({ provider: 'github', keys: ['k3-'.repeat(30_000)] }),
    says: 'keys[0]: it is longer than 64 KB (a JWKS: 512 KB). Give the key alone; another file was probably read in its place.',
  },
  {
    when: 'a key that ends before it begins',
    act: () => gateOf({ provider: 'github', keys: [{ secret: SECRET, fromMs: 2, untilMs: 1 }] }),
    says: 'keys[0].untilMs: it is not after fromMs. Give a later time, or none.',
  },
  {
    when: 'two messages, one of them a form',
    act: scheme({ message: ['sorted-form-lines', '{body}'] }),
    says: 'scheme.message: sorted-form-lines stands beside another message. Give one of them.',
  },
  {
    when: 'a message of a word',
    act: scheme({ message: 'body' }),
    says: 'scheme.message: "body" names no part of the request. Write {body} for that part of the request.',
  },
  {
    when: 'a message of another word',
    act: scheme({ message: 'sorted-lines' }),
    says: 'scheme.message: "sorted-lines" names no part of the request. Forms: body-without-member, sorted-form-lines. Or a template, e.g. "{timestamp}.{body}".',
  },
  {
    when: 'a member to leave out, where the signature is not a member',
    act: scheme({ message: 'body-without-member' }),
    says: 'scheme.message: body-without-member needs the signature inside the body. Set signature: { member: NAME }: the JSON member that carries it.',
  },
  {
    when: 'a form that needs the signature in the body',
    act: scheme({ message: 'sorted-form-lines' }),
    says: 'scheme.message: sorted-form-lines needs the signature inside the body. Set signature: { field: NAME }: the form’s field that carries it.',
  },
  {
    when: 'a part that can fall away and is none of those that may be absent',
    act: scheme({ message: 'a{?b:{body};?}' }),
    says: 'scheme.message: "{?b:{body};?}" cannot fall away. Give one {header:NAME} or {parameter:NAME}, with text before and behind it.',
  },
  {
    when: 'two parts that fall away at once',
    act: scheme({ message: '{body}{?b:{header:x}{header:y};?}' }),
    says: 'scheme.message: at character 7: "{?b:{header:x}{header:y};?}" cannot fall away. Give one {header:NAME} or {parameter:NAME}, with text before and behind it.',
  },
  {
    when: 'a part that can fall away, and one that begins as it does',
    act: scheme({ message: '{?b:{header:x};?}b:{body}' }),
    says: 'scheme.message: what stands behind "{?b:{header:x};?}" can begin as it does. Begin each with a text of its own, and what follows with another one.',
  },
  {
    when: 'a part that can fall away before one that begins with anything',
    act: scheme({ message: '{?b:{header:x};?}{body}' }),
    says: 'scheme.message: what stands behind "{?b:{header:x};?}" can begin as it does. Begin each with a text of its own, and what follows with another one.',
  },
  {
    when: 'items at a way that leads through no list',
    act: scheme({ each: 'items', signature: { member: 'sig' }, message: '{member:a}' }),
    says: 'scheme.each: "items" is no way through a list. Give the names on the way to the list, * for its elements, and those from there to the object that is signed, e.g. items.*.',
  },
  {
    when: 'items whose signature is in a header',
    act: scheme({ each: 'items.*', message: '{member:a}' }),
    says: 'scheme.each: each item has one signature of its own, an HMAC, in one of its members. Set signature: { member: NAME } without list and also, and an algorithm such as hmac-sha256.',
  },
  {
    when: 'items of which the whole body is signed',
    act: scheme({ each: 'items.*', signature: { member: 'sig' }, message: '{member:a}{body}' }),
    says: 'scheme.message: the message of an item is made of the item’s members. Give one message, with {member:NAME} in place of the body or its digest.',
  },
  {
    when: 'items to sign that are not there',
    act: () =>
      createGate({
        scheme: {
          algorithm: 'sha256',
          each: 'items.*',
          signature: { member: 'sig', encoding: 'hex' },
          message: '{method}',
        } as never,
        keys: [SECRET],
      }).sign({ method: 'POST', url: '/', body: '{}' }),
    says: 'request: the body’s list at items.* is not a list with something in it. The sender must send at most 16 items of together 64 KB.',
  },
  {
    when: 'a list without labels that has one',
    act: scheme({ signature: { header: 'x-sig', list: { bare: true, labels: 'v1' } } }),
    says: 'scheme.signature.list.labels: a bare list has no labels. Leave it out, or leave bare out.',
  },
  {
    when: 'signatures in several places, each of them a list',
    act: scheme({ signature: { header: 'x-sig', list: {}, also: 'x-sig-2' } }),
    says: 'scheme.signature.also: a signature of several places is no list, and each place of the same kind. Give at most 15 others, and no list: headers beside a header, members beside a member.',
  },
  {
    when: 'signatures in several members of a body that is signed',
    act: scheme({ signature: { member: 'sig', also: 'sig2' } }),
    says: 'scheme.signature.also: the message has the body, and the other signatures in it. Leave it out, or name other parts in the message.',
  },
  {
    when: 'a key whose prefix has a star at its end',
    act: scheme({ key: { prefix: 'signkey-*' } }),
    says: 'scheme.key.prefix: "signkey-*" is not how a key begins. Give its first characters without blanks, e.g. whsec_; one * among them stands for letters, digits and underscores, and something else follows it, e.g. signkey-*-.',
  },
  {
    when: 'a public key that is read as a secret is',
    act: scheme({ algorithm: 'ed25519', key: { encoding: 'hex' } }),
    says: 'scheme.key: ed25519 takes public keys, and it says how a secret becomes bytes. Leave it out: a PEM, DER in base64 or a JWK says itself what it is.',
  },
  {
    when: 'a hash of the secret’s digest',
    act: scheme({ algorithm: 'sha256-secret-first', key: { digest: 'sha1' } }),
    says: 'scheme.key: sha256-secret-first hashes the secret with the message, and not its digest. Leave digest out, or set the algorithm to an HMAC.',
  },
  {
    when: 'a reading of a body that is not signed',
    act: scheme({ message: '{url}', body: 'gunzipped' }),
    says: 'scheme.body: the message has no {body} that it could be for. Leave it out, or write {body} in every message.',
  },
  {
    when: 'a reading of a body that has the signature in it',
    act: scheme({ signature: { member: 'sig' }, body: 'gunzipped' }),
    says: 'scheme.body: the signature is inside the body, which is read without it. Leave it out, or give a signature in a header or in the query.',
  },
  {
    when: 'one reading of a body twice',
    act: scheme({ body: ['raw', 'raw'] }),
    says: 'scheme.body: raw occurs twice. Give each once.',
  },
  {
    when: 'a misspelt reading of a body',
    act: scheme({ body: 'gunziped' }),
    says: 'scheme.body: "gunziped" is no way to read a body. Did you mean gunzipped? One of raw, ascii-escaped, gunzipped, json-string.',
  },
  {
    when: 'a signed item that the list does not have',
    act: scheme({ signature: { header: 'x-sig', list: {} }, message: '{item:env}{body}' }),
    says: 'scheme.message: {item:env} is not an item beside the signatures. Say so in the signature’s list, e.g. items: { env: main }.',
  },
  {
    when: 'a signed item with the label of the signatures',
    act: scheme({ signature: { header: 'x-sig', list: { items: { v1: 'a' } } } }),
    says: 'scheme.signature.list.labels: "v1" occurs twice. Give each label as it stands in the header, without blanks, separator or assign.',
  },
  {
    when: 'a signed item that no header can carry',
    act: scheme({ signature: { header: 'x-sig', list: { items: { env: 'a b' } } } }),
    says: 'scheme.signature.list.items.env: "a b" cannot stand in the list. Give printable ASCII without blanks and without the separator.',
  },
  {
    when: 'no public key beside Braintree’s private one',
    act: provider('braintree'),
    says: 'provider.publicKey: it is not given. Give the public key that stands beside the private one in Braintree’s Control Panel.',
  },
  {
    when: 'a list of signatures for Braintree’s public key',
    act: provider({ id: 'braintree', publicKey: 'key|ab' }),
    says: 'provider.publicKey: it is none of Braintree’s. Give the public key that stands beside the private one in Braintree’s Control Panel.',
  },
  {
    when: 'no partner',
    act: provider('smile-id'),
    says: 'provider.partnerId: it is not given. Give the partner’s id as Smile ID’s portal shows it, as a text with all its zeros, e.g. "001".',
  },
  {
    when: 'a partner with a blank',
    act: provider({ id: 'smile-id', partnerId: '0 1' }),
    says: 'provider.partnerId: it holds blanks, or what is not ASCII. Give the partner’s id as Smile ID’s portal shows it, as a text with all its zeros, e.g. "001".',
  },
  {
    when: 'a signature in JSON, and a time in a form',
    act: scheme({
      signature: { member: 'sig' },
      message: '{timestamp}',
      timestamp: { field: 'time' },
    }),
    says: 'scheme: one part sits in a JSON body, and another one in a form. Give places in one of them.',
  },
  {
    when: 'a body whose signature sits inside a field of it',
    act: scheme({ signature: { field: 'json', member: 'sig' } }),
    says: 'scheme.message: {body} is the body without the signature, which sits inside a field of the form. Name other parts than {body}, e.g. {timestamp}{json:FIELD:NAME}.',
  },
  {
    when: 'a form to sign whose JSON is no object',
    act: () =>
      gateOf({
        scheme: {
          algorithm: 'sha256',
          signature: { field: 'json', member: 'sig' },
          message: '{json:json:a}',
        },
      }).sign({ method: 'POST', url: '/', headers: {}, body: 'json=%5B1%5D' }),
    says: 'request.body: the form field json is no JSON object. Give a JSON object, each name in it once.',
  },
  {
    when: 'an algorithm that nobody knows',
    act: scheme({ algorithm: 'sha3' }),
    says: 'scheme.algorithm: "sha3" is not an algorithm. One of hmac-sha1, hmac-sha256, hmac-sha384, hmac-sha512, sha1-secret-first, sha1-secret-last, sha256-secret-first, sha256-secret-last, ed25519, ecdsa-p256-sha256, ecdsa-p256-sha256-der, ecdsa-p384-sha384, ecdsa-p384-sha384-der, rsa-pkcs1-sha256, rsa-pkcs1-sha384, rsa-pkcs1-sha512, rsa-pss-sha256, rsa-pss-sha384, rsa-pss-sha512.',
  },
  {
    when: 'a signature that is an item of itself',
    act: scheme({ signature: { item: 'v1' } }),
    says: 'scheme.signature.item: the signature is not an item of itself. Give header: NAME and list: { labels }.',
  },
  {
    when: 'an id without its place',
    act: scheme({ id: {} }),
    says: 'scheme.id: it says no place. Give { header: NAME }, { query: … }, { member: … } or { field: … }.',
  },
  {
    when: 'a message of constants',
    act: scheme({ message: 'a{{b}}' }),
    says: 'scheme.message: at character 2: "{{b}" is not a field. Fields: {timestamp} {nonce} {id} {method} {path} {query} {query:sorted} {query:encoded} {url} {url:decoded} {url+form} {target:escaped} {host} {body} {body:sha256:hex} {body:sha256:bytes} {form:sorted} {member:NAME} {member:NAME?} {field:NAME} {json:FIELD:NAME} {parameter:NAME} {parameter:NAME:lower} {headers:NAME} {item:LABEL} {header:NAME}, or {header:NAME?} where an absent one counts as empty; {?text{header:NAME}text?} falls away where it is absent; \\{ is a brace.',
  },
  {
    when: 'a message of the method alone and a constant',
    act: scheme({ message: '\\{a\\}' }),
    says: 'scheme.message: the message covers nothing of the request. Name at least {body}.',
  },
  {
    when: 'a field without its source',
    act: scheme({ message: '{id}.{body}' }),
    says: 'scheme.message: {id} has no source. Give the option that says where it sits, or leave the field out.',
  },
  {
    when: 'a brace that closes nothing',
    act: scheme({ message: '{body}}' }),
    says: 'scheme.message: at character 7: a } closes nothing. Write \\{ or \\} for a brace that is part of the message.',
  },
  {
    when: 'a brace that is not closed',
    act: scheme({ message: '{body} {' }),
    says: 'scheme.message: at character 8: a { is not closed. Write \\{ or \\} for a brace that is part of the message.',
  },
  {
    when: 'a field that nobody knows',
    act: scheme({ message: '{Body}' }),
    says: 'scheme.message: at character 1: "{Body}" is not a field. Did you mean {body}? Fields: {timestamp} {nonce} {id} {method} {path} {query} {query:sorted} {query:encoded} {url} {url:decoded} {url+form} {target:escaped} {host} {body} {body:sha256:hex} {body:sha256:bytes} {form:sorted} {member:NAME} {member:NAME?} {field:NAME} {json:FIELD:NAME} {parameter:NAME} {parameter:NAME:lower} {headers:NAME} {item:LABEL} {header:NAME}, or {header:NAME?} where an absent one counts as empty; {?text{header:NAME}text?} falls away where it is absent; \\{ is a brace.',
  },
  {
    when: 'a backslash before a letter',
    act: scheme({ message: '{body}\\n' }),
    says: 'scheme.message: at character 7: a backslash before "n" stands for nothing. Write the line break or tab itself (in YAML: in double quotes, "{timestamp}\\n{body}"), or \\\\ for a backslash.',
  },
  {
    when: 'a name that is empty',
    act: scheme({ signature: { member: 'a..b' } }),
    says: 'scheme.signature.member: "a..b" has an empty name in it. Give the names on the way to the member, e.g. signature.timestamp; \\. is a point of a name.',
  },
  {
    when: 'a way of nine names',
    act: scheme({ signature: { member: 'a.b.c.d.e.f.g.h.i' } }),
    says: 'scheme.signature.member: it has 9 names. At most 8 are looked into.',
  },
  {
    when: 'a prefix that begins with a blank',
    act: scheme({ signature: { header: 'x-a', prefix: ' v' } }),
    says: 'scheme.signature.prefix: no value begins with " v". Give printable ASCII without a blank before it, e.g. "sha256=".',
  },
  {
    when: 'a separator that signatures hold',
    act: list({ separator: 'a' }),
    says: 'scheme.signature.list.separator: "a" can stand inside a signature. Give what the header has between its items.',
  },
  {
    when: 'a separator that is the assign',
    act: list({ separator: ';', assign: ';' }),
    says: 'scheme.signature.list.assign: it cannot be told apart from the separator. Give what stands between label and value, e.g. "=".',
  },
  {
    when: 'a time in a list that is none',
    act: scheme({ timestamp: { item: 't' }, message: '{timestamp}.{body}' }),
    says: 'scheme.timestamp: "t" is not an item beside the signatures. Only the timestamp may be an item, and only where signature.list has other labels.',
  },
  {
    when: 'a time that is not signed',
    act: scheme({ timestamp: { header: 'x-time' } }),
    says: 'scheme.timestamp: the timestamp is checked but not signed: anyone who holds one request could re-date it forever. Add {timestamp} to the message, every one if there are several, or set timestamp: none.',
  },
  {
    when: 'a form that carries its signature and is signed field by field',
    act: scheme({ message: '{form:sorted}', signature: { field: 'sig' } }),
    says: 'scheme.message: {form:sorted} has every field of the form, and one of them would be the signature. Give a signature in a header or in the query, or sorted-form-lines.',
  },
  {
    when: 'a test by POST without a mark',
    act: scheme({ message: '{body}', handshake: { challenge: 'challenge' } }),
    says: 'scheme.handshake.when: nothing tells a test from other requests. Give the members that a test has, e.g. { type: url_verification }.',
  },
  {
    when: 'a test by GET that signs what could be a message',
    act: scheme({
      message: '{method} {body}',
      handshake: { method: 'GET', challenge: 'c', answer: '{hmac:hex}' },
    }),
    says: 'scheme.handshake.answer: it signs what anybody may ask for, and the message is not the body alone. Declare it where message is "{body}"; else write a handshake in code.',
  },
  {
    when: 'a test whose answer has an HMAC, by an algorithm that is none',
    act: scheme({
      algorithm: 'ed25519',
      message: '{body}',
      handshake: { method: 'GET', challenge: 'c', answer: '{hmac:hex}' },
    }),
    says: 'scheme.handshake.answer: it has an HMAC, and the algorithm is none. Leave {hmac:…} out, or set algorithm to an HMAC.',
  },
  {
    when: 'a test by POST that is told by what nobody signs',
    act: scheme({ message: '{header:x-id}', handshake: { when: { type: 'ping' } } }),
    says: 'scheme.handshake: its member type is not signed: whoever holds one request could make a test of it. Have the message cover {body}, or each member that the handshake names.',
  },
  {
    when: 'a digest where nothing signs it',
    act: scheme({ message: '{form:sorted}', bodyDigest: { query: 'digest' } }),
    says: 'scheme.bodyDigest: the digest is not signed. Have the message cover the place: {url}, {query} or {header:NAME}.',
  },
  {
    when: 'a digest of a body that carries the signature',
    act: scheme({ message: '{body:sha256:hex}', signature: { member: 'sig' } }),
    says: 'scheme.message: {body:sha256:…} is the digest of the body as received, which cannot hold its own signature. Give a signature in a header or in the query.',
  },
  {
    when: 'a body without a member of a member',
    act: scheme({ signature: { member: 'a.b' } }),
    says: 'scheme.message: {body} is the body without the signature, and a.b sits inside another member. Name other parts than {body}, or give a signature at the top level.',
  },
  // Requests.
  {
    when: 'a request of 3 bytes, where 2 are read',
    act: () => requestFrom(new Request('http://a/', { method: 'POST', body: 'abc' }), 2),
    says: 'request.body: the body is longer than 2 bytes. Hand the Request to the gate, which refuses it; or raise the bound.',
  },
  {
    when: 'a Request without headers',
    act: () => requestFrom({ method: 'GET', url: 'http://a/', arrayBuffer() {} } as unknown as Request),
    says: 'request: it is a plain object, without headers. Give { method, url, headers, body }, or a web Request (Hono: c.req.raw).',
  },
  {
    when: 'a Request that was read before',
    act: async () => {
      const read = new Request('http://a/', { method: 'POST', body: 'a' });
      await read.text();
      return requestFrom(read);
    },
    says: 'request.body: something has read the Request’s body before. Hand over request.clone() before it is read, or the bytes that were read.',
  },
  {
    when: 'a Request whose stream holds texts',
    act: () =>
      requestFrom(
        new Request('http://a/', {
          method: 'POST',
          body: new ReadableStream({
            start(to) {
              to.enqueue('a');
              to.close();
            },
          }),
          duplex: 'half',
        } as RequestInit),
      ),
    says: 'request.body: its stream holds a text. Give a stream of bytes.',
  },
  {
    when: 'a vector without base64',
    act: () => requestOf({ bodyBase64: '*' } as unknown as Parameters<typeof requestOf>[0]),
    says: 'vector.bodyBase64: it is a text, not base64. Give the body’s bytes in base64, padded.',
  },
  {
    when: 'a field beside the signature that is not a dictionary',
    act: signing(
      { provider: { id: 'http-message-signatures', algorithm: 'hmac-sha256', components: ['@method'] } },
      { headers: { signature: '(' } },
    ),
    says: 'request: its field signature is not a dictionary. Take the field out, or correct it.',
  },
  {
    when: 'a multipart form to sign',
    act: signing(
      { provider: 'flow-production-tracking' },
      {
        headers: { 'content-type': 'multipart/form-data; boundary=b' },
        body: '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n',
      },
    ),
    says: 'request: a multipart form cannot be signed here. Send it urlencoded.',
  },
  {
    when: 'a JSON body with one name twice, to sign',
    act: signing({ provider: 'flowent' }, { body: '{"a":1,"a":2}' }),
    says: 'request.body: a member name occurs twice in one object, at byte 7. Give a JSON object, each name in it once: the scheme reads or puts a part there.',
  },
  {
    when: 'a key of RSA that is weak',
    act: publicKeys(
      RSA.pem,
      generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }),
    ),
    says: 'keys[0].secret: it is an RSA key, and ed25519 needs an Ed25519 key. Compare the key with the provider’s page.',
  },
];

/** Each warning of a key beside a key that raises it, as a sentence: nobody decides by its words. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect, it } from 'vitest';
import { keyReports, strengthOfKey } from '../../src/coverage-report.ts';
import {
  createGate,
  type GateOptions,
  type KeyInfo,
  type KeySpec,
  type KeyWarning,
  keyWarningText,
  type ProviderChoice,
  secretWarnings,
  writtenScheme,
} from '../../src/index.ts';
import { ED25519_PRIVATE, whereNoKeyIsTaken } from './setup-cases.ts';

const GOOD = 'Vd3pQ0zkT9wXr2LmYb7H';
const HEX = '5f2b8a1c9d4e7f60a3b5c7d9e1f20486';

interface WarningCase {
  readonly key: string | KeySpec;
  /** Default GitHub, which takes keys to the letter. */
  readonly provider?: ProviderChoice;
  readonly says: string;
}

/** What is raised by what a request or an address brings, beside its cause elsewhere: `tokens/key-set-url.test.ts`, `keys/asymmetric-key.test.ts`. */
type Elsewhere = 'set-not-refreshed' | 'set-member-left-out' | 'unusable' | 'twin';

const CASES: Readonly<Record<Exclude<KeyWarning['code'], Elsewhere>, WarningCase>> = {
  short: { key: 'Vd3pQ0zkT9', says: 'the key is 10 bytes long; at least 16 are advised' },
  'quotes-kept': {
    key: `"${GOOD}"`,
    says: 'the key stands in quotes, and they are part of it. Write it without; in cmd: set NAME=…',
  },
  'quotes-left-out': {
    key: { secret: `"${HEX}"`, encoding: 'hex' },
    says: 'the key stands in quotes, which are not part of it and were left out',
  },
  'line-end-behind': { key: `${GOOD}\n`, says: 'the key ends with a line end, which is part of it' },
  'line-end-inside': { key: `${GOOD}\nx`, says: 'the key holds a line end, which is part of it' },
  'white-space-around': {
    key: ` ${GOOD}`,
    says: 'the key begins or ends with white space, which is part of it',
  },
  'white-space-inside': {
    key: { secret: `${HEX} ${HEX}00`, encoding: 'hex' },
    says: 'the key had white space inside, which was left out: if these are two keys, give each its own entry',
  },
  'byte-order-mark': {
    key: `\ufeff${GOOD}`,
    says: 'the key begins with a byte order mark, which is part of it',
  },
  'escape-behind': {
    key: `${GOOD}\\n`,
    says: 'the key ends with a backslash and a letter, which are part of it',
  },
  'unseen-characters': { key: `${GOOD}\u200b`, says: 'the key holds characters that cannot be seen' },
  'lookalike-characters': {
    key: `${GOOD}\u2013x`,
    says: 'the key holds characters that look like others, such as a long dash for a hyphen or a Cyrillic letter for a Latin one',
  },
  'not-utf8': {
    key: `${GOOD}\ufffd`,
    says: 'the key was not UTF-8 where it was read: characters of it are lost',
  },
  'header-value': {
    key: `Bearer ${GOOD}`,
    says: 'the key begins as a header’s value does (Bearer, sha256=), which is part of it',
  },
  address: { key: `https://a.example/${GOOD}`, says: 'the key is an address, not what is found there' },
  unfilled: {
    key: '$WEBHOOK_SECRET_NAME',
    says: `the key reads like a variable that nothing filled in: in a configuration write \${env:NAME}`,
  },
  placeholder: {
    key: 'changemechangeme',
    says: 'the key is a placeholder of an example, which anybody can guess',
  },
  repetitive: {
    key: 'k7Qp9k7Qp9k7Qp9k7Qp9',
    says: 'the key repeats a few characters: it is not random',
  },
  'few-bytes': {
    key: { secret: new Uint8Array(32) },
    says: 'the key has only 1 different byte: it is not random',
  },
  'hex-too': {
    key: { secret: HEX, encoding: 'base64' },
    says: 'the key is 16 bytes of hex as well, and was read as base64: if hex is meant, set encoding: hex',
  },
  'looks-like': {
    key: `sk_test_${GOOD}`,
    provider: 'stripe',
    says: 'the key looks like an API key of Stripe (this platform’s secrets begin with whsec_): compare it with the one that requests are signed with',
  },
};

it.each(Object.entries(CASES))('%s', (code, { key, provider = 'github', says }) => {
  const warnings = createGate({ provider, keys: [key] }).keys.list()[0]?.warnings ?? [];
  const found = warnings.filter((one) => one.code === code);
  expect(found.map((one) => keyWarningText(one))).toEqual([says]);
});

it.each<readonly [KeyWarning, string]>([
  [
    { code: 'short', bytes: 31, leastBytes: 32, source: 'RFC 7518 §3.2' },
    'The key in MY_KEY is 31 bytes long; RFC 7518 §3.2 demands at least 32',
  ],
  [{ code: 'twin', keyId: 'now' }, 'The key in MY_KEY is the same as "now"'],
  [{ code: 'unusable', fault: 'why' }, 'The key in MY_KEY proves nothing: why'],
  [
    { code: 'set-member-left-out', place: 4, fault: 'why' },
    'The key in MY_KEY is of a set whose key 4 is left out: why',
  ],
  [
    { code: 'set-not-refreshed', fault: 'why' },
    'The key in MY_KEY is of a set that could not be refreshed: why',
  ],
])('each goes on from whatever the key is called: %j', (warning, says) => {
  expect(keyWarningText(warning, 'The key in MY_KEY')).toBe(says);
});

it('a key that the runtime does not take', async () => {
  const gate = createGate({ provider: { id: 'jwt-bearer', algorithm: 'EdDSA' }, keys: [ED25519_PRIVATE] });
  await expect(whereNoKeyIsTaken(() => gate.sign({ method: 'POST', url: '/' }))).rejects.toThrow(
    'this runtime takes the key as none for EdDSA',
  );
  expect(gate.keys.list()[0]?.warnings.map((one) => keyWarningText(one))).toEqual([
    'the key proves nothing: this runtime takes the key as none for EdDSA',
  ]);
});

it('a secret that is not a key is judged alike', () => {
  expect(secretWarnings('"changeme"').map((one) => keyWarningText(one, 'the secret'))).toEqual([
    'the secret stands in quotes, and they are part of it. Write it without; in cmd: set NAME=…',
    'the secret is a placeholder of an example, which anybody can guess',
  ]);
});

const keyOf = (options: GateOptions): KeyInfo => createGate(options).keys.list()[0] as KeyInfo;
const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
const signed = (algorithm: string): GateOptions => ({
  scheme: writtenScheme({ algorithm, message: '{body}', signature: { header: 'x-s', encoding: 'base64' } }),
});

it('a key of RSA of 2048 bits', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const sentence =
    'The key is 112 bits strong, as RSA of 2048 bits is: enough for now, and NIST SP 800-57 asks for 128 from 2031 on, which RSA of 3072 bits, P-256 and Ed25519 have.';
  for (const keys of [[pemOf(publicKey)], [JSON.stringify(publicKey.export({ format: 'jwk' }))]]) {
    const token = keyOf({ provider: { id: 'jwt-bearer', algorithm: 'RS256' }, keys });
    expect(keyReports(token)).toEqual([{ code: 'key-strength', severity: 'info', sentence }]);
  }
  const scheme = keyOf({ ...signed('rsa-pss-sha256'), keys: [pemOf(publicKey)] });
  expect(keyReports(scheme)).toEqual([{ code: 'key-strength', severity: 'info', sentence }]);
});

it.each<readonly [string, GateOptions, number | undefined]>([
  ['RSA of 3072 bits', { ...signed('rsa-pkcs1-sha256'), keys: [pemOf(rsaOf(3072))] }, 128],
  ['RSA of 4096 bits', { provider: { id: 'dpop', algorithm: 'PS256' }, keys: [pemOf(rsaOf(4096))] }, 128],
  ['P-256', { ...signed('ecdsa-p256-sha256'), keys: [pemOf(curveOf('P-256'))] }, 128],
  ['P-384', { provider: { id: 'jwt-bearer', algorithm: 'ES384' }, keys: [pemOf(curveOf('P-384'))] }, 192],
  ['P-521', { provider: { id: 'jwt-bearer', algorithm: 'ES512' }, keys: [pemOf(curveOf('P-521'))] }, 256],
  ['Ed25519, raw', { provider: 'standard-webhooks', keys: [`whpk_${rawEd25519()}`] }, 128],
  ['20 bytes', { provider: 'github', keys: [GOOD] }, 160],
  [
    'keys by address',
    { provider: { id: 'jwt-bearer', algorithm: 'RS256', jwks: 'https://a.example/jwks' } },
    undefined,
  ],
])('a key of %s is as strong as it is', (_, options, bits) => {
  expect(strengthOfKey(keyOf(options))).toBe(bits);
  expect(keyReports(keyOf(options))).toEqual([]);
});

function rsaOf(modulusLength: number): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength }).publicKey;
}

function curveOf(namedCurve: string): KeyObject {
  return generateKeyPairSync('ec', { namedCurve }).publicKey;
}

function rawEd25519(): string {
  const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  return Buffer.from(x, 'base64url').toString('base64');
}

it('a report has the code of each warning', () => {
  const [first] = keyReports(keyOf({ provider: 'github', keys: ['changemechangeme'] }));
  expect(first).toEqual({
    code: 'key-placeholder',
    severity: 'warning',
    sentence: 'The key is a placeholder of an example, which anybody can guess.',
  });
});

/** A private key whose parts do not belong together is refused at set-up, in every form and wherever a private key is read. */
import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSignatureKey as onThisRuntime } from '#signatures';
import { between, isLong } from '../../../../scripts/effort.ts';
import { derElement } from '../../src/crypto/der.ts';
import type { PublicKeyAlgorithm } from '../../src/crypto/public-key-algorithms.ts';
import { createSignatureKey } from '../../src/crypto/web-signatures.ts';
import {
  createGate,
  type Gate,
  type KeySpec,
  keyWarningText,
  SetupError,
  type TokenAlgorithm,
} from '../../src/index.ts';
import { newRsaPair, OTHER_RSA_PAIR, RSA_PAIR } from '../support/rsa-pairs.ts';
import { DRAFT, NOW, type Pair } from './key-fixtures.ts';

const NO_PAIR = 'the private key and the public key in it do not belong together';
const NO_CRT = 'its numbers dp, dq and qi do not belong to the others';

/** The one and the other in turn: a short run makes no new one. */
let made = 0;
const rsaPair = (): Pair => (isLong ? newRsaPair() : made++ % 2 === 0 ? RSA_PAIR : OTHER_RSA_PAIR);
const ecPair = (namedCurve: string) => (): Pair => generateKeyPairSync('ec', { namedCurve });
const okpPair = (): Pair => generateKeyPairSync('ed25519');

interface Kind {
  readonly name: string;
  readonly make: () => Pair;
  readonly token: TokenAlgorithm;
  readonly template?: Exclude<PublicKeyAlgorithm, 'rsa-pkcs1-sha1'>;
  /** Members that are another key's, and what is said of it. */
  readonly foreign: readonly (readonly [members: readonly string[], problem: string])[];
}

const KINDS: readonly Kind[] = [
  {
    name: 'RSA',
    make: rsaPair,
    token: 'RS256',
    template: 'rsa-pkcs1-sha256',
    foreign: [
      [['d'], NO_PAIR],
      [['p'], NO_PAIR],
      [['q'], NO_PAIR],
      [['p', 'q'], NO_PAIR],
      [['d', 'p', 'q', 'dp', 'dq', 'qi'], NO_PAIR],
      [['dp'], NO_CRT],
      [['dq'], NO_CRT],
      [['qi'], NO_CRT],
    ],
  },
  {
    name: 'P-256',
    make: ecPair('P-256'),
    token: 'ES256',
    template: 'ecdsa-p256-sha256',
    foreign: [[['d'], NO_PAIR]],
  },
  {
    name: 'P-384',
    make: ecPair('P-384'),
    token: 'ES384',
    template: 'ecdsa-p384-sha384',
    foreign: [[['d'], NO_PAIR]],
  },
  { name: 'P-521', make: ecPair('P-521'), token: 'ES512', foreign: [[['d'], NO_PAIR]] },
  { name: 'Ed25519', make: okpPair, token: 'EdDSA', template: 'ed25519', foreign: [[['d'], NO_PAIR]] },
];

const jwkOf = (key: KeyObject): JsonWebKey => key.export({ format: 'jwk' });
const bytesOf = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64url');

/** PKCS#8 with exactly the numbers of a JWK, which no library of standing writes where they do not belong together. */
function pkcs8Of(jwk: JsonWebKey): Uint8Array {
  const zero = derElement(2, Uint8Array.of(0));
  const integer = (text: string | undefined) => {
    const bytes = bytesOf(text);
    return derElement(2, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes);
  };
  const id = (hex: string) => derElement(6, Buffer.from(hex, 'hex'));
  const wrapped = (algorithm: Uint8Array, key: Uint8Array, ...more: Uint8Array[]) =>
    derElement(0x30, zero, algorithm, derElement(4, key), ...more);
  if (jwk.kty === 'RSA') {
    const { n, e, d, p, q, dp, dq, qi } = jwk;
    const numbers = [n, e, d, p, q, dp, dq, qi].map(integer);
    return wrapped(
      derElement(0x30, id('2a864886f70d010101'), derElement(5)),
      derElement(0x30, zero, ...numbers),
    );
  }
  if (jwk.kty === 'EC') {
    const curves: Record<string, string> = {
      'P-256': '2a8648ce3d030107',
      'P-384': '2b81040022',
      'P-521': '2b81040023',
    };
    const point = Buffer.concat([Buffer.of(0, 4), bytesOf(jwk.x), bytesOf(jwk.y)]);
    return wrapped(
      derElement(0x30, id('2a8648ce3d0201'), id(curves[jwk.crv ?? ''] ?? '')),
      derElement(
        0x30,
        derElement(2, Uint8Array.of(1)),
        derElement(4, bytesOf(jwk.d)),
        derElement(0xa1, derElement(3, point)),
      ),
    );
  }
  const publicKey = derElement(0x81, Buffer.of(0), bytesOf(jwk.x));
  return wrapped(derElement(0x30, id('2b6570')), derElement(4, bytesOf(jwk.d)), publicKey);
}

function mixed(kind: Kind, members: readonly string[]): JsonWebKey {
  const [own, other] = [jwkOf(kind.make().privateKey), jwkOf(kind.make().privateKey)];
  return { ...own, ...Object.fromEntries(members.map((name) => [name, other[name]])) };
}

const tokenGate = (algorithm: TokenAlgorithm, key: KeySpec) =>
  createGate({
    provider: { id: 'jwt-bearer', algorithm, lifetime: 'unbounded' },
    keys: [key],
    now: () => NOW,
  });

const templateGate = (algorithm: Exclude<PublicKeyAlgorithm, 'rsa-pkcs1-sha1'>, key: KeySpec) =>
  createGate({
    scheme: {
      algorithm,
      signature: { header: 'x-signature', encoding: 'base64' },
      message: '{body}',
      timestamp: 'none',
    },
    keys: [key],
    now: () => NOW,
  });

/** Ed25519 needs SHA-512, which WebCrypto gives in a promise only: there the key proves and signs nothing, and says why. */
const isToldLater = ({ name }: Kind): boolean =>
  name === 'Ed25519' && Object.is(onThisRuntime, createSignatureKey);

/** What the set-up says of a key; or, where it is told later, what signing and the key’s warnings say. */
async function faultOf(kind: Kind, make: () => Gate): Promise<string> {
  const thrown = (error: unknown): string => {
    if (error instanceof SetupError) return error.message;
    throw error;
  };
  let gate: Gate;
  try {
    gate = make();
  } catch (error) {
    return thrown(error);
  }
  if (!isToldLater(kind)) return 'taken';
  const signed = await Promise.resolve(gate.sign(DRAFT)).then(() => 'signed', thrown);
  const warnings = gate.keys.list().flatMap((key) => key.warnings.map((one) => keyWarningText(one)));
  expect(warnings).toEqual([`the key proves nothing: ${NO_PAIR}`]);
  return signed;
}

describe.each(KINDS)('$name', (kind) => {
  const { make, token, template, foreign } = kind;

  it.each(foreign)('with %s of another key is refused', async (members, problem) => {
    const jwk = mixed(kind, members);
    const der = pkcs8Of(jwk);
    const pem = `-----BEGIN PRIVATE KEY-----\n${Buffer.from(der).toString('base64')}\n-----END PRIVATE KEY-----`;
    expect(await faultOf(kind, () => tokenGate(token, { secret: JSON.stringify(jwk) }))).toContain(problem);
    for (const secret of [der, pem]) {
      expect(await faultOf(kind, () => tokenGate(token, { secret }))).toContain(problem);
      if (template) expect(await faultOf(kind, () => templateGate(template, { secret }))).toContain(problem);
    }
  });

  it('is refused on WebCrypto alike', async () => {
    if (!template) return;
    for (const [members, problem] of foreign) {
      const bytes = pkcs8Of(mixed(kind, members));
      const created = async () => createSignatureKey(template, { kind: 'private', format: 'der', bytes });
      await expect(created(), String(members)).rejects.toThrow(problem);
    }
  });

  it('whose parts belong together is taken, and signs', async () => {
    for (let i = 0; i < between(1, 4); i++) {
      const jwk = jwkOf(make().privateKey);
      for (const secret of [JSON.stringify(jwk), pkcs8Of(jwk)]) {
        const gate = tokenGate(token, { secret });
        expect(await gate.sign({ ...DRAFT, claims: { sub: 'x' } })).toBeDefined();
      }
      if (template) expect(await templateGate(template, { secret: pkcs8Of(jwk) }).sign(DRAFT)).toBeDefined();
    }
  });
});

it('a set of keys leaves the broken one out, by name', () => {
  const own = jwkOf(rsaPair().privateKey);
  const broken = { ...jwkOf(rsaPair().privateKey), d: own.d };
  const gate = tokenGate('RS256', { secret: JSON.stringify({ keys: [broken, own] }) });
  expect(gate.keys.list().flatMap(({ warnings }) => warnings)).toContainEqual({
    code: 'set-member-left-out',
    place: 1,
    fault: NO_PAIR,
  });
});

/** C2SP/wycheproof through gates: signatures by declared schemes, tokens and JWKs by jwt-bearer. */
import { createPublicKey } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createGate,
  type Gate,
  type GateOptions,
  type KeySpec,
  type MaybePromise,
  SetupError,
  type Verdict,
  writtenProvider,
  writtenScheme,
} from '@countersign/core';
import type { FileReport, Judged } from './report.ts';

/** The files that are tried, and the algorithm of each. */
const SIGNATURES: Readonly<Record<string, { readonly algorithm: string }>> = {
  'hmac_sha1_test.json': { algorithm: 'hmac-sha1' },
  'hmac_sha256_test.json': { algorithm: 'hmac-sha256' },
  'hmac_sha384_test.json': { algorithm: 'hmac-sha384' },
  'hmac_sha512_test.json': { algorithm: 'hmac-sha512' },
  'ed25519_test.json': { algorithm: 'ed25519' },
  'ecdsa_secp256r1_sha256_test.json': { algorithm: 'ecdsa-p256-sha256-der' },
  'ecdsa_secp256r1_sha256_p1363_test.json': { algorithm: 'ecdsa-p256-sha256' },
  'ecdsa_secp384r1_sha384_test.json': { algorithm: 'ecdsa-p384-sha384-der' },
  'ecdsa_secp384r1_sha384_p1363_test.json': { algorithm: 'ecdsa-p384-sha384' },
  'rsa_signature_2048_sha256_test.json': { algorithm: 'rsa-pkcs1-sha256' },
  'rsa_signature_2048_sha512_test.json': { algorithm: 'rsa-pkcs1-sha512' },
  'rsa_pss_2048_sha256_mgf1_32_test.json': { algorithm: 'rsa-pss-sha256' },
};
const TOKENS: readonly string[] = ['json_web_signature_test.json', 'json_web_key_test.json'];

interface Vector {
  readonly tcId: number;
  readonly comment: string;
  readonly result: 'valid' | 'invalid' | 'acceptable';
  readonly msg?: string;
  readonly key?: string;
  readonly tag?: string;
  readonly sig?: string;
  readonly jws?: string;
}

interface Group {
  readonly publicKeyPem?: string;
  readonly public?: JsonWebKeys;
  readonly private?: JsonWebKeys;
  readonly tests: readonly Vector[];
}

interface Jwk {
  readonly kty?: string;
  readonly kid?: string;
  readonly alg?: string;
}

/** One key, or a set. */
interface JsonWebKeys extends Jwk {
  readonly keys?: readonly Jwk[];
}

/** Runs the files of the folder that are known here. @returns undefined where there is none. */
export async function runWycheproof(folder: string): Promise<readonly FileReport[] | undefined> {
  const names = readdirSync(folder).filter((file) => file in SIGNATURES || TOKENS.includes(file));
  const reports: FileReport[] = [];
  for (const file of names.sort()) {
    const { testGroups } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      readonly testGroups: readonly Group[];
    };
    const kind = SIGNATURES[file];
    const judged: Judged[] = [];
    for (const group of testGroups) {
      for (const vector of group.tests) {
        const ours = await (kind ? judgeSignature(kind.algorithm, group, vector) : judgeToken(group, vector));
        judged.push({ id: String(vector.tcId), comment: vector.comment, wanted: WANTED[vector.result], ...ours });
      }
    }
    reports.push({ file, judged });
  }
  return reports.length > 0 ? reports : undefined;
}

const WANTED = { valid: 'accepted', invalid: 'refused', acceptable: 'either' } as const;

type Ours = Pick<Judged, 'ours' | 'because'>;

function judgeSignature(algorithm: string, group: Group, vector: Vector): Promise<Ours> {
  const secret =
    group.publicKeyPem === undefined ? Buffer.from(vector.key ?? '', 'hex') : group.publicKeyPem;
  const options: GateOptions = {
    scheme: writtenScheme({
      algorithm,
      signature: { header: 'x-signature', encoding: 'hex' },
      message: '{body}',
      timestamp: 'none',
    }),
    keys: [{ secret }],
  };
  const headers = { 'x-signature': vector.sig ?? vector.tag ?? '' };
  const body = Buffer.from(vector.msg ?? '', 'hex');
  return judge(options, (gate) => gate.verify({ method: 'POST', url: '/', headers, body }));
}

/**
 * Two gates, since most payloads are no claims, which a token gate refuses before it compares: one of tokens, which may
 * refuse nothing but the payload; and a declared scheme over the signing input, which must take the signature.
 */
async function judgeToken(group: Group, { jws = '' }: Vector): Promise<Ours> {
  const jwkOrSet = group.public ?? group.private ?? {};
  const algorithm = jwkOrSet.alg ?? jwkOrSet.keys?.[0]?.alg ?? algorithmOf(jws);
  const jwks = jwkOrSet.keys ?? [jwkOrSet];
  const provider = writtenProvider('jwt-bearer', { algorithm });
  const isSymmetric = jwks.some(({ kty }) => kty === 'oct');
  const keys: readonly KeySpec[] =
    jwkOrSet.keys && !isSymmetric
      ? [{ secret: JSON.stringify(jwkOrSet), encoding: 'jwks' }]
      : jwks.map((jwk, i) => ({ id: jwk.kid ?? `key-${i + 1}`, secret: JSON.stringify(jwk), encoding: 'jwk' }));
  const headers = { authorization: `Bearer ${jws}` };
  const token = await judge({ provider, keys }, (gate) =>
    gate.verify({ method: 'GET', url: '/', headers, body: '' }),
  );
  if (token.ours === 'accepted') return token;
  const isOfPayload = token.because.includes(NO_CLAIMS) && isBase64url(jws.split('.')[1] ?? '');
  if (!isOfPayload) return token;
  const declared = DECLARED[algorithm];
  // What is no claims and has no declared scheme cannot be told from a forgery.
  if (declared === undefined) return { ours: 'untried', because: `declared schemes have no ${algorithm}` };
  const at = jws.lastIndexOf('.');
  const scheme = writtenScheme({
    algorithm: declared,
    signature: { header: 'x-signature', encoding: 'base64url' },
    message: '{body}',
    timestamp: 'none',
  });
  const request = { method: 'POST', url: '/', headers: { 'x-signature': jws.slice(at + 1) }, body: jws.slice(0, at) };
  return judge({ scheme, keys: jwks.map((jwk, i) => declaredKey(jwk, i)) }, (gate) => gate.verify(request));
}

const NO_CLAIMS = 'the token’s payload cannot be read';

/** In its one spelling: another one is refused for itself, whatever is inside. */
function isBase64url(text: string): boolean {
  return Buffer.from(text, 'base64url').toString('base64url') === text;
}

/** Of the algorithms of the files. */
const DECLARED: Readonly<Record<string, string>> = {
  HS256: 'hmac-sha256',
  ES256: 'ecdsa-p256-sha256',
  ES384: 'ecdsa-p384-sha384',
  RS256: 'rsa-pkcs1-sha256',
  RS384: 'rsa-pkcs1-sha384',
  RS512: 'rsa-pkcs1-sha512',
  PS256: 'rsa-pss-sha256',
  PS384: 'rsa-pss-sha384',
  PS512: 'rsa-pss-sha512',
  HS384: 'hmac-sha384',
  HS512: 'hmac-sha512',
};

function declaredKey(jwk: Jwk, i: number): KeySpec {
  const id = `key-${i + 1}`;
  if (jwk.kty === 'oct') return { id, secret: JSON.stringify(jwk), encoding: 'jwk' };
  const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
  return { id, secret: key.export({ type: 'spki', format: 'pem' }).toString(), encoding: 'pem' };
}

/** As the token itself says it; a gate of ours is told. */
function algorithmOf(jws: string): string {
  const header = JSON.parse(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString()) as { alg?: string };
  return header.alg ?? '';
}

async function judge(options: GateOptions, verify: (gate: Gate) => MaybePromise<Verdict>): Promise<Ours> {
  try {
    const verdict = await verify(createGate(options));
    if (verdict.ok) return { ours: 'accepted', because: '' };
    return { ours: 'refused', because: `${verdict.reason}, ${verdict.message}` };
  } catch (error) {
    // A key that is refused at set-up refuses all that it signs; anything else that is thrown is a fault, here or there.
    if (!(error instanceof SetupError) || !/^keys|\.algorithm$/.test(error.option)) throw error;
    return { ours: 'refused', because: error.message };
  }
}

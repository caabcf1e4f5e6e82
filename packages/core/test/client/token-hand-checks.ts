/** Tokens and detached signatures that senders make for one request each, checked by hand: shares nothing with the engine. */
import { createHash, createHmac, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import type { SignedRequest } from '../../src/model.ts';
import { RSA_PAIR } from '../support/rsa-pairs.ts';
import type { HandCheck } from './hand-checks.ts';

type Claims = Readonly<Record<string, unknown>>;

const SECRET = 'a-signing-secret-of-this-very-sender';
const JSON_BODY = '{"hello":"wörld €😀"}';

const pemOf = (namedCurve: string): string =>
  generateKeyPairSync('ec', { namedCurve }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

function header({ headers }: SignedRequest, name: string): string {
  const value = headers.single(name);
  if (typeof value !== 'string') throw new Error(`${name} is absent or doubled`);
  return value;
}

const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest();
const urlOf = (request: SignedRequest): string => `http://${header(request, 'host')}${request.url}`;
const isFuture = (exp: unknown): boolean => typeof exp === 'number' && exp > Date.now() / 1000;
const isRecent = (iat: unknown): boolean => typeof iat === 'number' && Math.abs(iat - Date.now() / 1000) < 60;

function isSignedBy(key: string, input: string, signature: string): boolean {
  const bytes = Buffer.from(signature, 'base64url');
  if (!key.startsWith('-----')) return createHmac('sha256', key).update(input).digest().equals(bytes);
  try {
    const publicKey = createPublicKey(key);
    const hash = publicKey.asymmetricKeyDetails?.namedCurve === 'secp521r1' ? 'sha512' : 'sha256';
    return verify(hash, Buffer.from(input), { key: publicKey, dsaEncoding: 'ieee-p1363' }, bytes);
  } catch {
    // What is no key any more proves nothing.
    return false;
  }
}

/** A check of a token behind a word. */
const token =
  (name: string, prefix: string, holds: (claims: Claims, request: SignedRequest) => boolean) =>
  (request: SignedRequest, key: string): boolean => {
    const value = header(request, name);
    const [head = '', payload = '', signature = ''] = value.slice(prefix.length).split('.');
    const claims: Claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return (
      value.startsWith(prefix) && isSignedBy(key, `${head}.${payload}`, signature) && holds(claims, request)
    );
  };

export const TOKEN_HAND_CHECKS: Readonly<Record<string, HandCheck>> = {
  'upstash-qstash': {
    key: SECRET,
    body: JSON_BODY,
    proves: token(
      'upstash-signature',
      '',
      ({ iss, sub, body, exp }, request) =>
        iss === 'Upstash' &&
        sub === urlOf(request) &&
        body === sha256(request.body).toString('base64url') &&
        isFuture(exp),
    ),
  },
  livekit: {
    key: SECRET,
    options: { issuer: 'APIkey' },
    body: JSON_BODY,
    proves: token(
      'authorization',
      '',
      ({ iss, sha256: hash, exp }, request) =>
        iss === 'APIkey' && hash === sha256(request.body).toString('base64') && isFuture(exp),
    ),
  },
  'messagebird-jwt': {
    key: SECRET,
    body: JSON_BODY,
    proves: token(
      'messagebird-signature-jwt',
      '',
      ({ iss, jti, url_hash: url, payload_hash: body, exp }, request) =>
        iss === 'MessageBird' &&
        typeof jti === 'string' &&
        url === sha256(urlOf(request)).toString('hex') &&
        body === sha256(request.body).toString('hex') &&
        isFuture(exp),
    ),
  },
  vonage: {
    key: SECRET,
    body: JSON_BODY,
    proves: token(
      'authorization',
      'Bearer ',
      ({ iss, payload_hash: body, iat }, request) =>
        iss === 'Vonage' && body === sha256(request.body).toString('hex') && isRecent(iat),
    ),
  },
  plaid: {
    key: pemOf('P-256'),
    body: JSON_BODY,
    proves: token(
      'plaid-verification',
      '',
      ({ request_body_sha256: body, iat }, request) =>
        body === sha256(request.body).toString('hex') && isRecent(iat),
    ),
  },
  'atlassian-connect': {
    key: SECRET,
    body: JSON_BODY,
    proves: token('authorization', 'JWT ', ({ qsh, exp }, { method, url }) => {
      const [path = '', query = ''] = url.split('?');
      return qsh === sha256(`${method}&${path}&${query}`).toString('hex') && isFuture(exp);
    }),
  },
  'google-pubsub': {
    key: RSA_PAIR.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    options: { email: 'push@a.example', audience: 'https://hooks.example/in' },
    body: JSON_BODY,
    proves: token(
      'authorization',
      'Bearer ',
      ({ iss, aud, email, email_verified: isVerified, exp }) =>
        iss === 'https://accounts.google.com' &&
        aud === 'https://hooks.example/in' &&
        email === 'push@a.example' &&
        isVerified === true &&
        isFuture(exp),
    ),
  },
  truelayer: {
    key: pemOf('P-521'),
    body: JSON_BODY,
    proves(request, key) {
      const [head = '', own, signature = ''] = header(request, 'tl-signature').split('.');
      const { alg, tl_version: version } = JSON.parse(Buffer.from(head, 'base64url').toString());
      const line = `${request.method} ${request.url.split('?')[0]}\n`;
      const payload = Buffer.concat([Buffer.from(line), request.body]).toString('base64url');
      return (
        alg === 'ES512' && version === '2' && own === '' && isSignedBy(key, `${head}.${payload}`, signature)
      );
    },
  },
};

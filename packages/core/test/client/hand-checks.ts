/** Each provider's proof checked by hand, from the provider's own words: shares nothing with the engine. */
import { createHash, createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto';
import type { SignedRequest } from '../../src/model.ts';
import { RSA_PAIR } from '../support/rsa-pairs.ts';

export interface HandCheck {
  readonly key: string;
  /** Options that the provider needs. Default none. */
  readonly options?: Readonly<Record<string, string>>;
  /** What a token must say beside its expiry. Default nothing. */
  readonly claims?: Readonly<Record<string, string>>;
  /** A request that such a sender would make. */
  readonly body: string | URLSearchParams;
  /** Whether the request is proved. */
  readonly proves: (request: SignedRequest, key: string) => boolean;
}

const mac = (hash: string, key: string | Buffer, ...message: (string | Uint8Array)[]): Buffer => {
  const hmac = createHmac(hash, key);
  for (const part of message) hmac.update(part);
  return hmac.digest();
};
const same = (given: Buffer, wanted: Buffer): boolean =>
  given.length === wanted.length && timingSafeEqual(given, wanted);
const header = ({ headers }: SignedRequest, name: string): string => {
  const value = headers.single(name);
  if (typeof value !== 'string') throw new Error(`${name} is absent or doubled`);
  return value;
};
const isNow = (seconds: string): boolean => Math.abs(Number(seconds) - Date.now() / 1000) < 60;
const JSON_BODY = '{"hello":"wörld €😀"}';

export const HAND_CHECKS: Readonly<Record<string, HandCheck>> = {
  approov: {
    key: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
    body: JSON_BODY,
    proves(request, key) {
      const [head = '', payload = '', signature = ''] = header(request, 'approov-token').split('.');
      const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString());
      const wanted = mac('sha256', Buffer.from(key, 'base64'), `${head}.${payload}`);
      return exp > Date.now() / 1000 && same(Buffer.from(signature, 'base64url'), wanted);
    },
  },
  dpop: {
    key: 'a-secret-shared-with-the-issuer',
    body: JSON_BODY,
    proves(request, key) {
      const token = header(request, 'authorization').replace(/^DPoP /, '');
      const [head = '', payload = '', signature = ''] = token.split('.');
      const wanted = mac('sha256', key, `${head}.${payload}`);
      const [proofHead = '', proofPayload = '', proofSignature = ''] = header(request, 'dpop').split('.');
      const read = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString());
      const { jwk } = read(proofHead);
      const { htm, htu, ath, iat } = read(proofPayload);
      const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');
      const { crv, kty, x, y } = jwk;
      return (
        same(Buffer.from(signature, 'base64url'), wanted) &&
        verify(
          'sha256',
          Buffer.from(`${proofHead}.${proofPayload}`),
          { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
          Buffer.from(proofSignature, 'base64url'),
        ) &&
        read(payload).cnf.jkt === sha256(JSON.stringify({ crv, kty, x, y })) &&
        ath === sha256(token) &&
        htm === request.method &&
        new URL(htu).pathname === request.url.split('?')[0] &&
        isNow(iat)
      );
    },
  },
  twilio: {
    key: 'an-auth-token-of-thirty-two-chars',
    body: JSON_BODY,
    proves(request, key) {
      const digest = new URL(request.url, 'http://a.example').searchParams.get('bodySHA256');
      const url = `http://${header(request, 'host')}${request.url}`;
      return (
        digest === createHash('sha256').update(request.body).digest('hex') &&
        same(Buffer.from(header(request, 'x-twilio-signature'), 'base64'), mac('sha1', key, url))
      );
    },
  },
  'firebase-app-check': {
    key: RSA_PAIR.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    options: { projectNumber: '1234567890' },
    claims: { iss: 'https://firebaseappcheck.googleapis.com/1234567890', aud: 'projects/1234567890' },
    body: JSON_BODY,
    proves(request, key) {
      const [head = '', payload = '', signature = ''] = header(request, 'x-firebase-appcheck').split('.');
      try {
        const input = Buffer.from(`${head}.${payload}`);
        return verify('sha256', input, createPublicKey(key), Buffer.from(signature, 'base64url'));
      } catch {
        // What is no key any more proves nothing.
        return false;
      }
    },
  },
  'http-message-signatures': {
    key: 'a-secret-shared-with-the-sender',
    body: JSON_BODY,
    proves(request, key) {
      const params = header(request, 'signature-input').replace(/^sig1=/, '');
      const digest = createHash('sha256').update(request.body).digest('base64');
      const base = [
        `"@method": ${request.method}`,
        `"@target-uri": http://${header(request, 'host')}${request.url}`,
        `"content-digest": sha-256=:${digest}:`,
        `"@signature-params": ${params}`,
      ].join('\n');
      const created = /;created=(\d+)/.exec(params)?.[1] ?? '';
      return (
        params.startsWith('("@method" "@target-uri" "content-digest");') &&
        isNow(created) &&
        header(request, 'signature') === `sig1=:${mac('sha256', key, base).toString('base64')}:`
      );
    },
  },
  'jwt-bearer': {
    key: 'a-secret-shared-with-the-issuer',
    body: JSON_BODY,
    proves(request, key) {
      const [head = '', payload = '', signature = ''] = header(request, 'authorization')
        .replace(/^Bearer /, '')
        .split('.');
      const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString());
      const wanted = mac('sha256', key, `${head}.${payload}`);
      return exp > Date.now() / 1000 && same(Buffer.from(signature, 'base64url'), wanted);
    },
  },
  'flow-production-tracking-webhook': {
    key: 'a-site-webhook-secret',
    body: JSON_BODY,
    proves: (request, key) =>
      header(request, 'x-sg-signature') === `sha1=${mac('sha1', key, request.body).toString('hex')}`,
  },
  'flow-production-tracking': {
    key: 'an-ami-secret-token',
    body: new URLSearchParams({ user_id: '24', 'project-name': 'Ünïcode & co', project: 'b=c' }),
    proves({ body }, key) {
      const fields = [...new URLSearchParams(Buffer.from(body).toString())];
      const value = (name: string): string => fields.find(([one]) => one === name)?.[1] ?? '';
      const lines = fields
        .filter(([name]) => name !== 'signature')
        .map(([name, text]) => `${name}=${text}\r\n`);
      const wanted = mac('sha1', key, lines.sort().join(''));
      return (
        same(Buffer.from(value('signature'), 'hex'), wanted) &&
        isNow(String(Date.parse(value('timestamp')) / 1000))
      );
    },
  },
  flowent: {
    key: 'a-flowent-hmac-key',
    body: '{"action_name":"send_email","parameters":{"to":"Jürgen 😀"}}',
    proves({ body }, key) {
      const { signature, ...payload } = JSON.parse(Buffer.from(body).toString());
      const wanted = mac('sha256', key, JSON.stringify(payload));
      return same(Buffer.from(signature, 'hex'), wanted) && isNow(payload.timestamp);
    },
  },
  github: {
    key: 'a-github-webhook-secret',
    body: JSON_BODY,
    proves: (request, key) =>
      header(request, 'x-hub-signature-256') === `sha256=${mac('sha256', key, request.body).toString('hex')}`,
  },
  hmac: {
    key: 'your-chosen-secret-key',
    body: JSON_BODY,
    proves(request, key) {
      const time = header(request, 'x-timestamp');
      const wanted = mac('sha256', key, `${time}.${header(request, 'x-nonce')}.`, request.body);
      return same(Buffer.from(header(request, 'x-signature'), 'hex'), wanted) && isNow(time);
    },
  },
  incode: {
    key: 'a-token-that-the-site-sends',
    body: JSON_BODY,
    proves: (request, key) => header(request, 'authorization') === `Bearer ${key}`,
  },
  slack: {
    key: 'a-slack-signing-secret',
    body: new URLSearchParams({ command: '/weather', text: 'Zürich' }),
    proves(request, key) {
      const time = header(request, 'x-slack-request-timestamp');
      const wanted = mac('sha256', key, `v0:${time}:`, request.body).toString('hex');
      return header(request, 'x-slack-signature') === `v0=${wanted}` && isNow(time);
    },
  },
  'standard-webhooks': {
    key: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    body: JSON_BODY,
    proves(request, key) {
      const time = header(request, 'webhook-timestamp');
      const bytes = Buffer.from(key.slice('whsec_'.length), 'base64');
      const wanted = mac('sha256', bytes, `${header(request, 'webhook-id')}.${time}.`, request.body);
      return header(request, 'webhook-signature') === `v1,${wanted.toString('base64')}` && isNow(time);
    },
  },
  stripe: {
    key: 'whsec_a_stripe_secret',
    body: JSON_BODY,
    proves(request, key) {
      const [, time = '', signature = ''] =
        /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header(request, 'stripe-signature')) ?? [];
      return same(Buffer.from(signature, 'hex'), mac('sha256', key, `${time}.`, request.body)) && isNow(time);
    },
  },
};

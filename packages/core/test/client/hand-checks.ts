/** Each provider's proof checked by hand, from the provider's own words: shares nothing with the engine. */
import {
  createHash,
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import type { SignedRequest } from '../../src/model.ts';
import { RSA_PAIR } from '../support/rsa-pairs.ts';
import { TOKEN_HAND_CHECKS } from './token-hand-checks.ts';

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
const hash = (algorithm: string, ...message: (string | Uint8Array)[]): Buffer => {
  const joined = createHash(algorithm);
  for (const part of message) joined.update(part);
  return joined.digest();
};
const same = (given: Buffer, wanted: Buffer): boolean =>
  given.length === wanted.length && timingSafeEqual(given, wanted);
const header = ({ headers }: SignedRequest, name: string): string => {
  const value = headers.single(name);
  if (typeof value !== 'string') throw new Error(`${name} is absent or doubled`);
  return value;
};
const isNow = (seconds: string): boolean => Math.abs(Number(seconds) - Date.now() / 1000) < 60;
const addressOf = (request: SignedRequest): string => `http://${header(request, 'host')}${request.url}`;
/** What is no key any more proves nothing. */
function isSigned(
  hash: string | null,
  message: readonly (string | Uint8Array)[],
  key: string,
  signature: Buffer,
): boolean {
  try {
    return verify(
      hash,
      Buffer.concat(message.map((part) => Buffer.from(part))),
      createPublicKey(key),
      signature,
    );
  } catch {
    return false;
  }
}

const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const ED25519 = generateKeyPairSync('ed25519');
const P256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const JSON_BODY = '{"hello":"wörld €😀"}';

export const HAND_CHECKS: Readonly<Record<string, HandCheck>> = {
  ...TOKEN_HAND_CHECKS,
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
  braintree: {
    key: 'the-private-key-of-a-merchant',
    options: { publicKey: 'pub1' },
    body: new URLSearchParams({ bt_payload: 'PG4+CjwvbiA+\n' }),
    proves({ body }, key) {
      const form = new URLSearchParams(Buffer.from(body).toString());
      const digest = hash('sha1', key);
      const expected = mac('sha1', digest, form.get('bt_payload') ?? '').toString('hex');
      return form.get('bt_signature') === `pub1|${expected}`;
    },
  },
  adyen: {
    key: '44782def547aaa06c910c43932b1eb0c71fc68d9d0c057550c48ec2acf6ba056',
    body: JSON.stringify({
      notificationItems: [
        {
          NotificationRequestItem: {
            amount: { value: 1130, currency: 'EUR' },
            pspReference: '7914073381342284',
            merchantReference: 'Test:Ä-1407325143704',
            success: 'true',
          },
        },
      ],
    }),
    proves({ body }, key) {
      const [{ NotificationRequestItem: item }] = JSON.parse(Buffer.from(body).toString()).notificationItems;
      const message = `${item.pspReference}:::${item.merchantReference}:1130:EUR::true`;
      const expected = mac('sha256', Buffer.from(key, 'hex'), message).toString('base64');
      return item.additionalData.hmacSignature === expected;
    },
  },
  cloudinary: {
    key: 'the-api-secret-of-the-cloud',
    body: JSON_BODY,
    options: { algorithm: 'sha256' },
    proves(request, key) {
      const time = header(request, 'x-cld-timestamp');
      const expected = hash('sha256', request.body, time, key).toString('hex');
      return header(request, 'x-cld-signature') === expected && isNow(time);
    },
  },
  contentful: {
    key: 'r3GzkjJkqkAkyMTXPYpqZ7oLrj3M1CX5Rc1dDn0bMSUoWlbyNE2nHQ5XSNU4E3Mf',
    body: JSON_BODY,
    proves(request, key) {
      const names = header(request, 'x-contentful-signed-headers').split(',');
      const headers = names.map((name) => `${name}:${header(request, name)}`).join(';');
      // The query is escaped as one component, and the whole once more.
      const target = request.url.replace('?query=1', '?query%253D1');
      const expected = mac('sha256', key, `${request.method}\n${target}\n${headers}\n`, request.body);
      return (
        header(request, 'x-contentful-signature') === expected.toString('hex') &&
        isNow(String(Number(header(request, 'x-contentful-timestamp')) / 1000))
      );
    },
  },
  docusign: {
    key: 'the-connect-key-of-an-account',
    body: JSON_BODY,
    proves: (request, key) =>
      header(request, 'x-docusign-signature-1') === mac('sha256', key, request.body).toString('base64'),
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
  'aws-sigv4': {
    key: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    options: { region: 'us-east-1', service: 'execute-api' },
    body: JSON_BODY,
    proves(request, key) {
      const [, scope = '', names = '', signature = ''] =
        /^AWS4-HMAC-SHA256 Credential=[^/]+\/(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/.exec(
          header(request, 'authorization'),
        ) ?? [];
      const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');
      const time = header(request, 'x-amz-date');
      const { pathname, searchParams } = new URL(request.url, 'http://a.example');
      const lines = names.split(';').map((name) => `${name}:${header(request, name).trim()}\n`);
      const path = pathname.split('/').map(encodeURIComponent).join('/');
      const query = [...searchParams].map((pair) => pair.map(encodeURIComponent).join('=')).sort();
      const canonical = [request.method, path, query.join('&'), lines.join(''), names, sha256(request.body)];
      const keyOfScope = scope
        .split('/')
        .reduce<Buffer>((last, part) => mac('sha256', last, part), Buffer.from(`AWS4${key}`));
      const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical.join('\n'))}`;
      return (
        scope.startsWith(time.slice(0, 8)) &&
        same(Buffer.from(signature, 'hex'), mac('sha256', keyOfScope, text))
      );
    },
  },
  'aws-sns': {
    key: pemOf(RSA_PAIR.privateKey),
    options: { topics: 'arn:aws:sns:us-east-1:123456789012:orders' },
    body: JSON_BODY,
    proves(request, key) {
      const json = JSON.parse(Buffer.from(request.body).toString());
      const names = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
      const lines = names.flatMap((name) => (name in json ? [`${name}\n${json[name]}\n`] : []));
      const hash = { 1: 'sha1', 2: 'sha256' }[String(json.SignatureVersion)] ?? '';
      return isSigned(hash, lines, key, Buffer.from(json.Signature, 'base64'));
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
  'hubspot-v1': {
    key: 'the-client-secret-of-the-app',
    body: JSON_BODY,
    proves: (request, key) =>
      header(request, 'x-hubspot-signature') === hash('sha256', key, request.body).toString('hex'),
  },
  'hubspot-v2': {
    key: 'the-client-secret-of-the-app',
    body: JSON_BODY,
    proves: (request, key) =>
      header(request, 'x-hubspot-signature') ===
      hash('sha256', key, request.method, addressOf(request), request.body).toString('hex'),
  },
  'hubspot-v3': {
    key: 'the-client-secret-of-the-app',
    body: JSON_BODY,
    proves(request, key) {
      const time = header(request, 'x-hubspot-request-timestamp');
      const expected = mac('sha256', key, request.method, addressOf(request), request.body, time);
      return (
        header(request, 'x-hubspot-signature-v3') === expected.toString('base64') &&
        isNow(String(Number(time) / 1000))
      );
    },
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
  mailgun: {
    key: 'a-webhook-signing-key-of-mailgun',
    body: '{"event-data":{"event":"delivered"}}',
    proves({ body }, key) {
      const { token, timestamp, signature } = JSON.parse(Buffer.from(body).toString()).signature;
      return signature === mac('sha256', key, timestamp, token).toString('hex') && isNow(timestamp);
    },
  },
  mercadopago: {
    key: 'the-secret-of-an-integration',
    body: JSON_BODY,
    proves(request, key) {
      const [, time = '', signature] = /^ts=(\d+),v1=(.*)$/.exec(header(request, 'x-signature')) ?? [];
      return signature === mac('sha256', key, `ts:${time};`).toString('hex') && isNow(time);
    },
  },
  'dropbox-sign': {
    key: 'an-api-key-of-an-account',
    body: new URLSearchParams({ json: '{"event":{"event_type":"signature_request_sent"}}' }),
    proves({ body }, key) {
      const form = new URLSearchParams(Buffer.from(body).toString());
      const { event_time, event_type, event_hash } = JSON.parse(form.get('json') ?? '').event;
      return event_hash === mac('sha256', key, event_time, event_type).toString('hex') && isNow(event_time);
    },
  },
  'smile-id': {
    key: 'an-api-key-of-a-partner',
    options: { partnerId: '0042' },
    body: '{"ResultCode":"1012"}',
    proves({ body }, key) {
      const { timestamp, signature } = JSON.parse(Buffer.from(body).toString());
      const expected = mac('sha256', key, timestamp, '0042', 'sid_request').toString('base64');
      return signature === expected && isNow(String(Date.parse(timestamp) / 1000));
    },
  },
  'plivo-v3': {
    key: 'an-auth-token-of-an-account',
    body: new URLSearchParams({ To: '1800', From: 'Jürgen' }),
    proves(request, key) {
      const nonce = header(request, 'x-plivo-signature-v3-nonce');
      const expected = mac('sha256', key, `${addressOf(request)}.FromJürgenTo1800.${nonce}`);
      return header(request, 'x-plivo-signature-v3') === expected.toString('base64');
    },
  },
  'shopify-admin-query': {
    key: 'the-client-secret-of-the-app',
    body: '',
    proves(request, key) {
      const parameters = new URL(request.url, 'https://app.example').searchParams;
      const signature = parameters.get('hmac');
      parameters.delete('hmac');
      parameters.sort();
      const expected = mac('sha256', key, parameters.toString()).toString('hex');
      return signature === expected && isNow(parameters.get('timestamp') ?? '');
    },
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
  discord: {
    key: pemOf(ED25519.privateKey),
    body: '{"type":2,"id":"1"}',
    proves(request, key) {
      const time = header(request, 'x-signature-timestamp');
      const signature = Buffer.from(header(request, 'x-signature-ed25519'), 'hex');
      return isSigned(null, [time, request.body], key, signature) && isNow(time);
    },
  },
  telnyx: {
    key: pemOf(ED25519.privateKey),
    body: '{"data":{"id":"1"}}',
    proves(request, key) {
      const time = header(request, 'telnyx-timestamp');
      const signature = Buffer.from(header(request, 'telnyx-signature-ed25519'), 'base64');
      return isSigned(null, [time, '|', request.body], key, signature) && isNow(time);
    },
  },
  sendgrid: {
    key: pemOf(P256.privateKey),
    body: '[{"event":"delivered"}]\r\n',
    proves(request, key) {
      const time = header(request, 'x-twilio-email-event-webhook-timestamp');
      const signature = Buffer.from(header(request, 'x-twilio-email-event-webhook-signature'), 'base64');
      return isSigned('sha256', [time, request.body], key, signature) && isNow(time);
    },
  },
  wise: {
    key: pemOf(RSA_PAIR.privateKey),
    body: JSON_BODY,
    proves: (request, key) =>
      isSigned('sha256', [request.body], key, Buffer.from(header(request, 'x-signature-sha256'), 'base64')),
  },
  twitch: {
    key: 'a-secret-of-the-subscription',
    body: JSON_BODY,
    proves(request, key) {
      const time = header(request, 'twitch-eventsub-message-timestamp');
      const id = header(request, 'twitch-eventsub-message-id');
      const wanted = mac('sha256', key, id, time, request.body).toString('hex');
      return (
        header(request, 'twitch-eventsub-message-signature') === `sha256=${wanted}` &&
        isNow(String(Date.parse(time) / 1000))
      );
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

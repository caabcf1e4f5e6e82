/** Senders whose token says what its request is, and TrueLayer, whose signature is detached: each signed by jose. */
import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import { exportJWK, FlattenedSign, type JWTPayload, SignJWT } from 'jose';
import { pick, timeOf, uuidOf } from '../base/draw.ts';
import { jsonBody } from '../base/json-bodies.ts';
import { versionOf } from '../base/versions.ts';
import type { Choice, Draft, KeySpec, Sender } from '../base/wire.ts';
import { wireFrom } from './body-senders.ts';
import { ecPair, rsaPair } from './key-pairs.ts';
import { secretOf } from './profile.ts';

export interface BoundSender extends Sender {
  readonly header: string;
  readonly prefix: string;
}

interface Described {
  readonly name: string;
  readonly choice?: Choice;
  readonly keys?: readonly KeySpec[];
  readonly header: string;
  readonly prefix?: string;
  readonly covers: Sender['covers'];
  readonly key?: KeyObject;
  readonly head?: { readonly alg: string; readonly kid?: string };
  claims(draft: Draft): JWTPayload;
}

const URLS = ['https://hooks.acme.example/in/events', 'https://hooks.acme.example/in/events?tenant=acme&v=2'];

export const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes);

function boundSender({
  name,
  choice = { provider: name },
  keys,
  header,
  prefix = '',
  covers,
  ...own
}: Described): BoundSender {
  const secret = secretOf(name, 40);
  const { key = createSecretKey(Buffer.from(secret)), head = { alg: 'HS256' }, claims } = own;
  return {
    name,
    choice,
    keys: keys ?? [{ secret }],
    kinds: ['json'],
    covers,
    header,
    prefix,
    signedBy: versionOf('jose'),
    draft: draftOf(name),
    async sign(draft) {
      const token = await new SignJWT(claims(draft)).setProtectedHeader({ typ: 'JWT', ...head }).sign(key);
      return wireFrom(draft, 'webhook-sender/2.0', [[header, prefix + token]]);
    },
  };
}

function draftOf(name: string): Sender['draft'] {
  return (label) => ({
    method: 'POST',
    url: pick(`${name}/${label}/url`, URLS),
    contentType: 'application/json',
    body: jsonBody(`${name}/${label}`),
    at: timeOf(`${name}/${label}`),
    id: uuidOf(label),
  });
}

const times = ({ at }: Draft, seconds = 300) => ({
  iat: at / 1000,
  nbf: at / 1000,
  exp: at / 1000 + seconds,
});
const BODY = { body: true, url: false };

export const livekit = boundSender({
  name: 'livekit',
  header: 'Authorization',
  covers: BODY,
  claims: (draft) => ({ iss: 'APIacme', ...times(draft), sha256: sha256(draft.body).digest('base64') }),
});
export const messagebird = boundSender({
  name: 'messagebird-jwt',
  header: 'MessageBird-Signature-JWT',
  covers: { body: true, url: true },
  claims: (draft) => ({
    iss: 'MessageBird',
    jti: draft.id,
    ...times(draft, 60),
    url_hash: sha256(draft.url).digest('hex'),
    payload_hash: sha256(draft.body).digest('hex'),
  }),
});
export const qstash = boundSender({
  name: 'upstash-qstash',
  header: 'Upstash-Signature',
  covers: { body: true, url: true },
  claims: (draft) => ({
    iss: 'Upstash',
    sub: draft.url,
    jti: `jwt_${draft.id}`,
    ...times(draft),
    body: sha256(draft.body).digest('base64url'),
  }),
});
export const vonage = boundSender({
  name: 'vonage',
  header: 'Authorization',
  prefix: 'Bearer ',
  covers: BODY,
  claims: ({ at, id, body }) => ({
    iss: 'Vonage',
    iat: at / 1000,
    jti: id,
    api_key: 'a1b2c3d4',
    payload_hash: sha256(body).digest('hex'),
  }),
});

const plaidPair = ecPair('plaid');
const PLAID_KID = uuidOf('plaid');
export const plaid = boundSender({
  name: 'plaid',
  header: 'Plaid-Verification',
  covers: BODY,
  keys: [
    {
      secret: JSON.stringify({
        ...(await exportJWK(plaidPair.publicKey)),
        kid: PLAID_KID,
        alg: 'ES256',
        use: 'sig',
      }),
      encoding: 'jwk',
    },
  ],
  key: plaidPair.privateKey,
  head: { alg: 'ES256', kid: PLAID_KID },
  claims: ({ at, body }) => ({ iat: at / 1000, request_body_sha256: sha256(body).digest('hex') }),
});

export const atlassian = boundSender({
  name: 'atlassian-connect',
  header: 'Authorization',
  prefix: 'JWT ',
  covers: { body: false, url: true },
  claims: (draft) => {
    const { pathname, searchParams } = new URL(draft.url);
    const query = [...searchParams]
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      .sort()
      .join('&');
    return {
      iss: 'unique-client-key',
      ...times(draft, 180),
      qsh: sha256(`${draft.method}&${pathname}&${query}`).digest('hex'),
    };
  },
});

const googlePair = rsaPair('sender');
const ACCOUNT = 'push@acme.iam.gserviceaccount.example';
export const pubsub = boundSender({
  name: 'google-pubsub',
  choice: {
    provider: 'google-pubsub',
    options: { email: ACCOUNT, audience: 'https://hooks.acme.example/in/events' },
  },
  header: 'Authorization',
  prefix: 'Bearer ',
  covers: { body: false, url: false },
  keys: [
    {
      secret: JSON.stringify({
        keys: [{ ...(await exportJWK(googlePair.publicKey)), kid: 'g-2026', alg: 'RS256' }],
      }),
      encoding: 'jwks',
    },
  ],
  key: googlePair.privateKey,
  head: { alg: 'RS256', kid: 'g-2026' },
  claims: ({ at }) => ({
    iss: 'https://accounts.google.com',
    aud: 'https://hooks.acme.example/in/events',
    email: ACCOUNT,
    email_verified: true,
    iat: at / 1000 - 60,
    exp: at / 1000 + 3540,
  }),
});

const truelayerPair = ecPair('truelayer', 'P-521');
const KID = uuidOf('truelayer');

export const truelayer: Sender = {
  name: 'truelayer',
  choice: { provider: 'truelayer' },
  keys: [
    {
      secret: JSON.stringify({ ...(await exportJWK(truelayerPair.publicKey)), kid: KID, alg: 'ES512' }),
      encoding: 'jwk',
    },
  ],
  kinds: ['json'],
  covers: { body: true, url: true },
  signedBy: versionOf('jose'),
  draft: draftOf('truelayer'),
  async sign(draft) {
    const { pathname } = new URL(draft.url);
    const stamp = new Date(draft.at).toISOString();
    const payload = Buffer.concat([
      Buffer.from(`${draft.method} ${pathname}\nX-Tl-Webhook-Timestamp: ${stamp}\n`),
      draft.body,
    ]);
    const jws = await new FlattenedSign(payload)
      .setProtectedHeader({ alg: 'ES512', kid: KID, tl_version: '2', tl_headers: 'X-Tl-Webhook-Timestamp' })
      .sign(truelayerPair.privateKey);
    return wireFrom(draft, 'webhook-sender/2.0', [
      ['X-Tl-Webhook-Timestamp', stamp],
      ['Tl-Signature', `${jws.protected}..${jws.signature}`],
    ]);
  },
};

export const BOUND_SENDERS: readonly BoundSender[] = [
  atlassian,
  pubsub,
  livekit,
  messagebird,
  plaid,
  qstash,
  vonage,
];

/** The schemes that are compared: our gate, how the sender's documents sign, and the libraries that receive. */
import { createHash, createHmac } from 'node:crypto';
import { createGate, type Gate, HeaderList, type SignedRequest } from '@countersign/core';
import { verify as verifyGithub } from '@octokit/webhooks-methods';
import bolt from '@slack/bolt/dist/receivers/verify-request.js';
import { jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Stripe } from 'stripe';
import { Webhook as SvixWebhook } from 'svix';
import twilio from 'twilio';
import { type Content, pick, type Random } from './content.ts';

/** A request as a framework hands it over: one text a lower-case name, and the body as bytes. */
export interface Received {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A library's exception is a refusal. */
export type Accepts = (received: Received) => boolean | Promise<boolean>;

export interface Scheme {
  readonly name: string;
  readonly key: string;
  readonly gate: Gate;
  /** In lower case, the signature's first. */
  readonly headers: readonly string[];
  readonly sign: (content: Content, random: Random) => SignedRequest;
  readonly peers: Readonly<Record<string, Accepts>>;
}

const SECRET = 'a secret of at least sixty-four characters, so that it is good for HS512 too';
const STRIPE_SECRET = 'whsec_a_secret_of_the_endpoint_for_tests';
const WEBHOOK_KEY = createHash('sha256').update('the key of a webhook').digest();
const WEBHOOK_SECRET = `whsec_${WEBHOOK_KEY.toString('base64')}`;

const stripe = new Stripe('sk_test_unused');
const standard = new StandardWebhook(WEBHOOK_SECRET);
const svix = new SvixWebhook(WEBHOOK_SECRET);

/** Of byte strings and bytes. */
function mac(key: string | Uint8Array, parts: readonly (string | Uint8Array)[], digest = 'sha256') {
  const hmac = createHmac(digest, key);
  for (const part of parts) hmac.update(typeof part === 'string' ? Buffer.from(part, 'latin1') : part);
  return hmac.digest();
}

export const SCHEMES: readonly Scheme[] = [
  {
    name: 'stripe',
    key: STRIPE_SECRET,
    gate: createGate({ provider: 'stripe', keys: [STRIPE_SECRET] }),
    headers: ['stripe-signature'],
    sign: ({ body, time }) =>
      post(body, {
        'stripe-signature': `t=${time},v1=${mac(STRIPE_SECRET, [time, '.', body]).toString('hex')}`,
      }),
    peers: {
      stripe: ({ headers, body }) =>
        stripe.webhooks.signature?.verifyHeader(
          body,
          headers['stripe-signature'] ?? '',
          STRIPE_SECRET,
          300,
        ) === true,
    },
  },
  {
    name: 'github',
    key: SECRET,
    gate: createGate({ provider: 'github', keys: [SECRET] }),
    headers: ['x-hub-signature-256'],
    sign: ({ body }) =>
      post(body, { 'x-hub-signature-256': `sha256=${mac(SECRET, [body]).toString('hex')}` }),
    peers: {
      octokit: ({ headers, body }) =>
        verifyGithub(SECRET, body.toString(), headers['x-hub-signature-256'] ?? ''),
    },
  },
  {
    name: 'slack',
    key: SECRET,
    gate: createGate({ provider: 'slack', keys: [SECRET] }),
    headers: ['x-slack-signature', 'x-slack-request-timestamp'],
    sign: ({ body, time }) =>
      post(body, {
        'x-slack-signature': `v0=${mac(SECRET, ['v0:', time, ':', body]).toString('hex')}`,
        'x-slack-request-timestamp': time,
      }),
    peers: {
      bolt({ headers, body }) {
        bolt.verifySlackRequest({
          signingSecret: SECRET,
          body: body.toString(),
          headers: {
            'x-slack-signature': headers['x-slack-signature'] ?? '',
            'x-slack-request-timestamp': Number(headers['x-slack-request-timestamp']),
          },
        });
        return true;
      },
    },
  },
  {
    name: 'standard-webhooks',
    key: WEBHOOK_SECRET,
    gate: createGate({ provider: 'standard-webhooks', keys: [WEBHOOK_SECRET] }),
    headers: ['webhook-signature', 'webhook-id', 'webhook-timestamp'],
    sign: ({ body, time, id }) =>
      post(body, {
        'webhook-signature': `v1,${mac(WEBHOOK_KEY, [id, '.', time, '.', body]).toString('base64')}`,
        'webhook-id': id,
        'webhook-timestamp': time,
      }),
    peers: {
      standardwebhooks({ headers, body }) {
        standard.verify(body, { ...headers });
        return true;
      },
      svix({ headers, body }) {
        svix.verify(body, { ...headers });
        return true;
      },
    },
  },
  {
    name: 'twilio',
    key: SECRET,
    gate: createGate({ provider: { id: 'twilio', origin: 'https://shop.example' }, keys: [SECRET] }),
    headers: ['x-twilio-signature'],
    sign: signTwilio,
    peers: {
      twilio({ url, headers, body }) {
        const signature = headers['x-twilio-signature'] ?? '';
        return headers['content-type'] === FORM
          ? twilio.validateRequest(SECRET, signature, url, formOf(body))
          : twilio.validateRequestWithBody(SECRET, signature, url, body.toString());
      },
    },
  },
  {
    name: 'jwt-bearer',
    key: SECRET,
    gate: createGate({ provider: 'jwt-bearer', keys: [SECRET] }),
    headers: ['authorization'],
    sign: signToken,
    peers: {
      async jose({ headers }) {
        await jwtVerify(tokenOf(headers), new TextEncoder().encode(SECRET), { algorithms: ['HS256'] });
        return true;
      },
      jsonwebtoken: ({ headers }) =>
        jsonwebtoken.verify(tokenOf(headers), SECRET, { algorithms: ['HS256'] }) !== undefined,
    },
  },
];

const FORM = 'application/x-www-form-urlencoded';

function post(
  body: Uint8Array,
  headers: Readonly<Record<string, string>>,
  url = 'https://shop.example/hook?from=peer',
) {
  const all = { host: 'shop.example', 'content-type': 'application/json', ...headers };
  return { method: 'POST', url, headers: new HeaderList(Object.entries(all).flat()), body };
}

/** Bodies of forms, as Twilio and others write them. */
const FORMS: readonly string[] = [
  'MessageSid=SM1&From=%2B15550100&Body=caf%C3%A9+1',
  'a=1&b=2&a=0',
  'a=1&a=1',
  'b=&a=',
  'a=1&B=2&%C3%A9=3',
  'a=%zz',
  'a=%ff',
  '&a=1&',
  'a',
  '=1',
  'a=b=c',
  'a[b]=1&a[c]=2',
  '__proto__=1',
];

function signTwilio({ body, url }: Content, random: Random): SignedRequest {
  if (random() % 3 === 0) {
    const full = `${url}&bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
    return post(body, { 'x-twilio-signature': mac(SECRET, [full], 'sha1').toString('base64') }, full);
  }
  const form = pick(FORMS, random);
  const pairs = [...new URLSearchParams(form)].map((pair) => pair.join(''));
  const fields = [...new Set(pairs)].sort().join('');
  const signature = mac(SECRET, [url, Buffer.from(fields)], 'sha1').toString('base64');
  return post(Buffer.from(form), { 'content-type': FORM, 'x-twilio-signature': signature }, url);
}

/** As Express’s urlencoded parser gives them. */
function formOf(body: Buffer): Record<string, string | string[]> {
  const form: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(body.toString())) {
    const before = Object.hasOwn(form, name) ? form[name] : undefined;
    form[name] = before === undefined ? value : [before, value].flat();
  }
  return form;
}

/** Claims beside an end in time, as JSON. */
const CLAIMS: readonly string[] = [
  '',
  ',"sub":"user"',
  ',"nbf":1',
  ',"nbf":9999999999',
  ',"iat":9999999999',
  ',"nbf":"1"',
  ',"iat":"1"',
  ',"aud":["a"]',
  ',"sub":"a","sub":"b"',
  ',"__proto__":{}',
  ',"n":1e999',
];

const HEADERS: readonly string[] = [
  '{"alg":"HS256"}',
  '{"alg":"HS256","typ":"JWT"}',
  '{"alg":"HS256","kid":"k"}',
  '{"alg":"HS256","kid":1}',
  '{"alg":"none"}',
  '{"alg":"hs256"}',
  '{"alg":"HS512"}',
  '{"alg":"HS256","crit":["b64"],"b64":true}',
  '{"alg":"HS256","crit":["exp"],"exp":1}',
  '{"alg":"HS256","alg":"none"}',
  ' {"alg":"HS256"} ',
  '{}',
];

function signToken({ time, body }: Content, random: Random): SignedRequest {
  const end = /^\d+$/.test(time) ? Number(time) + 300 : JSON.stringify(time);
  const payload = [`{"exp":${end}${pick(CLAIMS, random)}}`, '{"sub":"user"}', '{"exp":null}', body];
  const encoded = [pick(HEADERS, random), random() % 4 > 0 ? payload[0] : pick(payload, random)].map(
    (part = '') => Buffer.from(part as string).toString('base64url'),
  );
  const signed = encoded.join('.');
  const token = `${signed}.${mac(SECRET, [signed]).toString('base64url')}`;
  return post(new Uint8Array(0), { authorization: `Bearer ${token}` });
}

/** As most code cuts it out. */
function tokenOf(headers: Readonly<Record<string, string>>): string {
  const [, token = ''] = /^Bearer (.*)$/i.exec(headers['authorization'] ?? '') ?? [];
  return token;
}

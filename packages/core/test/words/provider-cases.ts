/** Refusals at ready-made providers that fix what a scheme of one's own leaves open: their remedies name what a gate of theirs can set. */
import { createHmac } from 'node:crypto';
import { mint, RSA, SECONDS, type Token } from '../tokens/mint.ts';
import { FORM, type RefusalCase, SECRET } from './refusal-case.ts';

const OTHER_NAME = (option: string): string =>
  `If that is this sender’s name for it, set the gate’s ${option} to it. Else the sender signs otherwise than this gate expects.`;

const APP_CHECK = {
  provider: { id: 'firebase-app-check', projectNumber: '123' },
  keys: [RSA.pem],
};
const ISSUER = 'https://firebaseappcheck.googleapis.com/123';
const appCheck = ({ header, claims }: Token = {}, alg = 'RS256'): RefusalCase['request'] => ({
  headers: {
    'x-firebase-appcheck': mint(alg, alg === 'RS256' ? RSA.privateKey : SECRET, {
      header: { typ: 'JWT', ...header },
      claims: { iss: ISSUER, aud: ['projects/123'], ...claims },
    }),
  },
});
const FOREIGN = 'It is not a token of Firebase App Check: look at what the app sends.';
const OTHER_PROJECT = 'The app belongs to another Firebase project, or the gate’s projectNumber is wrong.';

const approov = (options: object = {}): RefusalCase['gate'] => {
  const secret = Buffer.from(SECRET).toString('base64');
  return {
    provider: { id: 'approov', messageSigning: 'required', signer: 'account', ...options },
    keys: [
      { id: 'token', secret },
      { id: 'account-message', secret },
    ],
  };
};
/** A false signature, over what is named, under a label. */
const message = (components: string, label = 'account', more: object = {}): RefusalCase['request'] => ({
  headers: {
    host: 'api.example',
    'approov-token': mint('HS256', SECRET),
    'signature-input': `${label}=(${components});created=${SECONDS}`,
    signature: `${label}=:${createHmac('sha256', 'nobody').update('').digest('base64')}:`,
    ...more,
  },
});
const ALL = '"@method" "@target-uri" "approov-token" "content-digest"';

const stripeList = (list: string): RefusalCase['request'] => ({ headers: { 'stripe-signature': list } });

export const providerCases: readonly RefusalCase[] = [
  ...(['github', 'slack', 'stripe', 'standard-webhooks'] as const).map((provider) => ({
    when: `another’s header at ${provider}`,
    gate: {
      provider,
      keys: [provider === 'standard-webhooks' ? `whsec_${Buffer.from(SECRET).toString('base64')}` : SECRET],
    },
    request: { headers: { 'x-acme-signature': 'ab' } },
    says: `the request has no signature in its header ${
      {
        github: 'x-hub-signature-256',
        slack: 'x-slack-signature',
        stripe: 'stripe-signature',
        'standard-webhooks': 'webhook-signature',
      }[provider]
    }; it has x-acme-signature`,
    remedy: OTHER_NAME('headers.signature'),
  })),
  {
    when: 'another’s header at hmac',
    gate: { provider: 'hmac' },
    request: { headers: { 'x-acme-signature': 'ab' } },
    says: 'the request has no signature in its header x-signature; it has x-acme-signature',
    remedy: OTHER_NAME('signature'),
  },
  {
    when: 'a header without a label of Stripe’s',
    gate: { provider: 'stripe' },
    request: stripeList(`t=${SECONDS},v0=ab`),
    says: 'the signature header has no item labelled v1',
    remedy:
      'Hand the header on as it came: a signature stands behind v1=. Where it never does, the sender signs for another provider.',
  },
  {
    when: 'a form without a signature',
    gate: { provider: 'flow-production-tracking' },
    request: { headers: { 'content-type': FORM }, body: 'user_id=1' },
    says: 'the request has no signature in its form field signature',
    remedy: 'The sender does not sign, signs for another provider, or a proxy dropped the signature.',
  },
  {
    when: 'an App Check token of another algorithm',
    gate: APP_CHECK,
    request: appCheck({}, 'HS256'),
    says: 'the token’s alg is "HS256", not RS256',
    remedy: FOREIGN,
  },
  {
    when: 'an App Check token of another type',
    gate: APP_CHECK,
    request: appCheck({ header: { typ: 'at+jwt' } }),
    says: 'the token’s typ is "at+jwt", not JWT',
    remedy: FOREIGN,
  },
  {
    when: 'an App Check token of another project’s issuer',
    gate: APP_CHECK,
    request: appCheck({ claims: { iss: 'https://firebaseappcheck.googleapis.com/9' } }),
    says: 'the token’s issuer, "https://firebaseappcheck.googleapis.com/9", is none that the gate takes',
    remedy: OTHER_PROJECT,
  },
  {
    when: 'an App Check token for another project',
    gate: APP_CHECK,
    request: appCheck({ claims: { aud: ['projects/9'] } }),
    says: 'the token is for another audience: ["projects/9"]',
    remedy: OTHER_PROJECT,
  },
  {
    when: 'an Approov message under another label',
    gate: approov(),
    request: message(ALL, 'install'),
    says: 'the request has no signature labelled account',
    remedy: 'The signatures that it has are others’: set the gate’s signer to who signs, install or account.',
  },
  {
    when: 'an Approov message that leaves out the token',
    gate: approov(),
    request: message('"@method" "@target-uri" "content-digest"'),
    says: 'the signature does not cover "approov-token", which the gate requires',
    remedy: 'Have the app’s message signing cover it.',
  },
  {
    when: 'an Approov message without a nonce',
    gate: approov({ nonce: 'required' }),
    request: message(ALL),
    says: 'the signature has no parameter nonce, which the gate requires',
    remedy: 'Have the app sign with a nonce, or leave out the gate’s nonce.',
  },
  {
    when: 'an Approov message with a field of no known structure',
    gate: approov(),
    request: message(`${ALL} "x-a";sf`, 'account', { 'x-a': '1', 'content-digest': 'sha-256=:AA==:' }),
    says: 'the signature covers "x-a";sf, which is of no known structure',
    remedy: 'Have the app cover the field as it is, without sf.',
  },
];

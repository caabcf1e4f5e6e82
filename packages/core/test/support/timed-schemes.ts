/** Every provider and kind of scheme that has an identity and a time, with requests signed at any time. */
import { generateKeyPairSync } from 'node:crypto';
import {
  createGate,
  type Draft,
  type Gate,
  type GateOptions,
  type SignedRequest,
  writtenProvider,
} from '../../src/index.ts';
import { RSA_PAIR } from './rsa-pairs.ts';

export interface TimedScheme {
  readonly name: string;
  readonly options: Pick<GateOptions, 'provider' | 'scheme' | 'keys'>;
  /** A genuine request. @param timeMs when it is dated, or what its times are counted from; may have a fraction */
  sign(timeMs: number): Promise<SignedRequest>;
}

const SECRET = 'a secret of thirty-two characters';
const P256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const privatePem = P256.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const publicDer = P256.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

const draft: Draft = {
  method: 'POST',
  url: 'https://api.example/orders?page=1',
  headers: { Host: 'api.example', 'Content-Type': 'application/json' },
  body: '{"total":12}',
};

const FORM = 'application/x-www-form-urlencoded';

function scheme(
  name: string,
  options: TimedScheme['options'],
  change = (timeMs: number): Partial<Draft> => ({ timestampMs: timeMs }),
): TimedScheme {
  let gate: Gate | undefined;
  return {
    name,
    options,
    sign: async (timeMs) => {
      gate ??= createGate(options);
      return gate.sign({ ...draft, ...change(timeMs) });
    },
  };
}

const provider = (id: string, options: object = {}, change?: Parameters<typeof scheme>[2], key = SECRET) =>
  scheme(
    [id, ...Object.keys(options)].join(' '),
    { provider: writtenProvider(id, { ...options }), keys: [key] },
    change,
  );

const declared = (name: string, options: object, change?: Parameters<typeof scheme>[2]) =>
  scheme(
    name,
    {
      scheme: {
        algorithm: 'hmac-sha256',
        signature: 'x-signature',
        message: '{timestamp}.{body}',
        ...options,
      },
      keys: [SECRET],
    },
    change,
  );

const named = (word: string, one: TimedScheme): TimedScheme => ({ ...one, name: `${one.name} ${word}` });

/** A token whose `exp` is a minute after the time, to the fraction. */
const token = (timeMs: number): Partial<Draft> => ({
  timestampMs: timeMs,
  claims: { exp: timeMs / 1000 + 60, jti: `j-${timeMs}` },
});

/** One of an age and no end, to the fraction. */
const aged = (timeMs: number): Partial<Draft> => ({
  timestampMs: timeMs,
  claims: { exp: undefined, iat: timeMs / 1000 },
});

const whsec = `whsec_${Buffer.from(SECRET).toString('base64')}`;

export const timedSchemes: readonly TimedScheme[] = [
  provider('flowent', {}, (timestampMs) => ({ timestampMs, body: '{"action_name":"a","parameters":{}}' })),
  provider('flow-production-tracking', {}, (timestampMs) => ({
    timestampMs,
    headers: { 'content-type': FORM },
    body: 'user_id=1',
  })),
  provider('stripe'),
  named(
    'by id',
    provider('stripe', {}, (timestampMs) => ({ timestampMs, body: '{"id":"evt_1"}' })),
  ),
  provider('slack'),
  named(
    'by id',
    provider('slack', {}, (timestampMs) => ({ timestampMs, body: '{"event_id":"Ev1"}' })),
  ),
  provider('standard-webhooks', {}, undefined, whsec),
  provider('hmac'),
  provider('hmac', { toleranceMs: { past: 1500.5, future: 0.25 } }),
  provider('hmac', { timestamp: { header: 'x-timestamp', unit: 'ms' } }),
  provider('hmac', { timestamp: { header: 'x-timestamp', unit: 'rfc3339' } }),
  declared('declared, in the query', {
    timestamp: { query: 'ts' },
    signature: { query: 'sig' },
    message: '{url}.{body}',
  }),
  declared('declared, a member', { timestamp: { member: 'at', unit: 's' }, message: '{body}' }),
  declared(
    'declared, a field',
    { timestamp: { field: 'at', unit: 's' }, message: '{body}' },
    (timestampMs) => ({ timestampMs, headers: { 'content-type': FORM }, body: 'a=1' }),
  ),
  declared('declared, a covered header', {
    timestamp: 'x-time',
    message: '{header:x-time}.{body}',
  }),
  declared('declared, an item', {
    timestamp: { item: 't' },
    signature: { header: 'x-signature', list: { labels: ['v1'] } },
  }),
  provider('jwt-bearer', { consume: 1 }, token),
  provider('jwt-bearer', { consume: 1, leewayMs: 1500.5 }, token),
  provider('jwt-bearer', { consume: 3 }, token),
  provider('approov', { consume: 1 }, token, Buffer.from(SECRET).toString('base64')),
  provider('upstash-qstash', {}, token),
  provider('livekit', {}, token),
  provider('messagebird-jwt', { leewayMs: 1500.5 }, token),
  provider('vonage', {}, aged),
  provider('vonage', { maxAgeMs: 1500.5 }, token),
  provider('plaid', {}, aged, privatePem),
  scheme(
    'jwt, ES256',
    {
      scheme: { type: 'jwt', algorithm: 'ES256', consume: 1 },
      keys: [privatePem],
    },
    token,
  ),
  provider('http-message-signatures'),
  provider('http-message-signatures', { required: ['created', 'expires'], maxAgeMs: 61_500 }),
  provider('http-message-signatures', { required: ['nonce'] }),
  provider('http-message-signatures', { maxAgeMs: 1500.5 }),
  provider('aws-sigv4', { region: 'us-east-1', service: 'execute-api' }),
  provider(
    'aws-sns',
    { topics: 'arn:aws:sns:us-east-1:123456789012:orders' },
    (timestampMs) => ({ timestampMs, body: '{"MessageId":"m-1"}' }),
    RSA_PAIR.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  ),
  provider('dpop', {}, (timestampMs) => ({ timestampMs, claims: { exp: 253_402_300_799 } })),
  provider('dpop', { toleranceMs: 2500.5 }, token),
  approovMessages(),
];

/** Signed as Approov’s SDK does: a token that names the installation’s key, and a signature by that. */
function approovMessages(): TimedScheme {
  const key = Buffer.from(SECRET).toString('base64');
  const tokens = createGate({ provider: 'approov', keys: [key] });
  const messages = createGate({
    provider: {
      id: 'http-message-signatures',
      algorithm: 'ecdsa-p256-sha256',
      label: 'install',
      components: ['@method', '@target-uri', 'approov-token', 'content-digest'],
    },
    keys: [privatePem],
  });
  return {
    name: 'approov, messages',
    options: { provider: { id: 'approov', messageSigning: 'required' }, keys: [key] },
    async sign(timestampMs) {
      const claims = { exp: 253_402_300_799, ipk: publicDer };
      const withToken = await tokens.sign({ ...draft, claims });
      return messages.sign({ ...withToken, timestampMs });
    },
  };
}

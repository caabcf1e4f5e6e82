/** What people may write: for every provider and every type of scheme, each option at least once. All of it compiles. */
import type { ProviderChoice, ProviderId, SchemeDeclaration, SchemeOptions } from '../../src/index.ts';

const origin = 'https://api.example';
const jwks = 'https://issuer.example/jwks.json';
const keySet = {
  url: jwks,
  maxAgeMs: 1000,
  cooldownMs: 1000,
  timeoutMs: 500,
  maxBytes: 4096,
  maxOutageMs: 0,
};

export const RIGHT_PROVIDERS: { readonly [Id in ProviderId]: readonly ProviderChoice[] } = {
  approov: [
    'approov',
    { id: 'approov' },
    { id: 'approov', binding: ['authorization', 'x-device'], bindingMode: 'optional', header: 'x-token' },
    { id: 'approov', algorithm: 'RS256', jwks, issuer: ['a', 'b'], audience: 'c', typ: 'JWT' },
    { id: 'approov', required: ['exp', 'sub'], leewayMs: 0, ip: true, consume: 2 },
    { id: 'approov', messageSigning: 'required', signer: 'account', origin, nonce: 'required' },
    { id: 'approov', messageSigning: 'optional', maxAgeMs: 1000, futureMs: 0, lifetime: 'bounded' },
  ],
  dpop: [
    'dpop',
    { id: 'dpop', algorithm: ['RS256', 'ES256'], jwks: keySet, issuer: 'a', audience: ['b'], typ: 'at+jwt' },
    {
      id: 'dpop',
      required: 'sub',
      lifetime: 'unbounded',
      leewayMs: 1,
      ip: false,
      proofAlgorithm: 'ES256',
      toleranceMs: 1000,
      origin,
    },
  ],
  'firebase-app-check': [
    { id: 'firebase-app-check', projectNumber: '123456789012' },
    { id: 'firebase-app-check', projectNumber: 1234567890, header: 'x-app', jwks: keySet, required: 'sub' },
    { id: 'firebase-app-check', projectNumber: '1', leewayMs: 10, consume: 1 },
  ],
  'flow-production-tracking': [
    'flow-production-tracking',
    { id: 'flow-production-tracking', toleranceMs: 60_000 },
  ],
  'flow-production-tracking-webhook': [
    'flow-production-tracking-webhook',
    { id: 'flow-production-tracking-webhook', headers: { signature: 'x-sig', id: 'x-id' } },
  ],
  flowent: ['flowent', { id: 'flowent', toleranceMs: { future: 0 } }],
  github: ['github', { id: 'github' }, { id: 'github', headers: { type: 'x-gitea-event' } }],
  hmac: [
    'hmac',
    {
      id: 'hmac',
      algorithm: 'sha512',
      signature: { encoding: 'base64' },
      toleranceMs: { past: 1, future: 2 },
    },
    {
      id: 'hmac',
      signature: { header: 'x-hub', prefix: 'sha256=' },
      timestamp: { header: 'x-time', unit: 'ms' },
    },
    { id: 'hmac', signature: 'x-sig', timestamp: 'x-time', nonce: { query: 'nonce' }, keyId: 'x-key' },
    { id: 'hmac', signature: { query: 'sig' }, timestamp: 'none', message: '{url}', origin },
    {
      id: 'hmac',
      signature: { member: 'sig' },
      timestamp: { member: 'at', text: true },
      type: { member: 'type' },
    },
    { id: 'hmac', message: ['{id}.{timestamp}.{body}'], requestId: 'x-id', toleranceMs: 1000 },
  ],
  'http-message-signatures': [
    'http-message-signatures',
    {
      id: 'http-message-signatures',
      algorithm: 'hmac-sha256',
      components: ['@method'],
      required: ['created'],
    },
    { id: 'http-message-signatures', components: 'none', required: 'none', label: 'sig1', tag: 'app' },
    {
      id: 'http-message-signatures',
      components: 'none',
      maxAgeMs: 1,
      futureMs: 2,
      digest: 'sha-512',
      origin,
    },
    {
      id: 'http-message-signatures',
      lifetime: 'unbounded',
      structuredFields: { 'X-Dict': 'dictionary', 'x-list': 'list' },
    },
  ],
  incode: ['incode', { id: 'incode', form: 'plain', header: 'x-token' }],
  'jwt-bearer': [
    'jwt-bearer',
    { id: 'jwt-bearer', header: 'x-token', algorithm: 'HS512', binding: 'authorization', bindingMode: 'off' },
    { id: 'jwt-bearer', algorithm: ['EdDSA'], jwks, issuer: 'a', audience: 'b', typ: 'JWT' },
    { id: 'jwt-bearer', required: ['exp'], lifetime: 'bounded', leewayMs: 1000.5, ip: true, consume: 1000 },
  ],
  slack: ['slack', { id: 'slack', toleranceMs: { past: 1 }, headers: { timestamp: 'x-time' } }],
  'standard-webhooks': [
    'standard-webhooks',
    { id: 'standard-webhooks', headers: 'svix', toleranceMs: 1 },
    { id: 'standard-webhooks', headers: { id: 'svix-id', signature: 'svix-signature' } },
  ],
  stripe: ['stripe', { id: 'stripe', toleranceMs: 1000, headers: { signature: 'x-stripe' } }],
  twilio: ['twilio', { id: 'twilio', headers: { signature: 'x-other' }, origin }],
};

export const RIGHT_SCHEMES: { readonly [Type in keyof SchemeOptions]: readonly SchemeDeclaration[] } = {
  template: [
    { algorithm: 'hmac-sha256', signature: 'x-signature', message: '{body}' },
    {
      type: 'template',
      algorithm: 'sha1',
      signature: {
        header: 'x-sig',
        encoding: 'hex',
        list: { separator: ',', assign: '=', labels: ['v1', 'v0'] },
      },
      message: ['{timestamp}.{nonce}.{body}', '{timestamp}.{body}'],
      timestamp: { item: 't', unit: 's' },
      toleranceMs: { past: 1000 },
      nonce: 'x-nonce',
    },
    {
      algorithm: 'ed25519',
      signature: { header: 'x-sig', prefix: 'v1=', encoding: 'base64url' },
      message: '{id} {timestamp} {url}',
      timestamp: { header: 'x-time', unit: 'rfc3339' },
      toleranceMs: 1000,
      id: { query: 'id' },
      keyId: { header: 'x-key' },
      bodyDigest: { query: 'digest' },
      origin,
    },
    { algorithm: 'sha256', signature: { field: 'sig' }, message: 'sorted-form-lines', timestamp: 'none' },
  ],
  jwt: [
    { type: 'jwt', algorithm: 'HS256' },
    {
      type: 'jwt',
      algorithm: ['RS256', 'ES256'],
      jwks,
      issuer: 'a',
      audience: ['b'],
      typ: 'JWT',
      required: ['exp', 'sub'],
      leewayMs: 5,
      ip: true,
    },
    {
      type: 'jwt',
      algorithm: 'HS384',
      header: 'x-token',
      prefix: 'Token ',
      keyEncoding: 'base64',
      consume: 1,
    },
    { type: 'jwt', algorithm: 'HS256', required: 'sub', lifetime: 'unbounded' },
    { type: 'jwt', algorithm: 'HS512', header: 'x-token', binding: 'authorization', bindingMode: 'required' },
  ],
  'shared-token': [{ type: 'shared-token' }, { type: 'shared-token', form: 'basic', header: 'x-token' }],
  'http-message-signatures': [
    { type: 'http-message-signatures' },
    {
      type: 'http-message-signatures',
      algorithm: 'ed25519',
      components: ['@method', '@target-uri'],
      required: 'created',
      digest: 'sha-256',
      structuredFields: { 'x-a': 'item' },
      lifetime: 'bounded',
      label: 'a',
      tag: 'b',
      maxAgeMs: 1,
      futureMs: 1,
      origin,
    },
  ],
};

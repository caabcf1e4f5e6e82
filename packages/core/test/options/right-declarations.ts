/** What people may write: for every provider and every type of scheme, each option at least once. All of it compiles. */
import {
  optionRowsOf,
  type ProviderChoice,
  type ProviderId,
  providers,
  type SchemeDeclaration,
  type SchemeOptions,
} from '../../src/index.ts';

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

const BY_HAND: { readonly [Id in ProviderId]?: readonly ProviderChoice[] } = {
  approov: [
    'approov',
    { id: 'approov' },
    { id: 'approov', binding: ['authorization', 'x-device'], bindingMode: 'optional', header: 'x-token' },
    { id: 'approov', algorithm: 'RS256', jwks, issuer: ['a', 'b'], audience: 'c', typ: 'JWT' },
    { id: 'approov', required: ['exp', 'sub'], leewayMs: 0, ip: true, consume: 2 },
    { id: 'approov', messageSigning: 'required', signer: 'account', origin, nonce: 'required' },
    { id: 'approov', messageSigning: 'optional', maxAgeMs: 1000, futureMs: 0, lifetime: 'bounded' },
  ],
  'atlassian-connect': [
    'atlassian-connect',
    { id: 'atlassian-connect', basePath: '/hook', issuer: 'a', audience: 'b', leewayMs: 1 },
    { id: 'atlassian-connect', algorithm: 'RS256', jwks, header: 'x-token' },
  ],
  'aws-sigv4': [
    { id: 'aws-sigv4', region: 'us-east-1', service: 'execute-api' },
    {
      id: 'aws-sigv4',
      region: 'eu-central-1',
      service: 's3',
      signedHeaders: ['content-type', 'x-device'],
      origin,
    },
    {
      id: 'aws-sigv4',
      region: 'a',
      service: 'b',
      signedHeaders: 'x-device',
      toleranceMs: { past: 900_000 },
      unsignedPayload: true,
      presigned: true,
      maxLifetimeMs: 3_600_000,
    },
  ],
  'aws-sns': [
    { id: 'aws-sns', topics: 'arn:aws:sns:us-east-1:123456789012:orders' },
    {
      id: 'aws-sns',
      topics: ['arn:aws:sns:us-east-1:123456789012:orders', 'arn:aws-cn:sns:cn-north-1:123456789012:a.fifo'],
      signatureVersion: '2',
      toleranceMs: { past: 1000 },
    },
    {
      id: 'aws-sns',
      topics: 'arn:aws:sns:us-east-1:123456789012:orders',
      signatureVersion: ['1', '2'],
      toleranceMs: 60_000,
      confirm: false,
    },
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
  adyen: ['adyen'],
  cloudinary: [
    'cloudinary',
    {
      id: 'cloudinary',
      algorithm: 'sha1',
      headers: { timestamp: 'x-time' },
      toleranceMs: { past: 600_000 },
    },
    { id: 'cloudinary', algorithm: 'sha256', headers: { signature: 'x-sig' }, toleranceMs: 1000 },
  ],
  contentful: ['contentful', { id: 'contentful', headers: { type: 'x-type' }, toleranceMs: { past: 9000 } }],
  docusign: ['docusign', { id: 'docusign', headers: { signature: 'x-sig' } }],
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
      replay: 'none',
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
    { id: 'http-message-signatures', profile: 'ucp', agents: 'any', tag: ['none'], required: 'created' },
    {
      id: 'http-message-signatures',
      agents: { of: ['agent.example', 'https://files.example/keys.json'], maxAgeMs: 1000, maxBytes: 4096 },
      agentHeader: 'signature-agent',
      thumbprint: true,
      whenPresent: ['@query', 'x-id'],
      maxLifetimeMs: 60_000,
    },
    { id: 'http-message-signatures', jwks, keyMembers: { adcp_use: ['a', 'b'], tenant: 'c' } },
    {
      id: 'http-message-signatures',
      brand: { url: 'https://a.example/.well-known/brand.json', agent: 'https://b.example/mcp' },
    },
    { id: 'http-message-signatures', jwks: keySet, algorithm: 'of-key', idHeader: 'idempotency-key' },
    { id: 'http-message-signatures', byteEncoding: 'base64url' },
  ],
  'hubspot-v1': ['hubspot-v1', { id: 'hubspot-v1', headers: { signature: 'x-sig' } }],
  'hubspot-v2': ['hubspot-v2', { id: 'hubspot-v2', headers: { signature: 'x-sig' }, origin }],
  'hubspot-v3': [
    'hubspot-v3',
    { id: 'hubspot-v3', headers: { timestamp: 'x-time' }, origin, toleranceMs: 60_000 },
  ],
  incode: ['incode', { id: 'incode', form: 'plain', header: 'x-token' }],
  'google-pubsub': [
    { id: 'google-pubsub', email: 'push@a.example', audience: 'b' },
    {
      id: 'google-pubsub',
      email: 'push@a.example',
      audience: 'b',
      jwks: keySet,
      leewayMs: 1,
      header: 'x-token',
    },
  ],
  livekit: ['livekit', { id: 'livekit', issuer: ['a', 'b'], leewayMs: 1, header: 'x-token' }],
  'messagebird-jwt': [
    'messagebird-jwt',
    { id: 'messagebird-jwt', algorithm: 'HS512', leewayMs: 1 },
    { id: 'messagebird-jwt', origin, header: 'x-token' },
  ],
  plaid: [
    'plaid',
    { id: 'plaid', clientId: 'a', secret: 'b', environment: 'sandbox' },
    { id: 'plaid', maxAgeMs: 1000, leewayMs: 1, header: 'x-token' },
  ],
  'jwt-bearer': [
    'jwt-bearer',
    { id: 'jwt-bearer', header: 'x-token', algorithm: 'HS512', binding: 'authorization', bindingMode: 'off' },
    { id: 'jwt-bearer', algorithm: ['EdDSA'], jwks, issuer: 'a', audience: 'b', typ: 'JWT' },
    { id: 'jwt-bearer', requiredValues: { sub: 'ada', act: ['x', true, 7] }, maxAgeMs: 60_000 },
    { id: 'jwt-bearer', required: ['exp'], lifetime: 'bounded', leewayMs: 1000.5, ip: true, consume: 1000 },
  ],
  meta: ['meta', { id: 'meta', verifyToken: 'a', headers: { signature: 'x-sig' } }],
  braintree: [{ id: 'braintree', publicKey: 'a1b2c3' }],
  'smile-id': [{ id: 'smile-id', partnerId: '0001', toleranceMs: 60_000 }],
  mailgun: ['mailgun', { id: 'mailgun', toleranceMs: { past: 1000 } }],
  mercadopago: [
    'mercadopago',
    { id: 'mercadopago', headers: { signature: 'x-sig', id: 'x-id' }, toleranceMs: 60_000 },
  ],
  'plivo-v3': ['plivo-v3', { id: 'plivo-v3', headers: { nonce: 'x-nonce' }, origin }],
  'shopify-admin-query': ['shopify-admin-query', { id: 'shopify-admin-query', toleranceMs: 60_000 }],
  slack: ['slack', { id: 'slack', toleranceMs: { past: 1 }, headers: { timestamp: 'x-time' } }],
  'standard-webhooks': [
    'standard-webhooks',
    { id: 'standard-webhooks', headers: 'svix', toleranceMs: 1 },
    { id: 'standard-webhooks', headers: { id: 'svix-id', signature: 'svix-signature' } },
  ],
  stripe: ['stripe', { id: 'stripe', toleranceMs: 1000, headers: { signature: 'x-stripe' } }],
  truelayer: [
    'truelayer',
    { id: 'truelayer', header: 'x-sig', requiredHeaders: ['content-type'] },
    { id: 'truelayer', jwks },
  ],
  'upstash-qstash': ['upstash-qstash', { id: 'upstash-qstash', origin, leewayMs: 1, header: 'x-token' }],
  vonage: ['vonage', { id: 'vonage', maxAgeMs: 1000, leewayMs: 1, header: 'x-token' }],
  twilio: ['twilio', { id: 'twilio', headers: { signature: 'x-other' }, origin }],
};

/** What every sender’s declaration leaves to its gates. */
const OF_SENDERS = { toleranceMs: { past: 1 }, headers: { signature: 'x-sig' }, origin };

/** Those of senders that have no option of their own are made: the types that these have are made of the same rows. */
export const RIGHT_PROVIDERS: Readonly<Record<string, readonly ProviderChoice[]>> = Object.fromEntries(
  providers.map(({ id, scheme }) => [id, BY_HAND[id as ProviderId] ?? choicesOf(id, scheme)]),
);

function choicesOf(id: string, scheme: (typeof providers)[number]['scheme']): readonly ProviderChoice[] {
  const names = optionRowsOf({ scheme }).map(({ name }) => name);
  const own = names.filter((name) => !Object.hasOwn(OF_SENDERS, name));
  if (own.length > 0) throw new Error(`${id} has options of its own, ${own.join(', ')}: write them above`);
  const options = Object.entries(OF_SENDERS).filter(([name]) => names.includes(name));
  return [id, { id, ...Object.fromEntries(options) }] as unknown as readonly ProviderChoice[];
}

export const RIGHT_SCHEMES: { readonly [Type in keyof SchemeOptions]: readonly SchemeDeclaration[] } = {
  template: [
    {
      algorithm: 'hmac-sha256',
      signature: 'x-signature',
      message: '{body}',
      handshake: {
        method: 'GET',
        when: { mode: 'subscribe' },
        challenge: 'c',
        answer: { c: '{challenge}', n: 1 },
      },
    },
    {
      algorithm: 'hmac-sha256',
      signature: 'x-signature',
      message: '{body}',
      handshake: {
        signed: false,
        token: { query: 't', value: 'a' },
        challenge: { query: 'c' },
        answer: '',
        headers: { 'x-c': '{challenge}' },
        deliversKey: true,
      },
    },
    {
      algorithm: 'hmac-sha256',
      signature: 'x-signature',
      message: '{body}',
      handshake: { when: { type: '1' }, probes: true },
    },
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
      eventType: { header: 'x-event' },
      replay: 'signed-id',
      bodyDigest: { query: 'digest' },
      origin,
    },
    { algorithm: 'sha256', signature: { field: 'sig' }, message: 'sorted-form-lines', timestamp: 'none' },
    {
      algorithm: 'sha1',
      key: { encoding: 'base64', prefix: 'key-*-', digest: 'sha256' },
      signature: {
        header: 'x-sig',
        encoding: 'base64-unpadded',
        list: { labels: 's', items: { env: 'main' } },
      },
      message: '{item:env}.{timestamp}.{body}',
      body: ['raw', 'ascii-escaped'],
      timestamp: { item: 't', unit: 's-or-ms' },
    },
    { algorithm: 'sha256', signature: { field: 'json', member: 'sig' }, message: '{json:json:a}' },
    {
      algorithm: 'sha1',
      each: 'items.*',
      signature: { member: 'sig', encoding: 'hex' },
      message: '{member:a}:{member:b?:any}',
    },
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
    {
      type: 'jwt',
      algorithm: 'HS256',
      bodyClaim: { name: 'hash', encoding: 'base64', emptyBody: 'absent' },
      urlClaim: { name: 'url', hash: 'hex' },
      origin,
    },
    {
      type: 'jwt',
      algorithm: 'HS256',
      bodyClaim: 'hash',
      queryHashClaim: { name: 'qsh', basePath: '/hook' },
      requiredValues: { sub: ['ada'] },
      maxAgeMs: 60_000,
    },
    { type: 'jwt', algorithm: 'HS256', urlClaim: 'url' },
    { type: 'jwt', algorithm: 'HS256', queryHashClaim: 'qsh' },
    {
      type: 'jwt',
      algorithm: 'ES256',
      keyUrl: {
        url: 'https://issuer.example/keys/{kid}',
        headers: { 'x-client': 'a' },
        body: '{"id":"{kid}"}',
        member: 'key',
        until: 'ends',
        maxAgeMs: 1000,
        timeoutMs: 100,
        maxBytes: 4096,
      },
    },
  ],
  'detached-jws': [
    { type: 'detached-jws', algorithm: 'ES256', header: 'x-sig', headersParameter: 'headers' },
    {
      type: 'detached-jws',
      algorithm: ['Ed25519', 'RS256'],
      header: 'x-sig',
      headersParameter: 'signed',
      parameters: { version: '1' },
      requiredHeaders: ['content-type'],
      pathEnd: 'either',
    },
    { type: 'detached-jws', algorithm: 'ES512', header: 'x-sig', headersParameter: 'headers', jwks },
  ],
  'shared-token': [
    {
      type: 'shared-token',
      handshake: { method: 'GET', challenge: { header: 'x-c' }, answer: { v: '{challenge}' } },
    },
    { type: 'shared-token' },
    { type: 'shared-token', form: 'basic', header: 'x-token' },
  ],
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
    {
      type: 'http-message-signatures',
      profile: 'adcp',
      jwks,
      keyMembers: { adcp_use: 'request-signing' },
      thumbprint: false,
      idHeader: 'x-request-id',
      byteEncoding: 'base64',
    },
    {
      type: 'http-message-signatures',
      profile: 'adcp',
      brand: {
        url: 'https://a.example/.well-known/brand.json',
        agent: 'https://b.example/mcp',
        maxAgeMs: 60_000,
      },
    },
    {
      type: 'http-message-signatures',
      algorithm: 'of-key',
      agents: ['agent.example'],
      agentHeader: 'ucp-agent',
      whenPresent: 'content-type',
      maxLifetimeMs: 1000,
      tag: ['a', 'none'],
    },
  ],
  'aws-sigv4': [
    { type: 'aws-sigv4', region: 'us-east-1', service: 'execute-api' },
    {
      type: 'aws-sigv4',
      region: 'us-east-1',
      service: 's3',
      signedHeaders: 'content-type',
      toleranceMs: 900_000,
      unsignedPayload: false,
      origin,
    },
    { type: 'aws-sigv4', region: 'us-east-1', service: 'a', presigned: true, maxLifetimeMs: 1000 },
  ],
  certificate: [
    {
      type: 'certificate',
      certificate: {
        member: 'SigningCertURL',
        hosts: 'sns.{region}.amazonaws.com',
        names: ['sns.amazonaws.com'],
      },
      signature: 'Signature',
      algorithm: 'rsa-pkcs1-sha256',
      message: ['Message', 'MessageId', 'Subject?'],
    },
    {
      type: 'certificate',
      certificate: { member: 'certificate', hosts: ['keys.example'], names: 'keys.example' },
      signature: 'signature',
      algorithm: { member: 'version', values: { one: 'rsa-pkcs1-sha1', two: 'rsa-pkcs1-sha512' } },
      message: {
        member: 'kind',
        values: {
          order: ['note', 'order', 'at', 'shop', 'kind'],
          test: ['note', 'order', 'at', 'shop', 'kind'],
        },
      },
      timestamp: 'at',
      toleranceMs: { past: 60_000 },
      id: 'order',
      eventType: 'kind',
      require: { shop: ['a', 'b'] },
      confirm: { member: 'shop', when: { kind: 'test' } },
    },
  ],
};

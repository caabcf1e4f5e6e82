// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a configuration and other languages have.
/** Gates whose handouts are tried: one for each thing that a declaration can say. */
import { createHash, createHmac, generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';

export interface HandoutGate {
  readonly name: string;
  /** `scheme: …` or `provider: …`, in flow style. `ORIGIN` stands for the gateway’s. */
  readonly proof: string;
  /** The gate’s key as its configuration has it. */
  readonly key: string;
  /** Other members of the key. */
  readonly keyOptions?: string;
  /** What the sender has: the same secret, or the private key in PEM. Default: the same. */
  readonly sendersKey?: string;
  /** Of `fields` each occurs once, for their order would be ambiguous else. */
  readonly bodies: 'any' | 'json' | 'form' | 'fields';
  /** Behind the gate’s path. */
  readonly query?: string;
  /** Of the path, the only one that the gate takes. Default: POST. */
  readonly method?: 'GET' | 'POST';
  /** The languages that are tried, where others say the same: by the first word of their blocks. Default: all. */
  readonly languages?: readonly string[];
  /** What the sender has besides. */
  readonly accessToken?: string;
}

const TEXT = 'a partner’s $ecret \\ with "odd" letters';
const BYTES = Buffer.from(Array.from({ length: 32 }, (_, i) => (i * 37 + 251) % 256));
const BASE32 = 'MZXW6YTBOIYTEMZUGU3DOOBZGAYTEMZU';

const pair = ({
  publicKey,
  privateKey,
}: KeyPairKeyObjectResult): Pick<HandoutGate, 'key' | 'sendersKey'> => ({
  key: String(publicKey.export({ type: 'spki', format: 'pem' })),
  sendersKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
});

const ed25519 = pair(generateKeyPairSync('ed25519'));
const p256 = pair(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
const p521 = pair(generateKeyPairSync('ec', { namedCurve: 'P-521' }));
const p384 = pair(generateKeyPairSync('ec', { namedCurve: 'P-384' }));
const rsa = pair(generateKeyPairSync('rsa', { modulusLength: 2048 }));

const clientsKey = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A token that is bound to the client’s key (RFC 9449 §6.1), under the gate’s secret. */
function boundToken(secret: string): string {
  const { crv, kty, x, y } = clientsKey.publicKey.export({ format: 'jwk' });
  const jkt = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const message = [{ alg: 'HS256' }, { exp, cnf: { jkt } }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${message}.${createHmac('sha256', secret).update(message).digest('base64url')}`;
}

/** What a language, a shell or a page could read as its own. */
const HOSTILE_VALUE = `it's="x"\`id\`$(id)$HOME$\${env:HOME}#(x)#{1}%s!!\\;<?>*/`;
const HOSTILE_NAME = "x-it's`$&|~";
const HOSTILE_TEXT = `'\\'\\"\`id\`$(id)$HOME#(x)#{1}%s%n!!\n\t\x01\x7f\u0085\u2028\ufeffé😀?>*/`;

const TIMED = 'message: "{timestamp}.{body}", timestamp: { header: x-timestamp, unit: s }';
const inHeader = (algorithm: string, encoding: string): string =>
  `scheme: { algorithm: ${algorithm}, signature: { header: x-signature, encoding: ${encoding} }, ${TIMED} }`;

export const HANDOUT_GATES: readonly HandoutGate[] = [
  { name: 'generic', proof: 'provider: hmac', key: TEXT, keyOptions: 'id: "2026-a"', bodies: 'any' },
  {
    name: 'partner',
    proof: `scheme: { algorithm: hmac-sha256, signature: { header: x-signature, prefix: "sha256=", encoding: hex }, ${TIMED} }`,
    key: TEXT,
    bodies: 'any',
  },
  {
    name: 'standard-webhooks',
    proof: 'provider: standard-webhooks',
    key: `whsec_${BYTES.toString('base64')}`,
    bodies: 'any',
  },
  {
    name: 'base64-key',
    proof: `scheme: { algorithm: hmac-sha512, signature: { header: x-signature, encoding: base64 }, message: "v1:{timestamp}:{body}", timestamp: { header: x-timestamp, unit: ms } }`,
    key: BYTES.toString('base64'),
    keyOptions: 'encoding: base64',
    bodies: 'any',
  },
  {
    name: 'base64url-key',
    proof: `scheme: { algorithm: hmac-sha384, signature: { header: x-signature, encoding: base64url }, message: "{method}\\n{path}\\n{query:sorted}\\n{timestamp}\\n{body:sha256:hex}", timestamp: { header: x-timestamp, unit: rfc3339 } }`,
    key: BYTES.toString('base64url'),
    keyOptions: 'encoding: base64url',
    bodies: 'any',
    query: '?b=2&a=1&b=1&c',
  },
  {
    name: 'hex-key',
    proof:
      'scheme: { algorithm: hmac-sha1, signature: { header: x-signature, encoding: hex }, message: "{timestamp}{body:sha256:bytes}", timestamp: { header: x-timestamp } }',
    key: BYTES.toString('hex'),
    keyOptions: 'encoding: hex',
    bodies: 'any',
  },
  {
    name: 'base32-key',
    proof: inHeader('hmac-sha256', 'hex'),
    key: BASE32,
    keyOptions: 'encoding: base32',
    bodies: 'any',
  },
  {
    name: 'list',
    proof: `scheme: { algorithm: hmac-sha256, signature: { header: x-signature, encoding: hex, list: { labels: [v2] } }, message: "{timestamp}.{id}.{body}", timestamp: { item: t }, id: { header: x-id } }`,
    key: TEXT,
    bodies: 'any',
  },
  {
    name: 'headers',
    proof: `scheme: { algorithm: hmac-sha256, signature: { header: x-signature, encoding: hex }, message: "{header:x-tenant}|{header:content-type}|{header:host}|{nonce}|{timestamp}|{body}", timestamp: { header: x-timestamp }, nonce: { query: nonce } }`,
    key: TEXT,
    bodies: 'any',
  },
  {
    name: 'json-member',
    proof:
      'scheme: { algorithm: hmac-sha256, signature: { member: signature, encoding: hex }, message: body-without-member, timestamp: { member: timestamp } }',
    key: TEXT,
    bodies: 'json',
  },
  {
    name: 'json-nested',
    proof:
      'scheme: { algorithm: hmac-sha256, signature: { member: proof.value, encoding: base64 }, message: "{timestamp}.{nonce}.{method}", timestamp: { member: proof.time, unit: ms }, nonce: { member: proof.nonce } }',
    key: TEXT,
    bodies: 'json',
  },
  {
    name: 'form-lines',
    proof:
      'scheme: { algorithm: hmac-sha256, signature: { field: signature, encoding: hex }, message: sorted-form-lines, timestamp: { field: timestamp } }',
    key: TEXT,
    bodies: 'fields',
  },
  {
    name: 'form-field',
    proof:
      'scheme: { algorithm: hmac-sha256, signature: { field: sig, encoding: base64 }, message: "{timestamp}.{body}", timestamp: { header: x-timestamp } }',
    key: TEXT,
    bodies: 'fields',
  },
  {
    name: 'url-and-form',
    proof:
      'scheme: { algorithm: hmac-sha256, signature: { header: x-signature, encoding: base64 }, message: "{url}{form:sorted}{timestamp}", timestamp: { header: x-timestamp }, origin: "ORIGIN" }',
    key: TEXT,
    bodies: 'form',
    query: '?a=%C3%A9&b',
  },
  {
    name: 'query',
    proof:
      'scheme: { algorithm: hmac-sha256, signature: { query: sig, encoding: base64 }, message: "{host}\\n{path}?{query}\\n{body}", timestamp: none, origin: "ORIGIN" }',
    key: TEXT,
    bodies: 'any',
    query: '?a=1',
  },
  {
    name: 'digest',
    proof:
      'scheme: { algorithm: hmac-sha256, signature: { header: x-signature, encoding: hex }, message: "{url}|{timestamp}", timestamp: { query: t }, bodyDigest: { query: sha256 }, origin: "ORIGIN" }',
    key: TEXT,
    bodies: 'any',
  },
  { name: 'ed25519', proof: inHeader('ed25519', 'base64'), ...ed25519, bodies: 'any' },
  { name: 'ecdsa', proof: inHeader('ecdsa-p256-sha256', 'base64url'), ...p256, bodies: 'any' },
  { name: 'ecdsa-der', proof: inHeader('ecdsa-p384-sha384-der', 'base64'), ...p384, bodies: 'any' },
  { name: 'rsa', proof: inHeader('rsa-pkcs1-sha256', 'base64'), ...rsa, bodies: 'any' },
  { name: 'rsa-pss', proof: inHeader('rsa-pss-sha512', 'hex'), ...rsa, bodies: 'any' },
  {
    name: 'hostile',
    proof: `scheme: { algorithm: hmac-sha256, signature: { header: x-signature, prefix: ${JSON.stringify(HOSTILE_VALUE)}, encoding: hex }, message: ${JSON.stringify(`${HOSTILE_TEXT.replace(/[\\{}]/g, '\\$&')}{header:${HOSTILE_NAME}}|{timestamp}|{body}`)}, timestamp: { header: x-timestamp } }`,
    key: TEXT,
    bodies: 'any',
  },
  {
    name: 'get',
    proof:
      'scheme: { algorithm: hmac-sha256, signature: { header: x-signature, encoding: hex }, message: "{method} {path}?{query} {nonce} {timestamp}", timestamp: { header: x-timestamp }, nonce: { header: x-nonce } }',
    key: TEXT,
    bodies: 'any',
    query: '?a[1-3]=1',
    method: 'GET',
    languages: ['bash', 'js', 'ruby'],
  },
  {
    name: 'jwt',
    proof:
      'provider: { id: jwt-bearer, issuer: ["https://ada’s.example/\\"x\\"", b], audience: "$(orders) `api` #{1} $${x}", typ: at+jwt, required: [sub, nbf, "tenant\'s"], consume: 1 }',
    key: TEXT,
    bodies: 'any',
  },
  {
    name: 'jwt-bound',
    proof: 'provider: { id: jwt-bearer, algorithm: HS512, header: x-token, binding: [x-device, x-user] }',
    key: Buffer.concat([BYTES, BYTES]).toString('base64'),
    keyOptions: 'encoding: base64',
    bodies: 'any',
    method: 'GET',
  },
  {
    name: 'jwt-rs256',
    proof: 'provider: { id: jwt-bearer, algorithm: RS256 }',
    ...rsa,
    bodies: 'any',
    languages: ['php', 'js'],
  },
  {
    name: 'jwt-es512',
    proof: 'provider: { id: jwt-bearer, algorithm: [ES512, RS256] }',
    ...p521,
    bodies: 'any',
    languages: ['bash', 'go', 'ruby', 'python'],
  },
  {
    name: 'message-signature',
    proof:
      'provider: { id: http-message-signatures, components: ["@method", "@target-uri", content-digest, content-type, host], required: [nonce, expires, alg, keyid], tag: "it\'s \\"$(x)\\"", label: partner, origin: "ORIGIN" }',
    key: TEXT,
    keyOptions: 'id: "key \\"1\\""',
    bodies: 'any',
    query: '?a=1',
  },
  {
    name: 'message-signature-ed25519',
    proof:
      'provider: { id: http-message-signatures, algorithm: ed25519, digest: sha-512, components: ["@method", "@authority", "@scheme", "@path", "@query", content-length, content-digest, x-tenant], origin: "ORIGIN" }',
    ...ed25519,
    bodies: 'any',
    query: '?a=1',
  },
  {
    name: 'dpop',
    proof: 'provider: { id: dpop, origin: "ORIGIN" }',
    key: TEXT,
    sendersKey: String(clientsKey.privateKey.export({ type: 'pkcs8', format: 'pem' })),
    accessToken: boundToken(TEXT),
    bodies: 'any',
    query: '?a=1',
  },
];

/** Bodies that programs go wrong with. @param mark makes each another one: equal requests of a second are one request */
export const BODIES: Readonly<Record<HandoutGate['bodies'], (mark: string) => readonly Buffer[]>> = {
  any: (mark) => [
    Buffer.from(`{ "a" : "Jörg 😀 \\u00e9 $x \`y\` '${mark}'",\r\n "b":1.0 }\n`),
    Buffer.concat([
      Buffer.from([0xef, 0xbb, 0xbf, 0, 0xff, 0xfe, 0x0d, 0x0a, 0x80]),
      Buffer.from(`${mark}\n`),
    ]),
  ],
  json: (mark) => [
    Buffer.from(`{ "a" : "Jörg 😀 } \\u00e9 %s \\\\ '${mark}'",\t"b":[1.0,{}] }\n`),
    Buffer.from(`{"${mark}":{}}`),
  ],
  fields: (mark) => [
    Buffer.from(`b=2&a=J%C3%B6rg+%F0%9F%98%80&mark=${mark}&empty=&plus=%2B%5C%25%26%3D`),
    Buffer.from(`a.b=${mark}\\n&a=b%3Dc`),
  ],
  form: (mark) => [
    Buffer.from(`b=2&a=J%C3%B6rg+%F0%9F%98%80&a=1&mark=${mark}&a=1&empty=&plus=%2B%5C%25&line=1%0D%0A2`),
    Buffer.from(`\ufeffa.b=${mark}\\n&&a=b%3Dc&a%00=\0&a=%EF%BB%BF&a%01=é😀&ab=1&a=b2&?&`),
    Buffer.from(`long=${'x+y%20%C3%A9'.repeat(15_000)}&mark=${mark}`),
  ],
};

/** Bodies that are no form: a program that reads one as a form stops. */
export const NO_FORMS: readonly Buffer[] = [
  Buffer.from([0x61, 0x3d, 0xff]),
  Buffer.from('a=%zz'),
  Buffer.from('a=1&=2'),
];

/** Refusals of the schemes that are declared by a template, and of the pipeline around every scheme. */

import { createHmac, generateKeyPairSync } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { HeaderList } from '../../src/index.ts';
import { ED25519, pairOf, SECONDS } from '../tokens/mint.ts';
import { FORM, hmacHex, NO_SIGNATURE, overBody, type RefusalCase, SECRET } from './refusal-case.ts';

/** As many as make more tries than are made, with nine signatures. */
const ED25519_KEYS = [ED25519.pem, pairOf(generateKeyPairSync('ed25519')).pem];

const GENUINE = { 'x-signature': hmacHex('{}') };
const FALSE = { 'x-signature': NO_SIGNATURE };
const inBody = { signature: { member: 'sig', encoding: 'hex' } };
const inForm = { provider: 'flow-production-tracking' };
const form = (body: string, contentType: string = FORM): RefusalCase['request'] => ({
  headers: { 'content-type': contentType },
  body,
});
const listed = {
  signature: {
    header: 'x-signature',
    list: { separator: ',', assign: '=', labels: ['v1'] },
  },
  message: '{timestamp}.{body}',
  timestamp: { item: 't' },
};
const withItem = {
  signature: { header: 'x-signature', list: { items: { env: 'main' } } },
  message: '{item:env}.{body}',
};
const timed = { message: '{timestamp}.{body}', timestamp: { header: 'x-time' } };
const at = (seconds: number | string): RefusalCase['request'] => ({
  headers: { 'x-time': String(seconds), 'x-signature': hmacHex(`${seconds}.{}`) },
});
const multipart = (parts: string): RefusalCase['request'] => form(parts, 'multipart/form-data; boundary=b');

export const signatureCases: readonly RefusalCase[] = [
  // Another sender's header.
  ...(
    [
      [
        'svix-signature',
        { provider: 'standard-webhooks', keys: [`whsec_${Buffer.from(SECRET).toString('base64')}`] },
      ],
      ['X-Hub-Signature', { provider: 'github' }],
      ['X-Shopify-Hmac-Sha256', overBody()],
      ['X_Sig', overBody()],
    ] as const
  ).map(([name, gate], i) => ({
    when: `only ${name}`,
    gate,
    request: { headers: { 'signature-input': 'a=()', [name]: 'v1,abc', 'x-other-signature': 'b' } },
    says: `the request has no signature in its header ${['webhook-signature', 'x-hub-signature-256'][i] ?? 'x-signature'}; it has ${name}`,
    remedy: `If that is this sender’s name for it, set the gate’s ${i < 2 ? 'headers.signature' : 'signature'} to it. Else the sender signs otherwise than this gate expects.`,
  })),
  // A platform's test of the address.
  {
    when: 'a GET that is no test',
    gate: { provider: 'x-twitter' },
    request: { method: 'GET', body: '' },
    says: 'GET is for the platform’s test of the address, and this is none',
    remedy:
      'Have the sender send what it signs by POST. If this is its test, compare it with the gate’s handshakes.',
  },
  {
    when: 'a body that is the challenge of a test',
    gate: { provider: 'x-twitter' },
    request: {
      headers: {
        'x-twitter-webhooks-signature': `sha256=${createHmac('sha256', SECRET).update('abc').digest('base64')}`,
      },
      body: 'abc',
    },
    says: 'what is signed is a single word, as the challenges of the platform’s tests are, which anybody has signed',
    remedy: 'No genuine request has such a body: compare the sender with the gate’s provider.',
  },
  // Bodies that are signed in another form.
  {
    when: 'a body that decompresses to more than may be',
    gate: { ...overBody({ body: 'gunzipped' }), maxBodyBytes: 1000 },
    request: { headers: GENUINE, body: gzipSync('a'.repeat(1001)) },
    says: 'the body decompresses to more than 1000 bytes, which are taken at most',
    remedy: 'Raise the gate’s maxBody, or have the sender send less.',
  },
  {
    when: 'half of a compressed body',
    gate: overBody({ body: 'gunzipped' }),
    request: { headers: GENUINE, body: gzipSync('{}').subarray(0, 12) },
    says: 'the body begins as gzip does, and is not one whole gzip file',
    remedy: 'Look for what cuts the body short, or adds to it, on its way.',
  },
  {
    when: 'the field of JSON twice',
    gate: { provider: 'dropbox-sign' },
    request: form('json=%7B%7D&json=%7B%7D'),
    says: 'the form field json occurs twice',
    remedy: 'The sender must send it once.',
  },
  {
    when: 'no signed field',
    gate: overBody({ message: '{field:payload}', signature: { field: 'sig', encoding: 'hex' } }),
    request: form(`sig=${NO_SIGNATURE}`),
    says: 'the message covers {field:payload}, and the form field payload is absent',
    remedy: 'Look for a proxy that drops or doubles the part, and at what the sender signs.',
  },
  // Items that are signed.
  {
    when: 'a signed item twice',
    gate: overBody(withItem),
    request: { headers: { 'x-signature': `env=a,v1=${NO_SIGNATURE},env=b` } },
    says: '"env" occurs twice in the signature header',
    remedy: 'It is signed, and must stand there once: look for a proxy that joins two headers.',
  },
  {
    when: 'no signed item',
    gate: overBody(withItem),
    request: { headers: { 'x-signature': `v1=${NO_SIGNATURE}` } },
    says: 'the message covers {item:env}, which is absent from the signature’s header',
    remedy: 'Hand the header on as it came.',
  },
  // The bounds.
  {
    when: 'a target of 65,537 characters',
    gate: overBody(),
    request: { url: `/${'a'.repeat(65_536)}`, headers: GENUINE },
    says: 'the request’s target is longer than 64 KB',
    remedy:
      'The method, the target or the Host field is not what HTTP allows, or another spelling of the path belongs to another gate. The message says which: look at the client, and at what a proxy makes of its request.',
  },
  {
    when: 'more than a thousand parameters, which are signed in order',
    gate: overBody({ message: '{query:sorted}{body}' }),
    request: { url: `/?${'a&'.repeat(1001)}`, headers: GENUINE },
    says: 'the query has more than 1000 parameters, and the message covers them in order',
    remedy: 'Send fewer: the rest in the body, say.',
  },
  {
    when: 'a body of 2 bytes, where 1 is taken',
    gate: { ...overBody(), maxBodyBytes: 1 },
    request: { headers: GENUINE },
    says: 'the body has 2 bytes; at most 1 are taken',
    remedy: 'Raise the gate’s maxBody, or have the sender send less.',
  },
  {
    when: 'a method with a blank',
    gate: overBody(),
    request: { method: 'PO ST', headers: GENUINE },
    says: 'the request’s method is not a token',
    remedy:
      'The method, the target or the Host field is not what HTTP allows, or another spelling of the path belongs to another gate. The message says which: look at the client, and at what a proxy makes of its request.',
  },
  {
    when: 'a target with a fragment',
    gate: overBody(),
    request: { url: '/hook#a', headers: GENUINE },
    says: 'the request’s target holds a fragment',
    remedy:
      'The method, the target or the Host field is not what HTTP allows, or another spelling of the path belongs to another gate. The message says which: look at the client, and at what a proxy makes of its request.',
  },
  {
    when: 'a target that is not a path',
    gate: overBody(),
    request: { url: 'hook', headers: GENUINE },
    says: 'the request’s target is neither a path nor an http or https URL',
    remedy:
      'The method, the target or the Host field is not what HTTP allows, or another spelling of the path belongs to another gate. The message says which: look at the client, and at what a proxy makes of its request.',
  },
  {
    when: 'two Host fields',
    gate: overBody(),
    request: {
      headers: [
        ['host', 'a'],
        ['host', 'b'],
      ],
    },
    says: 'the request’s Host field occurs twice',
    remedy:
      'The method, the target or the Host field is not what HTTP allows, or another spelling of the path belongs to another gate. The message says which: look at the client, and at what a proxy makes of its request.',
  },
  {
    when: 'a Host field with a path in it',
    gate: overBody(),
    request: { headers: { host: 'a/b' } },
    says: 'the request’s Host field is not a host and port',
    remedy:
      'The method, the target or the Host field is not what HTTP allows, or another spelling of the path belongs to another gate. The message says which: look at the client, and at what a proxy makes of its request.',
  },
  // The signature.
  {
    when: 'no signature',
    gate: overBody(),
    request: {},
    says: 'the request has no signature in its header x-signature',
    remedy: 'The sender does not sign, signs for another provider, or a proxy dropped the signature.',
  },
  {
    when: 'two signature headers',
    gate: overBody(),
    request: {
      headers: [
        ['x-signature', 'ab'],
        ['x-signature', 'cd'],
      ],
    },
    says: 'the header x-signature is repeated',
    remedy: 'The sender must send it once; look for a proxy that adds one.',
  },
  {
    when: 'a signature that is a number',
    gate: overBody(inBody),
    request: { body: '{"sig":1}' },
    says: 'the JSON member sig is not text',
    remedy: 'The sender must write it there as a text, and no other type.',
  },
  {
    when: 'a signature without its prefix',
    gate: overBody({ signature: { header: 'x-signature', prefix: 'sha256=' } }),
    request: { headers: FALSE },
    says: 'the signature does not start with "sha256="',
    remedy: 'Compare the signature’s length, alphabet and prefix with the provider’s page.',
  },
  {
    when: 'a signature in upper case, where lower case is meant',
    gate: overBody({ signature: { header: 'x-signature', encoding: 'hex' } }),
    request: { headers: { 'x-signature': NO_SIGNATURE.toUpperCase() } },
    says: 'the signature is not lower-case hex',
    remedy: 'Compare the signature’s length, alphabet and prefix with the provider’s page.',
  },
  {
    when: 'a signature with letters that are not hex',
    gate: overBody({ signature: { header: 'x-signature', encoding: 'hex-any-case' } }),
    request: { headers: { 'x-signature': 'xy'.repeat(32) } },
    says: 'the signature is not hex',
    remedy: 'Compare the signature’s length, alphabet and prefix with the provider’s page.',
  },
  {
    when: 'a signature in hex that lost its last digit',
    gate: overBody({ signature: { header: 'x-signature', encoding: 'hex-any-case' } }),
    request: { headers: { 'x-signature': NO_SIGNATURE.slice(1) } },
    says: 'the signature is not hex: it has an odd number of characters',
    remedy: 'Compare the signature’s length, alphabet and prefix with the provider’s page.',
  },
  {
    when: 'a signature with letters that are not base64',
    gate: overBody({ signature: { header: 'x-signature', encoding: 'base64' } }),
    request: { headers: { 'x-signature': '*' } },
    says: 'the signature is not strict base64',
    remedy: 'Compare the signature’s length, alphabet and prefix with the provider’s page.',
  },
  {
    when: 'a signature of one byte',
    gate: overBody(),
    request: { headers: { 'x-signature': 'ab' } },
    says: 'the signature is 1 byte long; that of hmac-sha256 is 32',
    remedy: 'Compare the signature’s length, alphabet and prefix with the provider’s page.',
  },
  {
    when: 'a signature of 9,000 letters',
    gate: overBody(),
    request: { headers: { 'x-signature': 'a'.repeat(9000) } },
    says: 'the signature is 9000 characters long; at most 8192 are read',
    remedy: 'Compare the signature’s length, alphabet and prefix with the provider’s page.',
  },
  {
    when: 'a list without a signature in it',
    gate: overBody(listed),
    request: { headers: { 'x-signature': `t=${SECONDS},v0=ab` } },
    says: 'the signature header has no item labelled v1',
    remedy:
      'Hand the header on as it came: a signature stands behind v1=. Where it never does, the sender signs under other labels than the gate’s signature.list.labels.',
  },
  {
    when: 'a list of 17 signatures',
    gate: overBody(listed),
    request: { headers: { 'x-signature': `t=${SECONDS}${',v1=ab'.repeat(17)}` } },
    says: 'the request carries 17 signatures; at most 16 are looked at',
    remedy: 'Have the sender send fewer: one for each key that it rotates through.',
  },
  {
    when: 'a list with two times',
    gate: overBody(listed),
    request: { headers: { 'x-signature': `t=1,t=2,v1=${NO_SIGNATURE}` } },
    says: '"t" occurs twice in the signature header',
    remedy: 'It is the signed time, and must stand there once: look for a proxy that joins two headers.',
  },
  {
    when: 'a list without a time',
    gate: overBody(listed),
    request: { headers: { 'x-signature': `v1=${NO_SIGNATURE}` } },
    says: 'the message covers a timestamp; the request carries none',
    remedy:
      'The sender must send its time in the item t of the signature’s header, and what is in front of the gate must hand that on.',
  },
  {
    when: 'another’s signature',
    gate: overBody(),
    request: { headers: FALSE },
    says: 'none of the keys proves the request',
    remedy:
      'The key differs, or the request was changed on its way. Compare the gate’s key with the sender’s; `countersign explain` shows the bytes that must be signed.',
  },
  {
    when: 'another’s signature of a body that is compressed',
    gate: overBody(),
    request: { headers: { ...FALSE, 'content-encoding': 'gzip' }, body: 'compressed' },
    says: 'none of the keys proves the request',
    remedy:
      'Its body has a Content-Encoding, or holds U+FFFD, which decoders put for bytes that are no UTF-8: hand over the bytes that were signed. Otherwise compare the keys.',
  },
  {
    when: 'another’s signature of a body that was decoded before',
    gate: overBody(),
    request: { headers: FALSE, body: 'caf\ufffd' },
    says: 'none of the keys proves the request',
    remedy:
      'Its body has a Content-Encoding, or holds U+FFFD, which decoders put for bytes that are no UTF-8: hand over the bytes that were signed. Otherwise compare the keys.',
  },
  {
    when: 'more public keys than are tried',
    gate: {
      ...overBody({
        algorithm: 'ed25519',
        signature: {
          header: 'x-signature',
          list: { separator: ',', assign: '=', labels: ['v1'] },
          encoding: 'base64',
        },
      }),
      keys: ED25519_KEYS,
    },
    request: {
      headers: {
        'x-signature': Array.from({ length: 9 }, () => `v1=${Buffer.alloc(64, 1).toString('base64')}`).join(),
      },
    },
    says: 'no public key of those that were tried proves the request; at most 16 verifications are made',
    remedy:
      'Take keys that are no longer in use out of the gate’s keys, or have the sender send fewer signatures.',
  },
  // The keys.
  {
    when: 'a genuine signature of a revoked key',
    gate: {
      ...overBody(),
      keys: [
        { id: 'now', secret: 'another secret of ours, of the day' },
        { id: 'old', secret: SECRET, state: 'revoked' },
      ],
    },
    request: { headers: GENUINE },
    says: 'key "old" proves the request, but is revoked',
    remedy:
      'Have the sender sign with a key that is valid now; or change the key’s state or validity in the gate’s keys, if that key should be accepted.',
  },
  {
    when: 'a genuine signature of a key that has ended',
    gate: { ...overBody(), keys: [{ id: 'old', secret: SECRET, untilMs: 0 }] },
    request: { headers: GENUINE },
    says: 'key "old" proves the request, but ended 1970-01-01',
    remedy:
      'Have the sender sign with a key that is valid now; or change the key’s state or validity in the gate’s keys, if that key should be accepted.',
  },
  {
    when: 'a genuine signature of a key that is yet to come',
    gate: { ...overBody(), keys: [{ id: 'new', secret: SECRET, fromMs: 4e12 }] },
    request: { headers: GENUINE },
    says: 'key "new" proves the request, but is valid from 2096-10-02T07:06:40Z',
    remedy:
      'Have the sender sign with a key that is valid now; or change the key’s state or validity in the gate’s keys, if that key should be accepted.',
  },
  {
    when: 'no key that is valid now',
    gate: { ...overBody(), keys: [{ id: 'old', secret: SECRET, untilMs: 0 }] },
    request: { headers: FALSE },
    says: 'none of the keys is valid now',
    remedy:
      'Look at the states and the validity of the gate’s keys: each is revoked, has ended, or is not valid yet.',
  },
  {
    when: 'a key id that nobody has',
    gate: overBody({ keyId: { header: 'x-key' } }),
    request: { headers: { ...GENUINE, 'x-key': 'nobody' } },
    says: 'no valid key has the id that the request names',
    remedy: 'Add the key to the gate’s keys under this id, or look at its state and validity.',
  },
  {
    when: 'two key ids',
    gate: overBody({ keyId: { header: 'x-key' } }),
    request: {
      headers: [
        ['x-signature', NO_SIGNATURE],
        ['x-key', 'a'],
        ['x-key', 'b'],
      ],
    },
    says: 'the key id in the header x-key is repeated',
    remedy: 'The sender must name one key, once, as a text.',
  },
  {
    when: 'another secret than the token',
    gate: { scheme: { type: 'shared-token', header: 'x-token' } },
    request: { headers: { 'x-token': 'another' } },
    says: 'the token is none of the keys',
    remedy:
      'Compare the gate’s key with what the sender is set to send; look for quotes and blanks around either.',
  },
  // The message.
  {
    when: 'an id that is not there',
    gate: overBody({ message: '{id}.{body}', id: { header: 'x-id' } }),
    request: { headers: FALSE },
    says: 'the message covers {id}, which is absent',
    remedy: 'Look for a proxy that drops or doubles the part, and at what the sender signs.',
  },
  {
    when: 'an id that holds what ends it',
    gate: overBody({ message: '{id}.{body}', id: { header: 'x-id' } }),
    request: { headers: { ...FALSE, 'x-id': 'a.b' } },
    says: 'the id holds ".", which ends it in the message',
    remedy: 'The sender must choose another: text could be moved across its end.',
  },
  {
    when: 'a header that is not there',
    gate: overBody({ message: '{header:x-kind}\n{body}' }),
    request: { headers: FALSE },
    says: 'the message covers the header x-kind, which is absent',
    remedy: 'Look for a proxy that drops or doubles the part, and at what the sender signs.',
  },
  {
    when: 'a header with a letter beyond one byte',
    gate: overBody({ message: '{header:x-kind}\n{body}' }),
    request: { headers: new HeaderList(['x-signature', NO_SIGNATURE, 'x-kind', '\u20ac']) },
    says: 'the header x-kind holds a character that no header can',
    remedy: 'Hand over the header’s value as it arrived, one character a byte.',
  },
  {
    when: 'a Host field that the target overrules',
    gate: overBody({ message: '{header:host}\n{body}' }),
    request: { url: 'https://a.example/hook', headers: { ...FALSE, host: 'b.example' } },
    says: 'the message covers the Host field, and the request’s target names another host',
    remedy: 'Look for a proxy that writes the target anew; set the gate’s origin to what the sender calls.',
  },
  {
    when: 'no host',
    gate: overBody({ message: '{host}\n{body}' }),
    request: { headers: FALSE },
    says: 'the message covers the host; there is none',
    remedy: 'Hand the request over with its Host header or an absolute URL, or set the gate’s origin.',
  },
  {
    when: 'a nonce that could be the body’s beginning',
    gate: { provider: 'hmac' },
    request: { headers: { ...FALSE, 'x-timestamp': String(SECONDS) }, body: 'abcdefgh.{}' },
    says: 'the body begins as a nonce does, up to the ".": it could as well be a nonce and another body',
    remedy: 'Set the gate’s message to one that always has a nonce, or never.',
  },
  {
    when: 'a body that could be the fraction of the seconds',
    gate: overBody(timed),
    request: { headers: { 'x-time': String(SECONDS), 'x-signature': NO_SIGNATURE }, body: '12.{}' },
    says: 'the body begins with digits and a point: they could as well be the timestamp’s fraction',
    remedy: 'The sender must send another body, or sign a timestamp that has its fraction.',
  },
  {
    when: 'a fraction that could be the nonce',
    gate: { provider: 'hmac' },
    request: { headers: { ...FALSE, 'x-timestamp': `${SECONDS}.12345678901234567890` } },
    says: 'the timestamp’s fraction could as well be a nonce',
    remedy: 'The sender must sign whole seconds, or the gate’s message must always have a nonce, or never.',
  },
  // The time.
  {
    when: 'no time, where one is signed',
    gate: overBody(timed),
    request: { headers: FALSE },
    says: 'the message covers a timestamp; the request carries none',
    remedy:
      'The sender must send its time in the header x-time, and what is in front of the gate must hand that on.',
  },
  {
    when: 'two times',
    gate: overBody(timed),
    request: {
      headers: [
        ['x-signature', NO_SIGNATURE],
        ['x-time', '1'],
        ['x-time', '2'],
      ],
    },
    says: 'the timestamp is repeated',
    remedy: 'Compare the timestamp’s form and unit with the provider’s page.',
  },
  {
    when: 'a time that is a text of JSON, where a number is signed',
    gate: overBody({ message: '{timestamp}.{body}', timestamp: { member: 'time' } }),
    request: { headers: FALSE, body: '{"time":"1"}' },
    says: 'the timestamp is malformed',
    remedy: 'Compare the timestamp’s form and unit with the provider’s page.',
  },
  {
    when: 'a time in words',
    gate: overBody(timed),
    request: at('now'),
    says: 'the timestamp is not Unix seconds',
    remedy: 'Compare the timestamp’s form and unit with the provider’s page.',
  },
  {
    when: 'a time in milliseconds, where seconds are meant',
    gate: overBody(timed),
    request: at(SECONDS * 1000),
    says: 'the timestamp looks like milliseconds, where seconds are meant',
    remedy: 'Compare the timestamp’s form and unit with the provider’s page.',
  },
  {
    when: 'a time in seconds, where milliseconds are meant and the digits are too few to tell',
    gate: overBody({ ...timed, timestamp: { header: 'x-time', unit: 'ms' } }),
    request: at(SECONDS),
    says: 'the request is 20350 days old; at most 5 min are allowed',
    remedy: 'The time is years off: look at its unit (seconds or milliseconds), and at the sender’s clock.',
  },
  {
    when: 'a time that is none of RFC 3339',
    gate: overBody({ ...timed, timestamp: { header: 'x-time', unit: 'rfc3339' } }),
    request: at('2025-10-09'),
    says: 'the timestamp is not of the form YYYY-MM-DDTHH:MM:SS, a fraction if any, and Z or an offset such as +02:00',
    remedy: 'Compare the timestamp’s form and unit with the provider’s page.',
  },
  {
    when: 'a request of ten minutes ago',
    gate: overBody(timed),
    request: at(SECONDS - 600),
    says: 'the request is 10 min old; at most 5 min are allowed',
    remedy: 'The request is old: look for a queue or retry on the way, and at both clocks.',
  },
  {
    when: 'a request from in ten minutes',
    gate: overBody(timed),
    request: at(SECONDS + 600),
    says: 'the request is dated 10 min ahead; at most 5 min are allowed',
    remedy: 'The sender’s clock is ahead, or ours is behind: look at time synchronisation.',
  },
  {
    when: 'a form without a time, genuinely signed',
    gate: inForm,
    request: form(`a=1&signature=${createHmac('sha1', SECRET).update('a=1\r\n').digest('hex')}`),
    says: 'the request carries no timestamp',
    remedy:
      'The sender must send its time in the form field timestamp, and what is in front of the gate must hand that on.',
  },
  // A body in JSON that carries the signature.
  {
    when: 'a body that is not JSON',
    gate: overBody(inBody),
    request: { body: 'a=1' },
    says: 'in the body, the text is not a JSON object, at byte 0',
    remedy: 'Look at the body as it arrived: the scheme needs an unambiguous body of its documented type.',
  },
  {
    when: 'a body with one name twice',
    gate: overBody(inBody),
    request: { body: '{"sig":"ab","a":1,"a":2}' },
    says: 'in the body, a member name occurs twice in one object, at byte 18',
    remedy: 'Look at the body as it arrived: the scheme needs an unambiguous body of its documented type.',
  },
  {
    when: 'a body that was cut off',
    gate: overBody(inBody),
    request: { body: '{"sig":"ab","a":' },
    says: 'in the body, the text ends too soon, at byte 16',
    remedy: 'Look at the body as it arrived: the scheme needs an unambiguous body of its documented type.',
  },
  {
    when: 'a body with something after it',
    gate: overBody(inBody),
    request: { body: '{"sig":"ab"}x' },
    says: 'in the body, bytes follow the JSON object, at byte 12',
    remedy: 'Look at the body as it arrived: the scheme needs an unambiguous body of its documented type.',
  },
  {
    when: 'a body without a comma',
    gate: overBody(inBody),
    request: { body: '{"sig":"ab" "a":1}' },
    says: 'in the body, a comma or a closing bracket is missing, at byte 12',
    remedy: 'Look at the body as it arrived: the scheme needs an unambiguous body of its documented type.',
  },
  {
    when: 'a body with a name that is not text',
    gate: overBody(inBody),
    request: { body: '{sig:1}' },
    says: 'in the body, a member name is missing, at byte 1',
    remedy: 'Look at the body as it arrived: the scheme needs an unambiguous body of its documented type.',
  },
  {
    when: 'a body without a colon',
    gate: overBody(inBody),
    request: { body: '{"sig" 1}' },
    says: 'in the body, a colon is missing, at byte 7',
    remedy: 'Look at the body as it arrived: the scheme needs an unambiguous body of its documented type.',
  },
  {
    when: 'a body with a number that is none',
    gate: overBody(inBody),
    request: { body: '{"sig":-}' },
    says: 'in the body, a number breaks the grammar, at byte 8',
    remedy: 'Look at the body as it arrived: the scheme needs an unambiguous body of its documented type.',
  },
  // A body that is a form, and carries the signature.
  {
    when: 'a form without a type',
    gate: inForm,
    request: { body: 'a=1' },
    says: 'the request has no content type',
    remedy: 'Look at the body as it arrived: the scheme needs an unambiguous body of its documented type.',
  },
  {
    when: 'a form with two types',
    gate: inForm,
    request: {
      body: 'a=1',
      headers: [
        ['Content-Type', 'application/x-www-form-urlencoded'],
        ['Content-Type', 'text/plain'],
      ],
    },
    says: 'the request has two content types',
    remedy: 'The sender must say once how the form is written; or a proxy added a Content-Type of its own.',
  },
  {
    when: 'a form called JSON',
    gate: inForm,
    request: form('a=1', 'application/json'),
    says: 'the content type is not that of a form',
    remedy: 'Look at the body as it arrived: the scheme needs an unambiguous body of its documented type.',
  },
  {
    when: 'a form in Latin-1',
    gate: inForm,
    request: form('a=1', `${FORM}; charset=iso-8859-1`),
    says: 'the charset is not utf-8',
    remedy: 'Look at the body as it arrived: the scheme needs an unambiguous body of its documented type.',
  },
  {
    when: 'a form whose type is not a media type',
    gate: inForm,
    request: form('a=1', ';'),
    says: 'the content type breaks the grammar',
    remedy: 'Look at the body as it arrived: the scheme needs an unambiguous body of its documented type.',
  },
  {
    when: 'a form with a field twice',
    gate: inForm,
    request: form('a=1&a=2&signature=ab'),
    says: 'a form field occurs twice',
    remedy:
      'The sender must send each field once, no line break in it, and no "=" in its name: other forms can be read in two ways under one signature.',
  },
  {
    when: 'a form with a line break in a field',
    gate: inForm,
    request: form('a=1%0D%0A2'),
    says: 'a form field carries a line break, so the signed lines would be ambiguous',
    remedy:
      'The sender must send each field once, no line break in it, and no "=" in its name: other forms can be read in two ways under one signature.',
  },
  {
    when: 'a form with an equals sign in a name',
    gate: inForm,
    request: form('a%3D=1'),
    says: 'a form field’s name carries "=", so the signed lines would be ambiguous',
    remedy:
      'The sender must send each field once, no line break in it, and no "=" in its name: other forms can be read in two ways under one signature.',
  },
  {
    when: 'a form with a broken escape',
    gate: inForm,
    request: form('a=%zz'),
    says: 'a field has a broken percent escape or is not UTF-8',
    remedy: 'Look at the body as it arrived: the scheme needs an unambiguous body of its documented type.',
  },
  {
    when: 'a form with a field that has no name',
    gate: inForm,
    request: form('=1'),
    says: 'a field has no name',
    remedy: 'Look at the body as it arrived: the scheme needs an unambiguous body of its documented type.',
  },
  {
    when: 'a form of 2,000 fields',
    gate: inForm,
    request: form('a&'.repeat(2000)),
    says: 'the form has too many fields',
    remedy: 'Look at the body as it arrived: the scheme needs an unambiguous body of its documented type.',
  },
  {
    when: 'a multipart form without a boundary',
    gate: inForm,
    request: form('', 'multipart/form-data'),
    says: 'the content type names no boundary',
    remedy: 'Look at the body as it arrived: the scheme needs an unambiguous body of its documented type.',
  },
  {
    when: 'a multipart form that begins with something else',
    gate: inForm,
    request: multipart('x'),
    says: 'the body does not start with its boundary',
    remedy: 'Look at the body as it arrived: the scheme needs an unambiguous body of its documented type.',
  },
  {
    when: 'a multipart form that holds a file',
    gate: inForm,
    request: multipart('--b\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\n1\r\n--b--\r\n'),
    says: 'a part is a file, which the signature does not cover',
    remedy: 'Look at the body as it arrived: the scheme needs an unambiguous body of its documented type.',
  },
];

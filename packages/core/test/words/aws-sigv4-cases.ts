/** Refusals of AWS Signature Version 4, and gates of it that cannot be set up. */
import { createHash, createHmac } from 'node:crypto';
import { gateOf, NO_SIGNATURE, type RefusalCase, SECRET } from './refusal-case.ts';
import type { SetupCase } from './setup-cases.ts';

const provider = (options: object = {}): object => ({
  id: 'aws-sigv4',
  region: 'us-east-1',
  service: 'execute-api',
  ...options,
});
const keys = [{ id: 'AKID', secret: SECRET }];
const gate = (options?: object): object => ({ provider: provider(options), keys });

const TIME = '20251009T085320Z';
const SCOPE = '20251009/us-east-1/execute-api/aws4_request';
const AS_DOCUMENTED =
  'The sender must write `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`, each once.';

const header = ({
  credential = `AKID/${SCOPE}`,
  signed = 'host;x-amz-date',
  signature = NO_SIGNATURE,
} = {}): string =>
  `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signed}, Signature=${signature}`;

const request = (authorization: string, more: object = {}): RefusalCase['request'] => ({
  headers: { host: 'api.example', 'x-amz-date': TIME, authorization, ...more },
});

/** What its scope, names and signature do not decide. */
const otherwise = (says: string, authorization: string, when: string): RefusalCase => ({
  when,
  gate: gate(),
  request: request(authorization),
  says,
  remedy: AS_DOCUMENTED,
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A genuine signature of a POST of `{}` whose body has that hash by its own word. */
function signedOfHash(hash: string): RefusalCase['request'] {
  const signed = 'host;x-amz-content-sha256;x-amz-date';
  const canonical = `POST\n/hook\n\nhost:api.example\nx-amz-content-sha256:${hash}\nx-amz-date:${TIME}\n\n${signed}\n${hash}`;
  const key = SCOPE.split('/').reduce<string | Buffer>(
    (last, part) => createHmac('sha256', last).update(part).digest(),
    `AWS4${SECRET}`,
  );
  const text = `AWS4-HMAC-SHA256\n${TIME}\n${SCOPE}\n${sha256(canonical)}`;
  const signature = createHmac('sha256', key).update(text).digest('hex');
  return request(header({ signed, signature }), { 'x-amz-content-sha256': hash });
}

const ofHash = (hash: string): RefusalCase['request'] =>
  request(header({ signed: 'host;x-amz-content-sha256;x-amz-date' }), { 'x-amz-content-sha256': hash });

const PART = 'Look for a proxy that drops or doubles the part, and at what the sender signs.';

export const sigV4Cases: readonly RefusalCase[] = [
  {
    when: 'a request that no client of AWS has signed',
    gate: gate(),
    request: { headers: { host: 'api.example' } },
    says: 'the request has no header authorization',
    remedy: 'The sender does not sign, signs for another provider, or a proxy dropped the signature.',
  },
  {
    when: 'a presigned URL',
    gate: gate(),
    request: { url: '/hook?X-Amz-Signature=ab', headers: { host: 'api.example' } },
    says: 'the request has no header authorization',
    remedy:
      'Its signature stands in the query, as presigned URLs have it: have the sender sign the header, or set presigned.',
  },
  {
    when: 'two headers of AWS’s signature',
    gate: gate(),
    request: {
      headers: [
        ['host', 'api.example'],
        ['authorization', header()],
        ['authorization', header()],
      ],
    },
    says: 'the header authorization occurs twice',
    remedy: 'The sender must send it once; look for a proxy that adds one.',
  },
  otherwise(
    'the header is 9000 characters long; at most 8192 are read',
    'A'.repeat(9000),
    'a header of 9,000 characters',
  ),
  {
    when: 'a signature for all regions',
    gate: gate(),
    request: request(header().replace('HMAC', 'ECDSA-P256')),
    says: 'the signature is AWS4-ECDSA-P256-SHA256, and the gate takes AWS4-HMAC-SHA256',
    remedy: 'Have the sender sign with AWS4-HMAC-SHA256, for one region.',
  },
  otherwise(
    'the header authorization does not start with AWS4-HMAC-SHA256',
    'Bearer abc',
    'a bearer token in place of AWS’s signature',
  ),
  otherwise(
    'the header authorization has an item that is none of its three, or is there twice',
    `${header()}, Extra=1`,
    'a fourth item in AWS’s header',
  ),
  otherwise(
    'the header authorization has no SignedHeaders, no Signature',
    `AWS4-HMAC-SHA256 Credential=AKID/${SCOPE}`,
    'AWS’s header cut off',
  ),
  otherwise(
    'the credential is not ACCESS-KEY-ID/YYYYMMDD/REGION/SERVICE/aws4_request',
    header({ credential: 'AKID/us-east-1' }),
    'a credential without its scope',
  ),
  otherwise(
    'more than 100 headers are signed',
    header({ signed: Array.from({ length: 101 }, (_, i) => `h${i}`).join(';') }),
    'a hundred and one signed headers',
  ),
  otherwise(
    'a signed header’s name is not a name in lower case',
    header({ signed: 'Host;x-amz-date' }),
    'a signed header in capitals',
  ),
  otherwise(
    'the signed headers are not in ascending order at host',
    header({ signed: 'x-amz-date;host' }),
    'signed headers in another order',
  ),
  otherwise(
    'the signature is not 64 digits of lower-case hex',
    header({ signature: 'AB' }),
    'a short signature in AWS’s header',
  ),
  {
    when: 'a signature for another region',
    gate: gate(),
    request: request(header({ credential: `AKID/${SCOPE.replace('east', 'west')}` })),
    says: 'the signature is for the region us-west-1 and the service execute-api; the gate is for us-east-1 and execute-api',
    remedy: 'Have the sender sign for those, or set the gate’s region and service to what it signs for.',
  },
  {
    when: 'a header of AWS’s that is not signed',
    gate: gate(),
    request: request(header(), { 'x-amz-target': 'a' }),
    says: 'the header x-amz-target is not signed',
    remedy: 'The sender must name it in SignedHeaders; look for a proxy that adds it.',
  },
  {
    when: 'a signed header that a proxy dropped',
    gate: gate(),
    request: request(header({ signed: 'host;x-amz-date;x-own' })),
    says: 'x-own is among the signed headers, and the request has none',
    remedy: 'A proxy on the way may drop it: let it through, or have the sender not sign it.',
  },
  {
    when: 'a signed host that nothing says',
    gate: gate(),
    request: { headers: { 'x-amz-date': TIME, authorization: header() } },
    says: 'nothing says which host the request was sent to',
    remedy: 'Hand the request over with its Host header or an absolute URL, or set the gate’s origin.',
  },
  {
    when: 'a signature of AWS’s without a time',
    gate: gate(),
    request: { headers: { host: 'api.example', authorization: header() } },
    says: 'the request has no header x-amz-date',
    remedy: 'The sender must send its time there, and what is in front of the gate must hand that on.',
  },
  {
    when: 'a time of AWS’s twice',
    gate: gate(),
    request: {
      headers: [
        ['host', 'api.example'],
        ['authorization', header()],
        ['x-amz-date', TIME],
        ['x-amz-date', TIME],
      ],
    },
    says: 'the header x-amz-date occurs twice',
    remedy: 'Compare the timestamp’s form and unit with the provider’s page.',
  },
  {
    when: 'a time of AWS’s with dashes',
    gate: gate(),
    request: request(header(), { 'x-amz-date': '2025-10-09' }),
    says: 'the header x-amz-date is not of the form YYYYMMDDTHHMMSSZ',
    remedy: 'Compare the timestamp’s form and unit with the provider’s page.',
  },
  {
    when: 'a time of another day than the key’s',
    gate: gate(),
    request: request(header(), { 'x-amz-date': '20251010T000000Z' }),
    says: 'the header x-amz-date is of another day than the credential',
    remedy: 'Compare the timestamp’s form and unit with the provider’s page.',
  },
  {
    when: 'a hash of the body twice',
    gate: gate(),
    request: {
      headers: [
        ['host', 'api.example'],
        ['authorization', header({ signed: 'host;x-amz-content-sha256;x-amz-date' })],
        ['x-amz-date', TIME],
        ['x-amz-content-sha256', NO_SIGNATURE],
        ['x-amz-content-sha256', NO_SIGNATURE],
      ],
    },
    says: 'the header x-amz-content-sha256 occurs twice',
    remedy: PART,
  },
  {
    when: 'a body that the client left unsigned',
    gate: gate(),
    request: ofHash('UNSIGNED-PAYLOAD'),
    says: 'the header x-amz-content-sha256 says UNSIGNED-PAYLOAD: nothing of the request proves its body',
    remedy:
      'Have the sender sign the body’s SHA-256; or set unsignedPayload, if anybody’s body is to be taken.',
  },
  {
    when: 'a body that is signed in chunks',
    gate: gate(),
    request: ofHash('STREAMING-AWS4-HMAC-SHA256-PAYLOAD'),
    says: 'the body is signed in chunks of its own, which the gate does not take',
    remedy: 'Have the sender sign the body as a whole.',
  },
  {
    when: 'a hash in capitals',
    gate: gate(),
    request: ofHash('AB'.repeat(32)),
    says: 'the header x-amz-content-sha256 is not a SHA-256 in lower-case hex',
    remedy: PART,
  },
  {
    when: 'a body that was changed under its hash',
    gate: gate(),
    request: signedOfHash(sha256('{ }')),
    says: 'the signed digest is of another body',
    remedy:
      'The key is right, and the body was changed after it was signed: look for what parses it and writes it anew.',
  },
  {
    when: 'a URL that does not decode, under AWS’s signature',
    gate: gate(),
    request: { ...request(header()), url: '/hook?a=%zz' },
    says: 'the URL has a % that two hexadecimal digits do not follow, and the signature covers the URL as it is decoded',
    remedy: 'The sender must percent-encode the URL before it signs it.',
  },
  {
    when: 'a plus sign in a query, which could be a blank, under AWS’s signature',
    gate: gate(),
    request: { ...request(header()), url: '/hook?a=b+c' },
    says: 'the query has a plus sign that is not percent-encoded: some read it as a blank, and the signature says nothing of which it is',
    remedy: 'The sender must write a blank as %20 and a plus sign as %2B.',
  },
  {
    when: 'a query of a thousand and one parameters under AWS’s signature',
    gate: gate(),
    request: { ...request(header()), url: `/hook?${'a&'.repeat(1000)}a` },
    says: 'the query has more than 1000 parameters, and the signature covers them in order',
    remedy: 'Send fewer: the rest in the body, say.',
  },
];

const DRAFT = { method: 'POST', url: '/hook', headers: {} };

export const sigV4Setups: readonly SetupCase[] = [
  {
    when: 'AWS’s signature for no region',
    act: () => gateOf({ provider: provider({ region: undefined }), keys }),
    says: 'provider.region: it is not given. Give the region that senders sign for, e.g. us-east-1.',
  },
  {
    when: 'a service with a slash',
    act: () => gateOf({ provider: provider({ service: 'a/b' }), keys }),
    says: 'provider.service: it is no part of a credential scope. Give letters, digits and - _ . as the sender’s requests have them, e.g. execute-api.',
  },
  {
    when: 'AWS’s signature by a key of no such id',
    act: () => gateOf({ provider: provider(), keys: [{ id: 'a/b', secret: SECRET }] }).sign(DRAFT),
    says: 'keys: the key’s id is no access key id, and the signature names it. Give letters, digits and - _ . as the id.',
  },
  {
    when: 'AWS’s signature of a request to nobody',
    act: () => gateOf({ provider: provider(), keys }).sign(DRAFT),
    says: 'request: nothing says which host the request was sent to. Give the part, or take it out of the gate’s signedHeaders.',
  },
];

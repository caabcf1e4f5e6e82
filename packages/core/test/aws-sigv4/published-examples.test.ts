/**
 * AWS's own examples, byte for byte: the test suite of Signature Version 4, the guide's request to IAM, and S3's four requests.
 * What the suite has of paths that are normalised (`/a/../b`) is not among them: the gate takes a path as it stands.
 */
import { describe, expect, it } from 'vitest';
import { createGate, type SignedRequest } from '../../src/index.ts';
import { requestFrom } from '../../src/request-from.ts';

interface Example {
  readonly name: string;
  readonly method?: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: string;
  readonly signed: string;
  readonly signature: string;
}

interface Account {
  readonly id: string;
  readonly secret: string;
  readonly region: string;
  readonly service: string;
  readonly time: string;
  readonly nowMs: number;
}

const SUITE: Account = {
  id: 'AKIDEXAMPLE',
  secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
  service: 'service',
  time: '20150830T123600Z',
  nowMs: Date.UTC(2015, 7, 30, 12, 36),
};

const HOST = ['Host', 'example.amazonaws.com'] as const;
const FORM = 'application/x-www-form-urlencoded';

const OF_SUITE: readonly Example[] = [
  {
    name: 'get-vanilla',
    url: '/',
    headers: [HOST],
    signed: 'host;x-amz-date',
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    name: 'get-vanilla-query-order-key-case',
    url: '/?Param2=value2&Param1=value1',
    headers: [HOST],
    signed: 'host;x-amz-date',
    signature: 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  },
  {
    name: 'get-vanilla-empty-query-key',
    url: '/?Param1=value1',
    headers: [HOST],
    signed: 'host;x-amz-date',
    signature: 'a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb',
  },
  {
    name: 'get-unreserved',
    url: '/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
    headers: [HOST],
    signed: 'host;x-amz-date',
    signature: '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f',
  },
  {
    name: 'get-header-value-trim',
    url: '/',
    headers: [HOST, ['My-Header1', ' value1'], ['My-Header2', ' "a   b   c"']],
    signed: 'host;my-header1;my-header2;x-amz-date',
    signature: 'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  },
  {
    name: 'get-header-key-duplicate',
    url: '/',
    headers: [HOST, ['My-Header1', 'value2'], ['My-Header1', 'value2'], ['My-Header1', 'value1']],
    signed: 'host;my-header1;x-amz-date',
    signature: 'c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea',
  },
  {
    name: 'post-vanilla',
    method: 'POST',
    url: '/',
    headers: [HOST],
    signed: 'host;x-amz-date',
    signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  },
  {
    name: 'post-header-key-sort',
    method: 'POST',
    url: '/',
    headers: [HOST, ['My-Header1', 'value1']],
    signed: 'host;my-header1;x-amz-date',
    signature: 'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c',
  },
  {
    name: 'post-x-www-form-urlencoded',
    method: 'POST',
    url: '/',
    headers: [HOST, ['Content-Type', FORM]],
    body: 'Param1=value1',
    signed: 'content-type;host;x-amz-date',
    signature: 'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  },
];

const IAM: Account = { ...SUITE, service: 'iam' };

const OF_GUIDE: readonly Example[] = [
  {
    name: 'ListUsers',
    url: '/?Action=ListUsers&Version=2010-05-08',
    headers: [
      ['Host', 'iam.amazonaws.com'],
      ['Content-Type', `${FORM}; charset=utf-8`],
    ],
    signed: 'content-type;host;x-amz-date',
    signature: '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  },
];

const S3: Account = {
  id: 'AKIAIOSFODNN7EXAMPLE',
  secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
  service: 's3',
  time: '20130524T000000Z',
  nowMs: Date.UTC(2013, 4, 24),
};

const BUCKET = ['Host', 'examplebucket.s3.amazonaws.com'] as const;
const EMPTY = [
  'x-amz-content-sha256',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
] as const;

const OF_S3: readonly Example[] = [
  {
    name: 'GET object',
    url: '/test.txt',
    headers: [BUCKET, ['Range', 'bytes=0-9'], EMPTY],
    signed: 'host;range;x-amz-content-sha256;x-amz-date',
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  {
    name: 'PUT object',
    method: 'PUT',
    url: '/test$file.text',
    headers: [
      BUCKET,
      ['Date', 'Fri, 24 May 2013 00:00:00 GMT'],
      ['x-amz-storage-class', 'REDUCED_REDUNDANCY'],
      ['x-amz-content-sha256', '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072'],
    ],
    body: 'Welcome to Amazon S3.',
    signed: 'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  {
    name: 'GET bucket lifecycle',
    url: '/?lifecycle',
    headers: [BUCKET, EMPTY],
    signed: 'host;x-amz-content-sha256;x-amz-date',
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  {
    name: 'GET bucket, list objects',
    url: '/?max-keys=2&prefix=J',
    headers: [BUCKET, EMPTY],
    signed: 'host;x-amz-content-sha256;x-amz-date',
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
];

function requestOf(account: Account, example: Example): SignedRequest {
  const { method = 'GET', url, headers, body = '', signed, signature } = example;
  const scope = `${account.time.slice(0, 8)}/${account.region}/${account.service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${account.id}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
  return requestFrom({
    method,
    url,
    body,
    headers: [...headers, ['X-Amz-Date', account.time], ['Authorization', authorization]],
  });
}

describe.each([
  ['the test suite', SUITE, OF_SUITE],
  ['the guide', IAM, OF_GUIDE],
  ['S3', S3, OF_S3],
] as const)('of %s', (_, account, examples) => {
  const { region, service, id, secret, nowMs } = account;
  const gates = [
    createGate({ provider: { id: 'aws-sigv4', region, service }, keys: [{ id, secret }], now: () => nowMs }),
    createGate({ scheme: { type: 'aws-sigv4', region, service }, keys: [{ id, secret }], now: () => nowMs }),
  ];

  it.each(examples)('$name', async (example) => {
    for (const gate of gates) {
      const verdict = await gate.verify(requestOf(account, example));
      expect(verdict.ok ? '' : `${verdict.reason}: ${verdict.message}`).toBe('');
      expect(verdict).toMatchObject({
        keyId: id,
        coveredHeaders: example.signed.split(';').filter((name) => name !== 'host'),
      });
      const forged = { ...example, url: `${example.url}${example.url.includes('?') ? '&' : '?'}a=1` };
      expect(await gate.verify(requestOf(account, forged))).toMatchObject({ reason: 'signature-mismatch' });
    }
  });
});

/** Refusals of presigned URLs, and gates of them that cannot be set up. */
import { createHash, createHmac } from 'node:crypto';
import { gateOf, NO_SIGNATURE, type RefusalCase, SECRET } from './refusal-case.ts';
import type { SetupCase } from './setup-cases.ts';

const provider = (options: object = {}): object => ({
  id: 'aws-sigv4',
  region: 'us-east-1',
  service: 'execute-api',
  presigned: true,
  ...options,
});
const keys = [{ id: 'AKID', secret: SECRET }];

const SCOPE = '20251009/us-east-1/execute-api/aws4_request';
const DUE = {
  'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
  'X-Amz-Credential': `AKID/${SCOPE}`,
  'X-Amz-Date': '20251009T085320Z',
  'X-Amz-Expires': '60',
  'X-Amz-SignedHeaders': 'host',
};
const AS_DOCUMENTED = `The sender must write ${[...Object.keys(DUE), 'X-Amz-Signature'].join(', ')} in the query, each once.`;

const queryOf = (own: Readonly<Record<string, string>>): string =>
  Object.entries({ ...DUE, ...own })
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');

const url = (own: Readonly<Record<string, string>> = {}): string =>
  `/hook?${queryOf({ ...own, 'X-Amz-Signature': NO_SIGNATURE })}`;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** With a genuine signature of a POST of `{}`. */
function signedUrl(own: Readonly<Record<string, string>>): string {
  const query = queryOf(own);
  const canonical = `POST\n/hook\n${query}\nhost:api.example\n\nhost\n${sha256('{}')}`;
  const key = SCOPE.split('/').reduce<string | Buffer>(
    (last, part) => createHmac('sha256', last).update(part).digest(),
    `AWS4${SECRET}`,
  );
  const text = `AWS4-HMAC-SHA256\n${DUE['X-Amz-Date']}\n${SCOPE}\n${sha256(canonical)}`;
  return `/hook?${query}&X-Amz-Signature=${createHmac('sha256', key).update(text).digest('hex')}`;
}

const presigned = (
  when: string,
  text: string,
  says: string,
  remedy: string = AS_DOCUMENTED,
  headers: object = {},
): RefusalCase => ({
  when,
  gate: { provider: provider(), keys },
  request: { url: text, headers: { host: 'api.example', ...headers } },
  says,
  remedy,
});

const TIME = 'Compare the timestamp’s form and unit with the provider’s page.';
const PART = 'Look for a proxy that drops or doubles the part, and at what the sender signs.';

export const presignedCases: readonly RefusalCase[] = [
  presigned(
    'a presigned URL beside a signature in the header',
    url(),
    'there is a signature in the query, and one in the header authorization',
    AS_DOCUMENTED,
    { authorization: 'AWS4-HMAC-SHA256 Credential=a' },
  ),
  presigned(
    'a presigned URL of another algorithm',
    url({ 'X-Amz-Algorithm': 'AWS4-ECDSA-P256-SHA256' }),
    'the signature in the query is not AWS4-HMAC-SHA256, which the gate takes',
    'Have the sender sign with AWS4-HMAC-SHA256, for one region.',
  ),
  presigned(
    'a presigned URL that is good for no time',
    url({ 'X-Amz-Expires': '0' }),
    'X-Amz-Expires is no number of seconds',
  ),
  presigned(
    'a presigned URL whose query is no form',
    `${url()}&a=%zz`,
    'the query cannot be read: a field has a broken percent escape or is not UTF-8',
  ),
  presigned('a presigned URL with two times', `${url()}&X-Amz-Date=1`, 'the query has X-Amz-Date twice'),
  presigned(
    'a presigned URL without an end',
    url().replace('&X-Amz-Expires=60', ''),
    'the query has no X-Amz-Expires',
  ),
  presigned(
    'a presigned URL without a credential',
    url({ 'X-Amz-Credential': 'AKID' }),
    'the credential is not ACCESS-KEY-ID/YYYYMMDD/REGION/SERVICE/aws4_request',
  ),
  presigned(
    'a presigned URL of another day than the key’s',
    url({ 'X-Amz-Date': '20251010T000000Z' }),
    'the parameter X-Amz-Date is of another day than the credential',
    TIME,
  ),
  presigned(
    'a presigned URL of two bodies',
    url({ 'X-Amz-Content-Sha256': 'a'.repeat(64), 'X-Amz-SignedHeaders': 'host;x-amz-content-sha256' }),
    'the header x-amz-content-sha256 and the parameter X-Amz-Content-Sha256 differ',
    PART,
    { 'x-amz-content-sha256': 'b'.repeat(64) },
  ),
  presigned(
    'a presigned URL that leaves its body unsigned',
    url({ 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' }),
    'the parameter X-Amz-Content-Sha256 says UNSIGNED-PAYLOAD: nothing of the request proves its body',
    'Have the sender sign the body’s SHA-256; or set unsignedPayload, if anybody’s body is to be taken.',
  ),
  presigned(
    'a presigned URL that is good for too long',
    signedUrl({ 'X-Amz-Expires': '1209600' }),
    'the URL is good for 14 days; at most 7 days are taken',
    'Have the sender sign for a shorter time, or set maxLifetimeMs to what it signs for.',
  ),
];

export const presignedSetups: readonly SetupCase[] = [
  {
    when: 'presigned URLs for S3 and bodies that must be proved',
    act: () => gateOf({ provider: provider({ service: 's3' }), keys }),
    says: 'provider.presigned: presigned URLs for s3 do not prove the body, and unsignedPayload is not set. Set unsignedPayload: true, if anybody’s body is to be taken; or leave presigned out.',
  },
  {
    when: 'a bound of presigned URLs that are not taken',
    act: () => gateOf({ provider: provider({ presigned: false, maxLifetimeMs: 1000 }), keys }),
    says: 'provider.maxLifetimeMs: it is for presigned URLs, and none are taken. Set presigned: true; or leave it out.',
  },
];

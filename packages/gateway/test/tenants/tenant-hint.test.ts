/** What of a request says whose it is: read as the listener reads it, and of a stranger’s request that cannot be read there is none. */
import { type RequestParts, requestFrom, type SignedRequest } from '@countersign/core';
import { expect, it } from 'vitest';
import type { TenantPlace } from '../../src/config/config.ts';
import { parsePathPattern } from '../../src/config/path-pattern.ts';
import { createTenantHint } from '../../src/tenants/tenant-hint.ts';

const segments = parsePathPattern('/hooks/:tenant/in') ?? [];
const PATH: TenantPlace = { kind: 'path', name: 'tenant' };
const HEADER: TenantPlace = { kind: 'header', name: 'x-shop' };
const QUERY: TenantPlace = { kind: 'query', name: 'shop' };
const BODY: TenantPlace = { kind: 'body', names: ['account', 'id'] };

const post = (parts: Partial<RequestParts>): SignedRequest =>
  requestFrom({ method: 'POST', url: '/hooks/acme/in', headers: {}, body: '', ...parts });

const padded = (bytes: number): string => `{"account":{"id":"acme"},"pad":"${'x'.repeat(bytes)}"}`;

it.each<[string, TenantPlace, SignedRequest, string | undefined]>([
  ['a segment of the path', PATH, post({}), 'acme'],
  ['what is encoded in the path, decoded', PATH, post({ url: '/hooks/a%20b/in' }), 'a b'],
  ['nothing of a path with dot segments', PATH, post({ url: '/hooks/../in' }), undefined],
  ['nothing of another path', PATH, post({ url: '/hooks/acme' }), undefined],
  ['nothing of a path that is encoded wrongly', PATH, post({ url: '/hooks/%zz/in' }), undefined],
  ['a header', HEADER, post({ headers: { 'X-Shop': 'acme' } }), 'acme'],
  ['nothing where the header is missing', HEADER, post({}), undefined],
  ['a parameter of the query', QUERY, post({ url: '/hooks/a/in?x=1&shop=ac%2Bme' }), 'ac+me'],
  ['the first of two parameters', QUERY, post({ url: '/hooks/a/in?shop=acme&shop=globex' }), 'acme'],
  ['nothing where there is no query', QUERY, post({}), undefined],
  ['a text of the body', BODY, post({ body: '{"account":{"id":"acme"}}' }), 'acme'],
  [
    'a number of the body, as it is written',
    BODY,
    post({ body: '{"account":{"id":10000000000000000001}}' }),
    '10000000000000000001',
  ],
  [
    'nothing of a body that says it twice',
    BODY,
    post({ body: '{"account":{"id":"a","id":"b"}}' }),
    undefined,
  ],
  ['nothing of what is neither', BODY, post({ body: '{"account":{"id":{}}}' }), undefined],
  ['nothing of a body that is no JSON', BODY, post({ body: 'account.id=acme' }), undefined],
  ['a member of a long body', BODY, post({ body: padded(900_000) }), 'acme'],
  ['nothing of a body that is longer than 1 MB', BODY, post({ body: padded(1_100_000) }), undefined],
])('is %s', async (_, place, request, tenant) => {
  expect(await createTenantHint(place, { segments })(request)).toBe(tenant);
});

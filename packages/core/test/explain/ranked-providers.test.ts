/** Without a provider: whose requests have this shape. Held against the vectors of every provider, which others signed. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rankedProviders } from '../../src/explain/ranked-providers.ts';
import { findProvider, HeaderList, type HeaderSource, requestFrom } from '../../src/index.ts';

const VECTORS = join(import.meta.dirname, '../../../../vectors');

interface RequestVector {
  readonly provider?: string;
  readonly options?: { readonly headers?: unknown };
  readonly name: string;
  readonly method: string;
  readonly url: string;
  readonly headers: HeaderSource;
  readonly bodyBase64: string;
  readonly expect: string;
}

function vectorsOf(file: string): readonly RequestVector[] {
  return (JSON.parse(readFileSync(join(VECTORS, file), 'utf8')) as { cases: RequestVector[] }).cases;
}

function rankedOf({ method, url, headers, bodyBase64 }: RequestVector): readonly string[] {
  const choices = rankedProviders(
    requestFrom({ method, url, headers: HeaderList.from(headers), body: Buffer.from(bodyBase64, 'base64') }),
  );
  return choices.map((choice) => (typeof choice === 'string' ? choice : choiceText(choice)));
}

function choiceText({ id, ...options }: { readonly id: string }): string {
  return Object.keys(options).length === 0 ? id : `${id} ${JSON.stringify(options)}`;
}

const FILES = [
  ...['approov.json', 'flowent.json', 'flow-production-tracking.json'].map((file) => [file, file]),
  ...readdirSync(join(VECTORS, 'providers')).map((file) => [`providers/${file}`, file]),
].map(([file = '', id = '']) => ({ file, id: providerOf(file, id.replace('.json', '')) }));

/** What a gate of them is written with: of senders that sign as others do, that and its options. */
function providerOf(file: string, id: string): string {
  const [{ provider = id, options = {} } = {}] = vectorsOf(file);
  // What no gate of it can do without, no request shows; nor which of those who sign alike has sent it.
  const { needs: needed = {}, signsAs, scheme } = findProvider(provider) ?? {};
  const needs = Object.keys(needed);
  const prefix = scheme && 'prefix' in scheme ? scheme.prefix : undefined;
  return choiceText({
    id: signsAs ?? provider,
    ...(signsAs !== undefined && prefix !== 'webhook' && { headers: prefix }),
    ...Object.fromEntries(Object.entries(options).filter(([name]) => !needs.includes(name))),
  });
}

describe.each(FILES)('$file', ({ file, id }) => {
  const accepted = vectorsOf(file).filter((vector) => vector.expect === 'accept');

  it('has requests that are accepted', () => {
    expect(accepted.length).toBeGreaterThan(0);
  });

  it.each(accepted)(`$name is of ${id} before any other`, (vector) => {
    expect(rankedOf(vector)[0]).toBe(id);
  });
});

const REQUEST = { method: 'POST', url: '/in', bodyBase64: '', name: '', expect: '' };

it.each<{
  readonly name: string;
  readonly headers: HeaderSource;
  readonly body?: string;
  readonly url?: string;
}>([
  { name: 'nothing at all', headers: {} },
  { name: 'a browser’s request', headers: { 'user-agent': 'x', accept: '*/*', cookie: 'a=b' } },
  {
    name: 'JSON with a time and no signature',
    headers: { 'content-type': 'application/json' },
    body: '{"timestamp":1,"id":2}',
  },
  { name: 'a list', headers: { 'content-type': 'application/json' }, body: '["signature"]' },
  {
    name: 'a form with a time',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'timestamp=1',
  },
  {
    name: 'a broken form',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'signature=%zz&=',
  },
  { name: 'a scheme of authorization that nobody has', headers: { authorization: 'Digest x' } },
])('none fits $name', ({ headers, body = '', url = '/in' }) => {
  expect(rankedOf({ ...REQUEST, url, headers, bodyBase64: Buffer.from(body).toString('base64') })).toEqual(
    [],
  );
});

it.each([
  {
    name: 'a bearer token that is a JWT',
    headers: { authorization: `Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.${'A'.repeat(43)}` },
    ids: ['jwt-bearer', 'incode'],
  },
  {
    name: 'a JWT of another algorithm',
    headers: { authorization: `Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.${'A'.repeat(342)}` },
    ids: ['jwt-bearer', 'incode'],
  },
  { name: 'a bearer token that is none', headers: { authorization: 'Bearer abc' }, ids: ['incode'] },
  {
    name: 'Slack’s time without the signature',
    headers: { 'x-slack-request-timestamp': '1' },
    ids: ['slack'],
  },
  {
    name: 'a signature that cannot be read',
    headers: { 'x-hub-signature-256': 'sha256=zz' },
    ids: ['meta', 'github'],
  },
  {
    name: 'signatures of two senders',
    headers: { 'x-hub-signature-256': 'sha256=zz', 'x-sg-signature': `sha1=${'a'.repeat(40)}` },
    ids: ['flow-production-tracking-webhook', 'meta', 'github'],
  },
  {
    name: 'a signature of no name',
    headers: { 'x-signature': 'ab', 'x-timestamp': '1' },
    ids: ['hmac', 'stream-chat', 'mercadopago'],
  },
])('$name', ({ headers, ids }) => {
  expect(rankedOf({ ...REQUEST, headers })).toEqual(ids);
});

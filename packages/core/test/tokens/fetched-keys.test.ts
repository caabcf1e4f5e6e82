/** One fetch of a key set: what is asked for, and what each answer is taken for; and what the keys of it are called. */
import { describe, expect, it } from 'vitest';
import { createGate } from '../../src/index.ts';
import { fetchKeySet } from '../../src/schemes/jwt/fetch-key-set.ts';
import { createKeySetRing } from '../../src/schemes/jwt/key-set-ring.ts';
import { keySetUrl } from '../../src/schemes/jwt/key-set-url.ts';
import { bearer, mint, NOW, P256, RSA, wordOf } from './mint.ts';

const URL = 'https://issuer.example/jwks';
const SET = JSON.stringify({ keys: [P256.jwk, RSA.jwk] });
const answered = (answer: () => Response) =>
  fetchKeySet({ url: URL, fetch: async () => answer(), timeoutMs: 10_000, maxBytes: 4096 });

describe('a key set', () => {
  it('is asked for as one, without credentials and without being led elsewhere', async () => {
    const asked: Request[] = [];
    const fetch = async (url: Parameters<typeof globalThis.fetch>[0], init?: RequestInit) => {
      asked.push(new Request(url, init));
      return new Response(SET);
    };
    const set = await fetchKeySet({ url: URL, fetch, timeoutMs: 10_000, maxBytes: 4096 });
    expect(typeof set !== 'string' && set.keys).toHaveLength(2);
    const [request] = asked;
    expect(request).toMatchObject({ url: URL, redirect: 'manual', credentials: 'omit' });
    expect(request?.headers.get('accept')).toBe('application/jwk-set+json, application/json');
  });

  it.each<[string, () => Response, string]>([
    ['an opaque redirect', () => Response.error(), 'it redirects, which is not followed'],
    ['300', () => new Response('', { status: 300 }), 'it redirects, which is not followed'],
    ['399', () => new Response('', { status: 399 }), 'it redirects, which is not followed'],
    ['400', () => new Response('', { status: 400 }), 'it answered 400'],
    ['204, without a body', () => new Response(null, { status: 204 }), 'it answered 204'],
    ['404, without a body', () => new Response(null, { status: 404 }), 'it answered 404'],
    ['200, without a body', () => new Response(null), 'it is not a JSON object'],
    ['a body that is too long', () => new Response(' '.repeat(4097)), 'it is larger than 4096 bytes'],
  ])('that answers %s: %s', async (_, answer, words) => {
    expect(await answered(answer)).toBe(words);
  });

  it('that answers an error is not read further', async () => {
    let isCancelled = false;
    const body = new ReadableStream({
      cancel() {
        isCancelled = true;
      },
    });
    expect(await answered(() => new Response(body, { status: 500 }))).toBe('it answered 500');
    expect(isCancelled).toBe(true);
  });

  it('is what a request found, whatever is fetched meanwhile', async () => {
    let set = SET;
    const source = keySetUrl(URL, 'jwks');
    const fetch = async () => new Response(set);
    const ring = createKeySetRing(source, ['ES256', 'RS256'], { name: undefined, fetch, report: () => {} });
    const find = (nowMs: number) => ring.find({ namedKeyId: undefined, keyHints: [], nowMs });
    const first = await find(NOW);
    const ids = ['key-1', 'key-2'];
    expect(first.list().map(({ id }) => id)).toEqual(ids);
    expect(first.usable(NOW).map(({ info, isNamed }) => [info.id, isNamed])).toEqual(
      ids.map((id) => [id, false]),
    );
    expect(first.unusable(NOW)).toEqual([]);
    set = JSON.stringify({ keys: [{ ...RSA.jwk, kid: 'r' }] });
    const second = await find(NOW + 2 * source.maxAgeMs);
    expect(second.usable(NOW).map(({ info, isNamed }) => [info.id, isNamed])).toEqual([['r', true]]);
    expect(first.list().map(({ id }) => id)).toEqual(ids);
  });

  it('has keys that are called by their place where they have no kid, and keep their hits', async () => {
    const clock = { nowMs: NOW };
    const gate = createGate({
      provider: {
        id: 'jwt-bearer',
        algorithm: ['ES256', 'RS256'],
        jwks: URL,
        lifetime: 'unbounded',
        required: ['sub'],
      },
      fetch: async () => new Response(SET),
      now: () => clock.nowMs,
    });
    const hits = () => gate.keys.list().map((key) => [key.id, key.state, key.hits]);
    const token = mint('RS256', RSA.privateKey, { claims: { exp: undefined, sub: 'ada' } });
    expect(hits()).toEqual([['jwks', 'active', 0]]);
    expect(wordOf(await gate.verify(bearer(token)))).toBe('accepted');
    expect(hits()).toEqual([
      ['key-1', 'active', 0],
      ['key-2', 'active', 1],
    ]);
    clock.nowMs += 2 * 600_000;
    expect(wordOf(await gate.verify(bearer(token)))).toBe('accepted');
    expect(hits()).toEqual([
      ['key-1', 'active', 0],
      ['key-2', 'active', 2],
    ]);
    const stranger = mint('RS256', RSA.privateKey, {
      header: { kid: 'x' },
      claims: { exp: undefined, sub: 'ada' },
    });
    expect(wordOf(await gate.verify(bearer(stranger)))).toBe('accepted');
  });
});

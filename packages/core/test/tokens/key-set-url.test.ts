/** Keys from a JWKS address, over real HTTP. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createGate, SetupError } from '../../src/index.ts';
import { readPublishedKeySet } from '../../src/schemes/jwt/token-key-text.ts';
import { warningsOf } from '../keys/key-fixtures.ts';
import { bearer, ED25519, mint, NOW, P256, P384, type Pair, RSA, wordOf } from './mint.ts';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

interface Source {
  readonly url: string;
  fetches: number;
  answer: RequestListener;
  /** From now on it hangs up. Its port stays taken: a free one may be another program’s at once. */
  stop(): void;
}

const setOf = (keys: Readonly<Record<string, Pair>>): RequestListener => {
  const body = JSON.stringify({ keys: Object.entries(keys).map(([kid, { jwk }]) => ({ ...jwk, kid })) });
  return (_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(body);
  };
};

const json =
  (text: string): RequestListener =>
  (_, response) =>
    response.end(text);

const halves = (pair: Pair) => pair.privateKey.export({ format: 'jwk' });

async function serve(answer: RequestListener): Promise<Source> {
  const server = createServer((request, response) => {
    source.fetches++;
    // A connection that is kept may be closed by either side while the other uses it.
    response.setHeader('connection', 'close');
    source.answer(request, response);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const source: Source = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    fetches: 0,
    answer,
    stop() {
      source.answer = (request) => request.socket.destroy();
    },
  };
  return source;
}

function gateOf(url: string, jwks: Readonly<Record<string, unknown>> = {}) {
  const clock = { nowMs: NOW };
  const reports: string[] = [];
  const gate = createGate({
    provider: {
      id: 'jwt-bearer',
      algorithm: ['ES256', 'RS256', 'EdDSA'],
      required: ['sub'],
      lifetime: 'unbounded',
      // The default is real time, which a busy machine may take for a fetch.
      jwks: { url, timeoutMs: 60_000, ...jwks },
    },
    now: () => clock.nowMs,
    report: (problem) => reports.push(problem),
  });
  const judge = async (alg: string, { privateKey }: Pair, kid?: string): Promise<string> => {
    const token = mint(alg, privateKey, { header: { kid }, claims: { exp: undefined, sub: 'ada' } });
    return wordOf(await gate.verify(bearer(token)));
  };
  return { gate, judge, clock, reports };
}

const es256 = (kid?: string) => ['ES256', P256, kid] as const;

describe('a set at an address', () => {
  it('is fetched on first need, once for many requests at once, and then kept', async () => {
    const source = await serve(setOf({ a: P256, r: RSA, d: ED25519 }));
    const { gate, judge } = gateOf(source.url);
    expect(source.fetches).toBe(0);
    expect(gate.keys.list()).toMatchObject([{ id: 'jwks', warnings: [] }]);
    const words = await Promise.all(Array.from({ length: 20 }, () => judge(...es256('a'))));
    expect(new Set(words)).toEqual(new Set(['accepted']));
    expect(await judge('RS256', RSA, 'r')).toBe('accepted');
    expect(await judge('EdDSA', ED25519, 'd')).toBe('accepted');
    expect(source.fetches).toBe(1);
    expect(gate.keys.list().map(({ id, hits }) => [id, hits])).toEqual([
      ['a', 20],
      ['r', 1],
      ['d', 1],
    ]);
  });

  it('is fetched again for a kid that it does not hold: a rotation is followed at once', async () => {
    const source = await serve(setOf({ old: RSA }));
    const { gate, judge, clock } = gateOf(source.url);
    expect(await judge('RS256', RSA, 'old')).toBe('accepted');
    source.answer = setOf({ old: RSA, new: P256 });
    clock.nowMs += 30_000;
    expect(await judge(...es256('new'))).toBe('accepted');
    expect(await judge('RS256', RSA, 'old')).toBe('accepted');
    expect(gate.keys.list().map(({ id, hits }) => [id, hits])).toEqual([
      ['old', 2],
      ['new', 1],
    ]);
    expect(source.fetches).toBe(2);
  });

  it('is fetched at most once in each cooldown, however many unknown kids come', async () => {
    const source = await serve(setOf({ a: P256 }));
    const { judge, clock } = gateOf(source.url);
    expect(await judge(...es256('a'))).toBe('accepted');
    for (let i = 0; i < 100; i++) expect(await judge(...es256(`stranger-${i}`))).toBe('unknown-key');
    expect(source.fetches).toBe(1);
    clock.nowMs += 29_999;
    expect(await judge(...es256('stranger'))).toBe('unknown-key');
    expect(source.fetches).toBe(1);
    clock.nowMs += 1;
    const words = await Promise.all(Array.from({ length: 50 }, (_, i) => judge(...es256(`flood-${i}`))));
    expect(new Set(words)).toEqual(new Set(['unknown-key']));
    expect(source.fetches).toBe(2);
  });

  it('drops a key that the source dropped, once it is old', async () => {
    const source = await serve(setOf({ a: P256, r: RSA }));
    const { judge, clock } = gateOf(source.url);
    expect(await judge(...es256('a'))).toBe('accepted');
    source.answer = setOf({ r: RSA });
    clock.nowMs += 2 * 600_000;
    expect(await judge(...es256('a'))).toBe('unknown-key');
  });

  it.each([{}, { maxOutageMs: 0 }])(
    'serves requests while it is fetched again, when it is a little old: with %j',
    async (jwks) => {
      const source = await serve(setOf({ a: P256 }));
      const { judge, clock } = gateOf(source.url, jwks);
      expect(await judge(...es256('a'))).toBe('accepted');
      const asked = new Promise<() => void>((resolve) => {
        source.answer = (request, response) => resolve(() => setOf({ r: RSA })(request, response));
      });
      clock.nowMs += 600_000;
      expect(await judge(...es256('a'))).toBe('accepted');
      const answer = await asked;
      expect(await judge(...es256('a'))).toBe('accepted');
      answer();
      // A token of the new set waits for the fetch that is on its way.
      expect(await judge('RS256', RSA, 'r')).toBe('accepted');
      expect(await judge(...es256('a'))).toBe('unknown-key');
      expect(source.fetches).toBe(2);
    },
  );
});

describe('a source that fails', () => {
  it('leaves the last good set in use, says so, and is asked again after the cooldown', async () => {
    const source = await serve(setOf({ a: P256 }));
    const { gate, judge, clock, reports } = gateOf(source.url);
    expect(await judge(...es256('a'))).toBe('accepted');
    source.stop();
    clock.nowMs += 24 * 3_600_000;
    expect(await judge(...es256('a'))).toBe('accepted');
    const reason = /it cannot be reached \((UND_ERR_SOCKET|ECONNRESET)\)/;
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatch(reason);
    expect(reports[0]).toContain('The last good one is kept.');
    expect(warningsOf(gate).join()).toMatch(reason);
    clock.nowMs += 29_999;
    expect(await judge(...es256('a'))).toBe('accepted');
    expect(reports).toHaveLength(1);
  });

  it('is believed for a stated time, and no longer', async () => {
    const source = await serve(setOf({ a: P256 }));
    const { gate, judge, clock, reports } = gateOf(source.url, { maxOutageMs: 3_600_000 });
    expect(await judge(...es256('a'))).toBe('accepted');
    source.answer = (_, response) => response.writeHead(404).end();
    clock.nowMs += 600_000 + 3_600_000 - 1;
    expect(await judge(...es256('a'))).toBe('accepted');
    clock.nowMs += 1;
    expect(await judge(...es256('a'))).toBe('keys-unavailable');
    expect(reports.at(-1)).toContain('it answered 404');
    expect(gate.keys.list()).toMatchObject([{ id: 'jwks' }]);
    source.answer = setOf({ a: P256 });
    clock.nowMs += 30_000;
    expect(await judge(...es256('a'))).toBe('accepted');
  });

  it('is believed a day by default, also by a gate that nobody asked meanwhile', async () => {
    const source = await serve(setOf({ a: P256 }));
    const { judge, clock } = gateOf(source.url);
    expect(await judge(...es256('a'))).toBe('accepted');
    source.stop();
    clock.nowMs += 600_000 + 24 * 3_600_000;
    expect(await judge(...es256('a'))).toBe('keys-unavailable');
    clock.nowMs += 30 * 24 * 3_600_000;
    expect(await judge(...es256('a'))).toBe('keys-unavailable');
  });

  it.each([
    ['an empty set', {}],
    ['a set of other keys', { b: P384 }],
  ])('that answers %s has revoked what it listed before', async (_, keys) => {
    const source = await serve(setOf({ a: P256 }));
    const { judge, clock, reports } = gateOf(source.url);
    expect(await judge(...es256('a'))).toBe('accepted');
    source.answer = setOf(keys);
    clock.nowMs += 2 * 600_000;
    expect(await judge(...es256('a'))).toBe('keys-unavailable');
    expect(reports).toEqual([
      `The key set of ${source.url} is taken: it has no key for ES256, RS256, EdDSA, Ed25519. No token can be judged.`,
    ]);
    source.answer = setOf({ a: P256 });
    clock.nowMs += 30_000;
    expect(await judge(...es256('a'))).toBe('accepted');
  });

  it('refuses with 503 before there is a set, and takes tokens once it answers', async () => {
    const source = await serve((_, response) => response.writeHead(500).end());
    const { gate, judge, clock, reports } = gateOf(source.url);
    expect(await judge(...es256('a'))).toBe('keys-unavailable');
    expect(await judge(...es256('a'))).toBe('keys-unavailable');
    expect(source.fetches).toBe(1);
    expect(reports).toEqual([
      `The key set of ${source.url} could not be refreshed: it answered 500. No token can be judged.`,
    ]);
    expect(warningsOf(gate)).toEqual(['the key is of a set that could not be refreshed: it answered 500']);
    source.answer = setOf({ a: P256 });
    clock.nowMs += 30_000;
    expect(await judge(...es256('a'))).toBe('accepted');
    expect(gate.keys.list()).toMatchObject([{ id: 'a', warnings: [] }]);
  });

  it.each([
    ['no JSON', json('<html>'), 'it is not a JSON object'],
    ['a JSON list', json('[]'), 'it is not a JSON object'],
    ['a member twice', json('{"keys":[],"keys":[]}'), 'it is not a JSON object'],
    ['no keys', json('{"key":[]}'), 'the key set has no list of keys'],
    ['an empty set', json('{"keys":[]}'), 'it has no key for ES256, RS256, EdDSA'],
    [
      'no usable key',
      json('{"keys":[null,7,{"kty":"oct","k":"AAAA"}]}'),
      'it has no key for ES256, RS256, EdDSA',
    ],
    [
      '33 keys',
      json(`{"keys":[${Array(33).fill('{}').join()}]}`),
      'the key set has 33 keys; at most 32 are taken',
    ],
    ['too many values', json(`{"keys":[${'{},'.repeat(5000)}{}]}`), 'it has more than 10000 values'],
    ['too much', json(' '.repeat(65_537)), 'it is larger than 65536 bytes'],
    [
      'a redirect',
      (_: unknown, response: Parameters<RequestListener>[1]) =>
        response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      'it redirects, which is not followed',
    ],
    [
      'a broken body',
      (_: unknown, response: Parameters<RequestListener>[1]) => {
        response.writeHead(200, { 'content-length': '100' }).write('{');
        response.destroy();
      },
      /^it cannot be reached \(/,
    ],
  ] as const)('by answering %s is reported', async (_, answer, expected) => {
    const source = await serve(answer as RequestListener);
    const { gate, judge } = gateOf(source.url);
    expect(await judge(...es256('a'))).toBe('keys-unavailable');
    const [warning] = gate.keys.list()[0]?.warnings ?? [];
    expect(warning).toEqual({ code: 'set-not-refreshed', fault: expect.stringMatching(expected) });
  });

  it.each([
    ['before it answers', () => {}],
    [
      'in the middle of its answer',
      (_: unknown, response: Parameters<RequestListener>[1]) => response.writeHead(200).write('{"keys":['),
    ],
  ] as const)('by being slow %s is given up', async (_, answer) => {
    const source = await serve(answer as RequestListener);
    const { gate, judge } = gateOf(source.url, { timeoutMs: 50 });
    expect(await judge(...es256('a'))).toBe('keys-unavailable');
    expect(warningsOf(gate).join()).toContain('it did not answer within 50 ms');
  });

  it('by a cause without a code is reported with what the cause says', async () => {
    const { gate, judge } = gateOf('http://127.0.0.1:9/');
    expect(await judge(...es256('a'))).toBe('keys-unavailable');
    expect(warningsOf(gate).join()).toContain('it cannot be reached (bad port)');
  });

  it('leaves out keys that are weak or broken, and reports them', async () => {
    const source = await serve(
      json(
        JSON.stringify({
          keys: [
            { ...RSA.jwk, n: 'AAAA' },
            { ...P256.jwk, kid: 'a' },
          ],
        }),
      ),
    );
    const { judge, reports } = gateOf(source.url);
    expect(await judge(...es256('a'))).toBe('accepted');
    expect(reports.join()).toContain('key 1 of the set is left out: an RSA key must have at least 2048 bits');
  });
});

describe('an issuer that publishes its private keys', () => {
  it('is believed by their public halves alone, and reported once', async () => {
    const { d } = halves(P384);
    const source = await serve(
      json(
        JSON.stringify({
          keys: [
            { ...RSA.jwk, kid: 'r' },
            { ...halves(P256), kid: 'a' },
            // Neither is looked at: one belongs to another key, one is longer than any.
            { ...ED25519.jwk, d, kid: 'b' },
            { ...RSA.jwk, d: 'AQAB'.repeat(5000), kid: 'c' },
          ],
        }),
      ),
    );
    const { judge, clock, reports } = gateOf(source.url);
    expect(await judge(...es256('a'))).toBe('accepted');
    expect(await judge('EdDSA', ED25519, 'b')).toBe('accepted');
    expect(await judge('RS256', RSA, 'c')).toBe('accepted');
    clock.nowMs += 60 * 60 * 1000;
    expect(await judge(...es256('a'))).toBe('accepted');
    expect(source.fetches).toBe(2);
    expect(reports).toEqual([
      `${source.url}: the set holds the private halves of its keys 2, 3, 4: whoever has read it can sign tokens. Have the issuer replace these keys.`,
    ]);
  });

  it('has its set judged key by key, with a turn for others between two', async () => {
    let turns = 0;
    const count = () => {
      turns++;
      pending = setImmediate(count);
    };
    let pending = setImmediate(count);
    const keys = Array.from({ length: 32 }, (_, i) => ({ ...halves(P384), kid: `k${i}` }));
    const set = await readPublishedKeySet({ keys });
    clearImmediate(pending);
    expect(set).toMatchObject({ leftOut: [], withPrivateHalf: keys.map((_, i) => i + 1) });
    expect(turns).toBeGreaterThanOrEqual(keys.length - 1);
  });
});

describe('an address with a query, which may be a secret,', () => {
  const SECRET = 'hunter2-of-the-issuer';

  it.each<[string, RequestListener, string]>([
    [
      'that answers 500',
      (_, response) => response.writeHead(500).end(),
      'could not be refreshed: it answered 500',
    ],
    ['that hangs up', (request) => request.socket.destroy(), 'could not be refreshed: it cannot be reached'],
    ['that redirects', (_, response) => response.writeHead(302, { location: '/' }).end(), 'it redirects'],
    ['that sends no JSON', json('x'), 'it is not a JSON object'],
    ['without keys', json('{"keys":[]}'), 'is taken: it has no key for'],
    ['with a bad key', json('{"keys":[{"kty":"x"}]}'), 'key 1 of the set is left out'],
    ['of private halves', json(JSON.stringify({ keys: [halves(P384)] })), 'the set holds the private halves'],
  ])('is quoted without it: a set %s', async (_, answer, says) => {
    const source = await serve(answer);
    const { gate, judge, reports } = gateOf(`${source.url}?key=${SECRET}`);
    await judge('ES256', P256, 'a');
    const verdict = await gate.verify(bearer(mint('ES256', P256.privateKey)));
    expect(source.fetches).toBe(1);
    expect(reports.join('\n')).toContain(says);
    expect(reports.join('\n')).toContain(`${source.url}?…`);
    const said = JSON.stringify([reports, verdict, gate.keys.list(), warningsOf(gate)]);
    expect(said).not.toContain(SECRET);
  });

  it.each([
    ['in its message', new Error(`request to https://keys.example/?key=${SECRET} failed`), 'Error'],
    [
      'in its name too',
      Object.assign(new Error(SECRET), { name: SECRET }),
      'for a reason that quotes a secret in its address',
    ],
    ['as its code', Object.assign(new Error('away'), { cause: { code: SECRET } }), 'away'],
    ['and nothing else', SECRET, 'for a reason that quotes a secret in its address'],
  ])('is not quoted by a fetch that fails with it %s', async (_, error, words) => {
    const reports: string[] = [];
    const gate = createGate({
      provider: {
        id: 'jwt-bearer',
        algorithm: 'ES256',
        jwks: `https://keys.example/?key=${SECRET}`,
      },
      now: () => NOW,
      fetch: () => Promise.reject(error),
      report: (problem) => reports.push(problem),
    });
    const verdict = await gate.verify(bearer(mint('ES256', P256.privateKey)));
    expect(reports).toEqual([
      `The key set of https://keys.example/?… could not be refreshed: it cannot be reached (${words}). No token can be judged.`,
    ]);
    expect(JSON.stringify([verdict, gate.keys.list()])).not.toContain(SECRET);
  });
});

describe('a gate with jwks', () => {
  it('fetches with what it is given', async () => {
    const asked: string[] = [];
    const gate = createGate({
      provider: { id: 'firebase-app-check', projectNumber: 1234567890 },
      now: () => NOW,
      fetch: async (input) => {
        asked.push(String(input));
        return Response.json({ keys: [{ ...RSA.jwk, kid: 'r' }] });
      },
    });
    const token = mint('RS256', RSA.privateKey, {
      header: { kid: 'r', typ: 'JWT' },
      claims: {
        iss: 'https://firebaseappcheck.googleapis.com/1234567890',
        aud: ['projects/1234567890', 'projects/x'],
      },
    });
    const request = bearer(token);
    const headers = request.headers.with('x-firebase-appcheck', token);
    expect(await gate.verify({ ...request, headers })).toMatchObject({ ok: true, keyId: 'r' });
    expect(asked).toEqual(['https://firebaseappcheck.googleapis.com/v1/jwks']);
  });

  it('cannot sign', async () => {
    const { gate } = gateOf('https://issuer.example/jwks');
    expect(() => gate.sign({ method: 'GET', url: '/' })).toThrow(SetupError);
  });
});

/** The short form of `npm run worst`: generous ratios, no times. */
import { describe, expect, it } from 'vitest';
import { costOf, excessOf, macMs, parseMs } from '../../../bench/worst/cost.ts';
import { GENES } from '../../../bench/worst/genome.ts';
import { digestOf, familiesOf } from '../../../bench/worst/schemes.ts';
import { randomOf } from '../../../bench/worst/search.ts';
import { between, someOf } from '../../../scripts/effort.ts';
import { createGate, type Gate, HeaderList, type SignedRequest, writtenProvider } from '../src/index.ts';
import { everyScheme } from './support/every-scheme.ts';
import { turnsWhile } from './support/turns.ts';

const NOW = 1_760_000_000_000;
const SECRET = 'a secret of thirty-two characters';

/** Half as much again as the search finds (bench/README.md); a quadratic cost exceeds it a hundred times over. */
const MOST_MACS = 120;
const MOST_PARSINGS = 50;
/** A head is short, and its cost is mostly that of beginning. */
const HEAD_MS = 5;

const bytesOf = ({ body, url, headers }: SignedRequest): Uint8Array =>
  body.length > 1000 ? body : Buffer.from(url + headers.flat.join(''));

async function expectCheap(gate: Gate, request: SignedRequest, digest: string, what: string): Promise<void> {
  const bytes = bytesOf(request);
  const excess = await excessOf(25, async () => ({
    ms: (await costOf(gate, request, 1)).ms,
    mostMs: HEAD_MS + Math.min(MOST_MACS * macMs(bytes, digest, 1), MOST_PARSINGS * parseMs(bytes, 1)),
  }));
  expect(excess, what).toBeUndefined();
}

describe('whatever comes costs in proportion to its length', () => {
  it.each(everyScheme.map((sample, turn) => ({ ...sample, turn })))('$name', async ({ turn, ...sample }) => {
    const gate = createGate({ ...sample.options, now: () => NOW });
    const genuine = await sample.sign(NOW);
    const random = randomOf(20_261_125);
    for (const family of someOf(familiesOf(sample), 3, turn)) {
      for (let i = 0; i < between(1, 60); i++) {
        const genome = Array.from({ length: GENES }, random);
        const request = family.make(genuine, genome, family.part === 'body' ? 300_000 : 16_000);
        await expectCheap(gate, request, digestOf(sample), `${family.name} ${genome.join()}`);
      }
    }
  });

  const form = 'application/x-www-form-urlencoded';
  const field = { algorithm: 'hmac-sha256', message: '{body}', signature: { field: 'sig' } } as const;
  const zeros = '0'.repeat(64);
  const flowent = (parameters: string) =>
    `{"action_name":"a","parameters":${parameters},"timestamp":1760000000,"signature":"${zeros}"}`;
  const many = (count: number, member: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => member(i)).join();
  const MB = 1_000_000;

  it.each([
    ['a million ampersands', { scheme: field }, form, `sig=${zeros}${'&'.repeat(MB)}`],
    ['a million per cent', { scheme: field }, form, `sig=${zeros}&a=${'%41'.repeat(MB / 3)}`],
    ['80,000 nested members', { provider: 'flowent' }, '', flowent(`{${many(80_000, (i) => `"m${i}":1`)}}`)],
    [
      '70,000 members',
      { provider: 'flowent' },
      '',
      `{${many(70_000, (i) => `"m${i}":1`)},"signature":"${zeros}"}`,
    ],
    [
      '16 names of 64 KB of escapes',
      { provider: 'flowent' },
      '',
      `{${many(15, (i) => `"${i}${'\\n'.repeat(32_000)}":1`)},"signature":"${zeros}"}`,
    ],
    ...['<', 'é', '\u007f', '\\u00e9', 'x', '"'].map(
      (unit) =>
        [
          `a megabyte of ${unit}`,
          { provider: 'flowent' },
          '',
          flowent(JSON.stringify(unit.repeat(MB / 2))),
        ] as const,
    ),
    [
      'arrays in arrays',
      { provider: 'flowent' },
      '',
      flowent(`[${`${'['.repeat(180)}${']'.repeat(180)},`.repeat(2700)}0]`),
    ],
    ['objects', { provider: 'flowent' }, '', flowent(`[${'{},'.repeat(MB / 3)}0]`)],
    [
      'spaces',
      { provider: 'flowent' },
      '',
      flowent(`[${' '.repeat(60_000)}${`0,${' '.repeat(60_000)}`.repeat(15)}0]`),
    ],
  ] as const)('%s', async (what, options, type, body) => {
    const gate = createGate({ ...options, keys: [SECRET], now: () => NOW });
    const headers = new HeaderList(type ? ['content-type', type] : []);
    const request = { method: 'POST', url: '/', headers, body: Buffer.from(body) };
    await expectCheap(gate, request, 'sha256', what);
  });

  it.each([' ', '\t', '"', '(', ',', 'a=1, '])(
    '15 KB of %j in the fields of a message signature',
    async (unit) => {
      const gate = createGate({ provider: 'http-message-signatures', keys: [SECRET], now: () => NOW });
      const text = `a${unit.repeat(15_000 / unit.length)}b`;
      for (const name of ['signature', 'signature-input', 'content-digest']) {
        const headers = new HeaderList([
          'host',
          'a.example',
          name,
          text,
          name === 'signature' ? 'signature-input' : 'signature',
          'a=()',
        ]);
        await expectCheap(
          gate,
          { method: 'POST', url: '/', headers, body: new Uint8Array(0) },
          'sha256',
          name,
        );
      }
    },
  );
});

describe('a long body', () => {
  const turnsOf = (gate: Gate, request: SignedRequest): Promise<number> =>
    turnsWhile(async () => gate.verify(request));

  it.each([
    ['of JSON', 'flowent', `{"a":"${'é<'.repeat(700_000)}","signature":"${'0'.repeat(64)}"}`, 16],
    [
      'of a thousand fields',
      'flow-production-tracking',
      `signature=${'0'.repeat(40)}&${Array.from({ length: 900 }, (_, i) => `f${i}=${'x'.repeat(2000)}`).join('&')}`,
      8,
    ],
  ])('%s lets others have their turn while it is parsed', async (_what, provider, body, least) => {
    const gate = createGate({
      provider: writtenProvider(provider),
      keys: [SECRET],
      now: () => NOW,
      maxBodyBytes: 1e8,
    });
    const headers = new HeaderList(['content-type', 'application/x-www-form-urlencoded']);
    expect(
      await turnsOf(gate, { method: 'POST', url: '/', headers, body: Buffer.from(body) }),
    ).toBeGreaterThan(least);
  });

  it('of 8 MB lets others have their turn while it is hashed', async () => {
    const gate = createGate({ provider: 'github', keys: [SECRET], maxBodyBytes: 1e8 });
    const headers = new HeaderList(['x-hub-signature-256', `sha256=${'0'.repeat(64)}`]);
    const request = { method: 'POST', url: '/', headers, body: Buffer.alloc(8 * 1024 * 1024) };
    expect(await turnsOf(gate, request)).toBeGreaterThanOrEqual(5);
  });
});

describe('public keys', () => {
  it('are tried 16 times for one request, whatever it carries', async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    const pairs = Array.from({ length: 16 }, () => generateKeyPairSync('ed25519'));
    const keys = pairs.map(({ publicKey }) =>
      publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    );
    const whpk = keys.map((key) => `whpk_${Buffer.from(key, 'base64').subarray(-32).toString('base64')}`);
    const gate = createGate({ provider: 'standard-webhooks', keys: whpk, now: () => NOW });
    const item = `v1a,${Buffer.alloc(64).toString('base64')}`;
    const headers = new HeaderList([
      'webhook-id',
      'msg_1',
      'webhook-timestamp',
      String(NOW / 1000),
      'webhook-signature',
      Array.from({ length: 8 }, () => item).join(' '),
    ]);
    const request = { method: 'POST', url: '/', headers, body: Buffer.from('{}') };
    expect(await gate.verify(request)).toMatchObject({
      reason: 'signature-mismatch',
      evidence: { comparisons: 2 },
    });
  });

  it('of a set without ids are tried those first that have proved before', async () => {
    const { generateKeyPairSync, sign } = await import('node:crypto');
    const pairs = Array.from({ length: 20 }, () => generateKeyPairSync('ec', { namedCurve: 'P-256' }));
    const jwks = {
      keys: pairs.map(({ publicKey }, i) => ({ ...publicKey.export({ format: 'jwk' }), kid: `k${i}` })),
    };
    const gate = createGate({
      provider: { id: 'jwt-bearer', algorithm: 'ES256', jwks: 'https://keys.example/' },
      fetch: async () => Response.json(jwks),
      now: () => NOW,
    });
    const token = (at: number, kid?: string) => {
      const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const input = `${encode({ alg: 'ES256', kid })}.${encode({ exp: NOW / 1000 + 60 })}`;
      const key = pairs[at]?.privateKey;
      if (!key) throw new Error(String(at));
      const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString(
        'base64url',
      );
      const headers = new HeaderList(['authorization', `Bearer ${input}.${signature}`]);
      return { method: 'GET', url: '/', headers, body: new Uint8Array(0) };
    };
    expect(await gate.verify(token(3))).toMatchObject({ ok: true, keyId: 'k3' });
    expect(await gate.verify(token(19))).toMatchObject({ ok: false, evidence: { comparisons: 16 } });
    expect(await gate.verify(token(19, 'k19'))).toMatchObject({ ok: true, keyId: 'k19' });
    expect(await gate.verify(token(19))).toMatchObject({ ok: true, keyId: 'k19' });
  });

  it('that come with a request are not larger than they need be', async () => {
    const { tokenKeyOfJwk } = await import('../src/schemes/jwt/token-key.ts');
    const jwk = (bits: number, e = 'AQAB') => ({
      kty: 'RSA',
      n: Buffer.alloc(bits / 8, 0xff).toString('base64url'),
      e,
    });
    expect(typeof tokenKeyOfJwk(jwk(4096), true)).toBe('object');
    expect(tokenKeyOfJwk(jwk(4104), true)).toMatch(/too costly/);
    expect(tokenKeyOfJwk(jwk(8192), true)).toMatch(/too costly/);
    expect(typeof tokenKeyOfJwk(jwk(8192))).toBe('object');
    expect(tokenKeyOfJwk(jwk(2048, Buffer.alloc(8, 0xff).toString('base64url')), true)).toMatch(/too costly/);
  });
});

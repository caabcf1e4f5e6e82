import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs, someOf } from '../../../scripts/effort.ts';
import { createGate, HeaderList, requestFrom, type SignedRequest, writtenProvider } from '../src/index.ts';
import { everyScheme, type SchemeSample } from './support/every-scheme.ts';

const NOW = 1_760_000_000_000;

/** Texts that once ended a scan in an exception, or that no parser is glad of. */
const MONSTERS: readonly string[] = [
  '',
  ' ',
  ' '.repeat(30_000),
  `a${' '.repeat(20_000)}b`,
  '\0',
  '\n',
  'a\r\n b',
  '\ud800',
  '\udfff\ud800',
  '\u00ff'.repeat(500),
  '一'.repeat(60_000),
  '%'.repeat(5000),
  '%E4%B8%80'.repeat(30_000),
  '&'.repeat(50_000),
  '='.repeat(5000),
  '"'.repeat(9000),
  '('.repeat(9000),
  ':'.repeat(9000),
  ';a'.repeat(5000),
  ','.repeat(9000),
  '.'.repeat(9000),
  `${'['.repeat(50_000)}`,
  '{"a":'.repeat(300),
  '{"signature":"\\ud800"}',
  'e30.e30.',
  '-1',
  '1e999',
  '__proto__',
  'constructor',
];

const text = fc.oneof(
  fc.constantFrom(...MONSTERS),
  fc.string({ unit: 'binary' }),
  // Lone surrogates too.
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);

/** One change of a request. */
type Change = (request: SignedRequest) => SignedRequest;

const splice = (whole: string, at: number, part: string): string => {
  const place = whole.length === 0 ? 0 : at % (whole.length + 1);
  return whole.slice(0, place) + part + whole.slice(place + (at % 3));
};

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ at: fc.nat(), to: text, whole: fc.boolean() }).map(({ at, to, whole }): Change => {
    return (request) => {
      const flat = [...request.headers.flat];
      if (flat.length === 0) return request;
      const place = at % flat.length;
      flat[place] = whole ? to : splice(flat[place] ?? '', at, to);
      return { ...request, headers: new HeaderList(flat) };
    };
  }),
  fc.record({ at: fc.nat(), value: text }).map(({ at, value }): Change => {
    return (request) => {
      const names = request.headers.flat.filter((_, i) => i % 2 === 0);
      const flat = [...request.headers.flat, names[at % Math.max(1, names.length)] ?? 'x', value];
      return { ...request, headers: new HeaderList(flat) };
    };
  }),
  fc.record({ at: fc.nat(), to: text, whole: fc.boolean() }).map(({ at, to, whole }): Change => {
    return (request) => ({ ...request, url: whole ? to : splice(request.url, at, to) });
  }),
  text.map(
    (method): Change =>
      (request) => ({ ...request, method }),
  ),
  fc.record({ at: fc.nat(), to: text, whole: fc.boolean() }).map(({ at, to, whole }): Change => {
    return (request) => {
      const old = Buffer.from(request.body).toString('latin1');
      const inserted = Buffer.from(to).toString('latin1');
      return { ...request, body: Buffer.from(whole ? inserted : splice(old, at, inserted), 'latin1') };
    };
  }),
  fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 400 })).map(([at, bytes]): Change => {
    return (request) => {
      const body = Buffer.from(request.body);
      body.set(
        bytes.subarray(0, Math.max(0, body.length - (at % (body.length + 1)))),
        at % (body.length + 1),
      );
      return { ...request, body };
    };
  }),
  // Inside the tokens: a segment of another JSON, or of none.
  fc.record({ segment: fc.nat(2), to: text }).map(({ segment, to }): Change => {
    return (request) => {
      const flat = request.headers.flat.map((value) => {
        const parts = value.split('.');
        if (parts.length !== 3) return value;
        const prefix = segment === 0 ? (/^\S+ /.exec(value)?.[0] ?? '') : '';
        return parts.with(segment, prefix + Buffer.from(to).toString('base64url')).join('.');
      });
      return { ...request, headers: new HeaderList(flat) };
    };
  }),
);

describe('whatever comes', () => {
  it.each(everyScheme)('$name gives a verdict', async ({ options, sign }) => {
    const gate = createGate({ ...options, now: () => NOW });
    const genuine = await sign(NOW);
    expect(await gate.verify(genuine)).toMatchObject({ ok: true });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const request = changes.reduce((changed, one) => one(changed), genuine);
        expect(typeof (await gate.verify(request)).ok).toBe('boolean');
      }),
      { numRuns: runs(2000), seed: 20_261_125 },
    );
  });

  it.each(everyScheme)('$name gives a verdict on each monster in each place', async ({ options, sign }) => {
    const gate = createGate({ ...options, now: () => NOW });
    const genuine = await sign(NOW);
    for (const [turn, monster] of MONSTERS.entries()) {
      const changed: SignedRequest[] = [
        { ...genuine, url: monster },
        { ...genuine, url: `${genuine.url}&${monster}` },
        { ...genuine, method: monster },
        { ...genuine, body: Buffer.from(monster) },
        { ...genuine, body: Buffer.from(JSON.stringify({ signature: monster, sig: monster, at: monster })) },
        {
          ...genuine,
          body: Buffer.from(`signature=${monster}&sig=${encodeURIComponent(monster.toWellFormed())}`),
        },
      ];
      for (let i = 1; i < genuine.headers.flat.length; i += 2) {
        for (const to of [monster, genuine.headers.flat[i] + monster]) {
          changed.push({ ...genuine, headers: new HeaderList(genuine.headers.flat.with(i, to)) });
        }
      }
      // A short run tries each monster in some places, and each place with some monsters.
      for (const request of someOf(changed, 15, turn))
        expect(typeof (await gate.verify(request)).ok).toBe('boolean');
    }
  });

  it.each([
    ['flowent', 'application/json', JSON.stringify({ signature: '一'.repeat(60_000) })],
    [
      'flow-production-tracking',
      'application/x-www-form-urlencoded',
      `signature=${'%E4%B8%80'.repeat(110_000)}`,
    ],
  ])('a signature of %s that is far too long is refused as such', async (provider, type, body) => {
    const gate = createGate({
      provider: writtenProvider(provider),
      keys: ['a secret of thirty-two characters'],
    });
    const request = requestFrom({ method: 'POST', url: '/', headers: { 'content-type': type }, body });
    expect(await gate.verify(request)).toMatchObject({ ok: false, reason: 'malformed-signature' });
  });

  it.each(['RS256', 'ES256', 'EdDSA'])(
    'a payload that is not ASCII is not a token, under %s',
    async (algorithm) => {
      const { options, sign } = everyScheme.find(({ name }) => name === `jwt, ${algorithm}`) as SchemeSample;
      const gate = createGate({ ...options, now: () => NOW });
      const genuine = await sign(NOW);
      const [header, , signature] = (genuine.headers.get('authorization') ?? '').split('.');
      for (const payload of ['\u00e9', 'e30\u00ff', 'e30', '一', 'e30=', '']) {
        const headers = new HeaderList(['authorization', `${header}.${payload}.${signature}`]);
        const verdict = await gate.verify({ ...genuine, headers });
        expect(verdict).toMatchObject({ ok: false });
        if (payload !== 'e30') expect(verdict).toMatchObject({ reason: 'malformed-token', step: 'extract' });
      }
    },
  );
});

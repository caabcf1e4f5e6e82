import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { readChange, readDraft } from '../../src/flowent-platform/action-rules.ts';
import { clientOf, passingFetch, startPlatform } from './support.ts';

const SEED = 20_260_301;

/** A value and whether the rules take it, known from how it was made. */
interface Judged {
  readonly value: string;
  readonly good: boolean;
}

/** Texts of some characters, among them 0, 1, the limit and one more. */
function texts(unit: fc.Arbitrary<string>, limit: number): fc.Arbitrary<readonly string[]> {
  const lengths = fc.oneof(fc.constantFrom(0, 1, limit, limit + 1), fc.nat({ max: limit + 5 }));
  return lengths.chain((length) => fc.array(unit, { minLength: length, maxLength: length }));
}

const GOOD_CHARACTER = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789_');
const BAD_CHARACTER = fc.constantFrom(...'AZ-. /:é²٣ſ\n\0', '🚀', '\u212a', '\u2028');

const names: fc.Arbitrary<Judged> = fc.oneof(
  texts(GOOD_CHARACTER, 100).map((all) => ({
    value: all.join(''),
    good: all.length >= 1 && all.length <= 100,
  })),
  fc
    .tuple(
      fc.array(GOOD_CHARACTER, { maxLength: 20 }),
      BAD_CHARACTER,
      fc.array(GOOD_CHARACTER, { maxLength: 20 }),
    )
    .map(([before, bad, after]) => ({ value: [...before, bad, ...after].join(''), good: false })),
);

// Whole code points only: two lone surrogates side by side would be one character.
const descriptions: fc.Arbitrary<Judged> = texts(
  fc.oneof(
    fc.constantFrom('a', ' ', '\n', 'é', '\u0301', '🚀', '"', '\\'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  500,
).map((all) => ({ value: all.join(''), good: all.length >= 1 && all.length <= 500 }));

const HOSTS: readonly { readonly host: string; readonly loopback: boolean }[] = [
  ...['localhost', 'LOCALHOST', 'a.localhost', '127.0.0.1', '127.9.9.9', '127.1', '[::1]'].map((host) => ({
    host,
    loopback: true,
  })),
  ...[
    'actions.example',
    'localhost.example',
    '127.0.0.1.example',
    '128.0.0.1',
    '10.0.0.1',
    '0.0.0.0',
    '[::2]',
  ].map((host) => ({ host, loopback: false })),
];

/** The first, and now and then one of the others. */
const mostly = (usual: string, ...others: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { arbitrary: fc.constant(usual), weight: 9 },
    { arbitrary: fc.constantFrom(...others), weight: 1 },
  );

const urls: fc.Arbitrary<Judged> = fc
  .record({
    before: mostly('', ' ', '\n'),
    scheme: fc.constantFrom('https', 'HTTPS', 'http', 'http', 'ftp', 'file', 'javascript', ''),
    separator: mostly('://', ':', ':/', '//', ''),
    user: mostly('', 'ada@', 'ada:secret@'),
    host: fc.constantFrom(...HOSTS, { host: '', loopback: false }),
    port: mostly('', ':8443', ':65536'),
    path: fc.constantFrom('', '/', '/actions/a', '/a?x=1', '/%20', '/é'),
    after: mostly('', ' ', '\t'),
  })
  .map(({ before, scheme, separator, user, host: { host, loopback }, port, path, after }) => ({
    value: before + scheme + separator + user + host + port + path + after,
    good:
      `${before}${user}${after}` === '' &&
      separator === '://' &&
      host !== '' &&
      port !== ':65536' &&
      (scheme.toLowerCase() === 'https' || (scheme === 'http' && loopback)),
  }));

describe('the rules of actions', () => {
  it('take random names, descriptions and webhooks exactly when they are good', async () => {
    const platform = await startPlatform({ fetch: passingFetch, limits: { callsPerHour: 10_000 } });
    const client = await clientOf(platform);
    const tally = { taken: 0, refused: 0 };
    const usually = (judged: fc.Arbitrary<Judged>, value: string) =>
      fc.oneof(
        { arbitrary: fc.constant({ value, good: true }), weight: 2 },
        { arbitrary: judged, weight: 1 },
      );
    await fc.assert(
      fc.asyncProperty(
        usually(names, 'send_email'),
        usually(descriptions, 'Sends an email.'),
        usually(urls, 'https://actions.example/x'),
        async (name, description, url) => {
          const good = name.good && description.good && url.good;
          tally[good ? 'taken' : 'refused'] += 1;
          const draft = {
            name: name.value,
            description: description.value,
            webhook_url: url.value,
            json_schema: {},
          };
          const { status, body } = await client('POST', '/actions', draft);
          if (good) {
            expect({ status, body }).toMatchObject({ status: 201, body: { action: draft } });
            await client('DELETE', `/actions/${name.value}`);
          } else {
            const parts = { name, description, webhook_url: url };
            const bad = Object.entries(parts).filter(([, judged]) => !judged.good);
            expect(status).toBe(400);
            expect(String(body['error']).match(/\w+(?=: must )/g)).toEqual(bad.map(([member]) => member));
          }
        },
      ),
      { seed: SEED, numRuns: runs(600) },
    );
    // The generators must reach both sides.
    expect(Math.min(tally.taken, tally.refused)).toBeGreaterThan(runs(600) / 6);
  });

  it('take random webhooks exactly when they are good', () => {
    const tally = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(urls, ({ value, good }) => {
        tally[good ? 'taken' : 'refused'] += 1;
        expect(readChange({ webhook_url: value }, undefined).ok).toBe(good);
      }),
      { seed: SEED, numRuns: runs(5_000) },
    );
    expect(Math.min(tally.taken, tally.refused)).toBeGreaterThan(runs(5_000) / 5);
  });

  it.each([
    ['https://actions.example/a', [true, true, true]],
    ['http://127.0.0.1:5000/a', [true, false, true]],
    ['http://actions.example/a', [false, false, true]],
    ['ftp://127.0.0.1/a', [false, false, false]],
    ['/actions/a', [false, false, false]],
  ])('take %s by default, where https is demanded, and where it is not: %j', (webhook_url, expected) => {
    const taken = [undefined, true, false].map((https) => readChange({ webhook_url }, https).ok);
    expect(taken).toEqual(expected);
  });

  it('count a character beyond the basic plane once', () => {
    expect(readChange({ description: '🚀'.repeat(500) }, undefined).ok).toBe(true);
    expect(readChange({ description: '🚀'.repeat(501) }, undefined).ok).toBe(false);
  });

  it('refuse every other JSON, and never throw', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (body) => {
        expect(readDraft(body, undefined).ok).toBe(false);
        expect(readChange(body, undefined).ok).toBe(false);
        expect(readChange({ description: 'Good.', json_schema: body }, undefined).ok).toBe(
          typeof body === 'object' && body !== null && !Array.isArray(body),
        );
      }),
      { seed: SEED, numRuns: runs(2_000) },
    );
  });

  it('want https of every webhook where the platform is told so', async () => {
    const server = 'http://127.0.0.1:5000';
    const draft = { name: 'a', description: 'A.', webhook_url: `${server}/actions/a`, json_schema: {} };
    const strict = await clientOf(await startPlatform({ fetch: passingFetch, requireHttps: true }));
    expect((await strict('POST', '/actions', draft)).body['error']).toBe('webhook_url: must be https');
    const lax = await clientOf(await startPlatform({ fetch: passingFetch, requireHttps: false }));
    const outside = { ...draft, webhook_url: 'http://actions.example/a' };
    expect((await lax('POST', '/actions', outside)).status).toBe(201);
  });
});

/** Options that start, and mean less than they say: what cannot be meant is refused, what is weak is told in the coverage. */
import { describe, expect, it } from 'vitest';
import {
  createGate,
  done,
  type Gate,
  type GateOptions,
  optionRowsOf,
  providers,
  type SchemeDeclaration,
  writtenProvider,
  writtenScheme,
} from '../src/index.ts';
import { keyOfProvider } from './support/provider-key.ts';
import { sentencesOf } from './support/warnings.ts';

const SECRET = 'a secret of thirty-two characters';
const SIGNED = {
  algorithm: 'hmac-sha256',
  signature: 'x-s',
  message: '{timestamp}.{body}',
  timestamp: 'x-t',
};
const UNTIMED = { algorithm: 'hmac-sha256', signature: 'x-s', message: '{body}', timestamp: 'none' };

type Written = Readonly<Record<string, unknown>>;

const ofScheme = (scheme: Written, more: Partial<GateOptions> = {}) =>
  createGate({ scheme: writtenScheme(scheme), keys: [SECRET], ...more });
const ofProvider = (id: string, options: Written, more: Partial<GateOptions> = {}) =>
  createGate({
    provider: writtenProvider(id, options),
    keys: [Buffer.from(SECRET).toString('base64')],
    ...more,
  });
const said = (gate: Gate): string => sentencesOf(gate).join(' ');

describe('what cannot be meant is refused', () => {
  it.each<[string, () => unknown]>([
    [
      'scheme.nonce: the nonce is declared and not signed: it would do nothing',
      () => ofScheme({ ...SIGNED, nonce: 'x-n' }),
    ],
    [
      'scheme.id: the id is declared and not signed: it would do nothing',
      () => ofScheme({ ...SIGNED, id: 'x-i' }),
    ],
    [
      'provider.nonce: the nonce is declared and not signed: it would do nothing',
      () => ofProvider('hmac', { nonce: 'x-nonce', message: '{timestamp}.{body}' }),
    ],
    [
      'provider.requestId: the id is declared and not signed: it would do nothing',
      () => ofProvider('hmac', { requestId: 'x-id' }),
    ],
    [
      'scheme.toleranceMs: there is no timestamp that it could be for',
      () => ofScheme({ ...UNTIMED, toleranceMs: 60_000 }),
    ],
    [
      'provider.toleranceMs: there is no timestamp that it could be for',
      () => ofProvider('hmac', { timestamp: 'none', toleranceMs: 60_000 }),
    ],
    [
      'keys[0].secret: the secret has no colon, and basic credentials have one',
      () => ofScheme({ type: 'shared-token', form: 'basic' }),
    ],
  ])('%s', (message, make) => {
    expect(make).toThrow(message);
  });

  it.each([
    'host',
    'Connection',
    'content-length',
    'transfer-encoding',
    'te',
    'trailer',
    'upgrade',
    'keep-alive',
    'proxy-authorization',
    'via',
    'forwarded',
    'x-forwarded-for',
    'x-real-ip',
    'expect',
  ])('a proof in %s, in which connections and proxies write', (header) => {
    const refused = `the header ${header.toLowerCase()} can carry no proof: connections, proxies and servers write it`;
    const places: readonly (() => unknown)[] = [
      () => ofScheme({ type: 'shared-token', header }),
      () => ofScheme({ ...UNTIMED, signature: header }),
      () => ofScheme({ ...SIGNED, timestamp: header }),
      () => ofScheme({ ...SIGNED, keyId: header }),
      () => ofScheme({ type: 'jwt', algorithm: 'HS256', header }),
      () => ofProvider('approov', { header }),
      () => ofProvider('github', { headers: { signature: header } }),
    ];
    for (const place of places) expect(place).toThrow(refused);
  });

  it('a part that is signed, and a time that is judged, are taken', () => {
    const body = { ...UNTIMED, message: '{body}' };
    for (const scheme of [
      { ...SIGNED, message: '{timestamp}.{nonce}.{body}', nonce: 'x-n' },
      { ...SIGNED, message: ['{timestamp}.{nonce}.{body}', '{timestamp}.{body}'], nonce: 'x-n' },
      { ...body, nonce: { member: 'nonce' }, id: { member: 'id' } },
      { ...SIGNED, timestamp: 'date' },
    ])
      ofScheme(scheme);
    createGate({ scheme: { type: 'shared-token', form: 'basic' }, keys: ['user:pass word'] });
  });
});

describe('what is weak is told', () => {
  const HOUR = 3_600_000;
  const timed = providers.flatMap(({ id, scheme, needs }) =>
    optionRowsOf({ scheme })
      .map(({ name }) => name)
      .filter((name) => ['toleranceMs', 'leewayMs', 'maxAgeMs', 'futureMs'].includes(name))
      .map((name) => ({ id, name, needs })),
  );

  it.each(timed)('a $name of $id that is of no sense', ({ id, name, needs }) => {
    const signing = id === 'approov' && name !== 'leewayMs' ? { messageSigning: 'required' } : {};
    const of = (ms: unknown): string => {
      const provider = writtenProvider(id, { ...needs, ...signing, [name]: ms });
      return said(createGate({ provider, keys: keyOfProvider(id).held }));
    };
    const mayBeNone = name === 'leewayMs' || name === 'futureMs';
    expect(of(60_000)).not.toContain(`${name} is`);
    expect(of(HOUR - 1)).not.toContain(`${name} is`);
    expect(of(HOUR)).toContain(`${name} is 1 h: stale requests are accepted for that long.`);
    expect(of(315_360_000_000)).toContain(`${name} is 3650 days`);
    expect(of(300)).toContain(
      `${name} is 300 ms, less than clocks differ by and networks take: honest requests will be refused. Is it meant in seconds?`,
    );
    if (mayBeNone) expect(of(0)).not.toContain(`${name} is`);
    else expect(of(0)).toContain(`${name} is 0 s, less than clocks differ by`);
    // A second is a leeway, and no age.
    expect(of(4999).includes(`${name} is`)).toBe(!mayBeNone);
    if (name === 'toleranceMs') {
      expect(of({ past: 60_000, future: 0 })).not.toContain('toleranceMs');
      expect(of({ past: 5, future: HOUR })).toMatch(/toleranceMs\.past is 5 ms.*toleranceMs\.future is 1 h/);
    }
  });

  it.each<[SchemeDeclaration | Written, number, boolean]>([
    [UNTIMED, 1, true],
    [UNTIMED, 59_999, true],
    [UNTIMED, 60_000, false],
    [SIGNED, 1, false],
    [{ type: 'http-message-signatures', required: 'none' }, 1, true],
    [{ type: 'http-message-signatures' }, 1, false],
    [{ type: 'shared-token' }, 1, false],
    [{ type: 'jwt', algorithm: 'HS256', consume: 1 }, 1, false],
  ])('%j remembered for %i ms: %s', (scheme, rememberMs, isTold) => {
    expect(
      /is remembered for .*: after that a copy of it runs again/.test(
        said(ofScheme(scheme as Written, { rememberMs })),
      ),
    ).toBe(isTold);
  });
});

/** Of providers that take no shared secret. */
describe('two requests that differ only in what is not signed', () => {
  const at = async (options: GateOptions) => {
    const gate = createGate({ ...options, keys: [SECRET], now: () => 1_760_000_000_000 });
    const word = async (url: string): Promise<string> => {
      const received = await gate.receive(
        await gate.sign({ method: 'DELETE', url: `https://a.example${url}` }),
        () => done('ran'),
      );
      return received.kind === 'refused' ? received.verdict.reason : received.kind;
    };
    return { words: [await word('/items/1'), await word('/items/2')], said: said(gate) };
  };

  it.each<[string, GateOptions, RegExp | undefined]>([
    [
      'hmac',
      { provider: 'hmac' },
      /differ only in method, host, path or query count as one where they are signed within one second: the second counts as a repeat/,
    ],
    [
      'github',
      { provider: 'github' },
      /differ only in method, host, path or query count as one for as long as the first is remembered/,
    ],
    [
      'a time in milliseconds',
      { scheme: { ...SIGNED, timestamp: { header: 'x-t', unit: 'ms' } } as SchemeDeclaration },
      /within one millisecond/,
    ],
    [
      'message signatures of the method alone',
      { provider: { id: 'http-message-signatures', components: ['@method'] } },
      /differ only in host, path, query or body count as one where they are signed within one second/,
    ],
    ['message signatures', { provider: 'http-message-signatures' }, undefined],
    [
      'a message of the whole request',
      {
        scheme: {
          ...SIGNED,
          message: '{timestamp}.{method}.{url}.{body}',
          origin: 'https://a.example',
        } as SchemeDeclaration,
      },
      undefined,
    ],
  ])('under %s: the report says whether they count as one', async (_, options, expected) => {
    const { words, said } = await at(options);
    expect(words).toEqual(['done', expected ? 'replayed' : 'done']);
    if (expected) expect(said).toMatch(expected);
    else expect(said).not.toContain('differ only in');
  });
});

/** Which texts and numbers are times, and what is said of those that are none. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { createGate, done, requestFrom, SetupError, type Verdict, writtenProvider } from '../../src/index.ts';
import { parseRfc3339 } from '../../src/text/rfc3339.ts';
import { bearer, mint, NOW, SECONDS } from '../tokens/mint.ts';

const KEY = 'a shared secret of 26 byte';
const said = (verdict: Verdict): string => (verdict.ok ? 'accepted' : verdict.reason);

/** A request that is signed over its timestamp, whatever its text. */
async function judge(unit: 's' | 'ms' | 'rfc3339', text: string, nowMs = NOW): Promise<Verdict> {
  const gate = createGate({
    scheme: {
      algorithm: 'hmac-sha256',
      signature: 'x-signature',
      message: '{timestamp}.{body}',
      timestamp: { header: 'x-timestamp', unit },
    },
    keys: [KEY],
    now: () => nowMs,
  });
  const headers = {
    'x-timestamp': text,
    'x-signature': createHmac('sha256', KEY).update(`${text}.b`).digest('hex'),
  };
  return gate.verify(requestFrom({ method: 'POST', url: '/', headers, body: 'b' }));
}

describe('a timestamp in RFC 3339', () => {
  it('takes the request that Box publishes, whose offset is not UTC', async () => {
    const nowMs = Date.parse('2020-01-01T07:00:03Z');
    const gate = createGate({
      scheme: {
        algorithm: 'hmac-sha256',
        signature: { header: 'box-signature-primary', encoding: 'base64' },
        message: '{body}{timestamp}',
        timestamp: { header: 'box-delivery-timestamp', unit: 'rfc3339' },
      },
      keys: ['SamplePrimaryKey'],
      now: () => nowMs,
    });
    const body =
      '{"type":"webhook_event","webhook":{"id":"1234567890"},"trigger":"FILE.UPLOADED","source":{"id":"1234567890","type":"file","name":"Test.txt"}}';
    const headers = {
      'box-delivery-timestamp': '2020-01-01T00:00:00-07:00',
      'box-signature-primary': '6TfeAW3A1PASkgboxxA5yqHNKOwFyMWuEXny/FPD5hI=',
    };
    const verdict = await gate.verify(requestFrom({ method: 'POST', url: '/box', headers, body }));
    expect(verdict).toMatchObject({ ok: true, timestampMs: nowMs - 3000 });
  });

  it.each([
    ['2025-10-09T08:53:20Z', NOW],
    ['2025-10-09t08:53:20z', NOW],
    ['2025-10-09T10:53:20+02:00', NOW],
    ['2025-10-09T01:53:20-07:00', NOW],
    ['2025-10-08T23:23:20-09:30', NOW],
    ['2025-10-09T08:53:20+00:00', NOW],
    ['2025-10-09T08:53:20-00:00', NOW],
    ['2025-10-09T08:53:20.1Z', NOW + 100],
    ['2025-10-09T08:53:20.000Z', NOW],
    ['2025-10-09T08:53:20.123456789+00:00', NOW + 123],
    [`2025-10-09T08:53:20.999${'9'.repeat(2000)}Z`, NOW + 999],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    // RFC 3339 §5.8: the leap second of 1990, in UTC and by the clock of the Pacific coast.
    ['1990-12-31T23:59:60Z', Date.UTC(1991, 0, 1)],
    ['1990-12-31T15:59:60-08:00', Date.UTC(1991, 0, 1)],
    ['1990-12-31T23:59:60.5Z', Date.UTC(1991, 0, 1) + 500],
  ])('%s is a time', (text, expected) => {
    expect(parseRfc3339(text)).toBe(expected);
  });

  it.each([
    '2025-10-09 08:53:20Z',
    '2025-10-09T08:53:20',
    '2025-10-09T08:53Z',
    '2025-10-09T08:53:20.Z',
    '2025-10-09T08:53:20,5Z',
    '2025-10-09T08:53:20+0200',
    '2025-10-09T08:53:20+2:00',
    '2025-10-09T08:53:20+24:00',
    '2025-10-09T08:53:20+02:60',
    '2025-10-09T24:00:00Z',
    '2025-10-09T08:60:20Z',
    '2025-10-09T08:53:61Z',
    '2025-10-09T08:53:60Z',
    '2025-10-09T23:59:60Z',
    // On a month's first day, and no minute of its end before.
    '1991-01-01T08:59:60Z',
    '1991-01-01T00:29:60Z',
    '2025-02-29T00:00:00Z',
    '2025-02-30T00:00:00Z',
    '2025-13-01T00:00:00Z',
    '2025-00-01T00:00:00Z',
    '2025-10-00T00:00:00Z',
    '+02025-10-09T08:53:20Z',
    ' 2025-10-09T08:53:20Z',
    '2025-10-09T08:53:20Z ',
    '２０２５-10-09T08:53:20Z',
  ])('%s is none', async (text) => {
    expect(parseRfc3339(text)).toBeUndefined();
    expect(said(await judge('rfc3339', text))).toBe('malformed-timestamp');
  });

  it('agrees with the clock for every time and offset', () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date('1970-01-02T00:00:00Z'),
          max: new Date('9999-12-30T00:00:00Z'),
          noInvalidDate: true,
        }),
        fc.integer({ min: -1439, max: 1439 }),
        fc.stringMatching(/^\d{0,30}$/),
        (date, offset, rest) => {
          const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 23);
          const two = (n: number): string => String(n).padStart(2, '0');
          const size = Math.abs(offset);
          const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
          expect(parseRfc3339(`${local}${rest}${zone}`)).toBe(date.getTime());
        },
      ),
      { seed: 3339, numRuns: runs(2000) },
    );
  });
});

describe('a timestamp in Unix time', () => {
  it.each([
    ['s', '1760000000', NOW],
    ['s', '1760000000.5', NOW + 500],
    ['s', '1760000000.0009', NOW],
    ['s', `1760000000.${'1'.repeat(3000)}`, NOW + 111],
    ['s', '0001760000000', NOW],
    ['ms', '1760000000123', NOW + 123],
  ] as const)('in %s, %s is a time', async (unit, text, expected) => {
    expect(await judge(unit, text)).toMatchObject({ ok: true, timestampMs: expected });
  });

  it.each([
    ['s', '1760000000.'],
    ['s', '.5'],
    ['s', '-1'],
    ['s', '-0'],
    ['s', '+1760000000'],
    ['s', '1e9'],
    ['s', '1.76e9'],
    ['s', '1760000000.5.5'],
    ['s', '1760000000,5'],
    ['s', 'NaN'],
    ['s', 'Infinity'],
    ['s', '0x68E77B00'],
    ['s', '9'.repeat(16)],
    ['s', '9'.repeat(4000)],
    ['s', '253402300800'],
    ['ms', '1760000000000.5'],
    ['ms', '999999999999999'],
  ] as const)('in %s, %s is none', async (unit, text) => {
    expect(said(await judge(unit, text))).toBe('malformed-timestamp');
  });

  it('is told where it is in milliseconds and seconds are meant', async () => {
    for (const text of ['1760000000000', '999999999999999']) {
      expect(await judge('s', text)).toMatchObject({
        reason: 'malformed-timestamp',
        message: expect.stringContaining('the timestamp'),
      });
    }
    expect(await judge('s', '1760000000000')).toMatchObject({
      message: 'the timestamp looks like milliseconds, where seconds are meant',
    });
  });

  it('may be a JSON number with a fraction', async () => {
    const signed = (number: string) => {
      const body = `{"at":${number}}`;
      const headers = { 'x-signature': createHmac('sha256', KEY).update(body).digest('hex') };
      return requestFrom({ method: 'POST', url: '/', headers, body });
    };
    const gate = createGate({
      scheme: {
        algorithm: 'hmac-sha256',
        signature: 'x-signature',
        message: '{body}',
        timestamp: { member: 'at', unit: 's' },
      },
      keys: [KEY],
      now: () => NOW,
    });
    expect(await gate.verify(signed('1760000000.25'))).toMatchObject({ ok: true, timestampMs: NOW + 250 });
    for (const number of ['1.76e9', '-1', '"1760000000"', 'true', '[1]']) {
      expect(said(await gate.verify(signed(number))), number).toBe('malformed-timestamp');
    }
  });
});

/** JSON numbers that a token can hold, as text: JSON.stringify would not print some. */
const NUMBERS = ['1e50', '1.7e308', '1e300', '-1e300', '1e15', '9007199254740993', '253402300800'];

describe('a token’s times', () => {
  const SECRET = 'a secret of thirty-two characters';
  const tokenOf = (json: string): string => {
    const input = ['{"alg":"HS256"}', json].map((part) => Buffer.from(part).toString('base64url')).join('.');
    return `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`;
  };
  const gateOf = (options: object = {}) =>
    createGate({ provider: { id: 'jwt-bearer', ...options }, keys: [SECRET], now: () => NOW });

  it.each(['exp', 'nbf', 'iat'])('%s is refused where it lies beyond all dates', async (name) => {
    for (const number of NUMBERS) {
      const json = name === 'exp' ? `{"exp":${number}}` : `{"exp":${SECONDS + 60},"${name}":${number}}`;
      for (const options of [{}, { consume: 1 }]) {
        const received = await gateOf(options).receive(bearer(tokenOf(json)), () => done('ran'));
        expect(received, `${name} ${number}`).toMatchObject({ verdict: { reason: 'malformed-token' } });
      }
    }
  });

  it.each(['exp', 'nbf', 'iat'])('%s in milliseconds is called so', async (name) => {
    const claims = { exp: SECONDS + 60, [name]: NOW };
    expect(await gateOf().verify(bearer(mint('HS256', SECRET, { claims })))).toMatchObject({
      reason: 'malformed-token',
      message: `the claim ${name} looks like milliseconds, where seconds are meant`,
    });
  });

  it('is said in milliseconds where it is less than a second away', async () => {
    const judge = (options: object, claims: object) =>
      gateOf(options).verify(bearer(mint('HS256', SECRET, { claims: { exp: SECONDS + 60, ...claims } })));
    expect(await judge({ leewayMs: 0 }, { iat: SECONDS + 0.4 })).toMatchObject({
      message: 'the token’s iat is 400 ms ahead; at most 0 s are allowed',
    });
    expect(await judge({}, { iat: SECONDS + 7 })).toMatchObject({
      message: 'the token’s iat is 7 s ahead; at most 5 s are allowed',
    });
    expect(await judge({}, { exp: SECONDS - 0.25 })).toMatchObject({
      message: 'the token expired 250 ms ago',
    });
  });
});

describe('a number that a sender can send', () => {
  const SECRET = 'a secret of thirty-two characters';
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(0, -0, -1, 5e-324, 2 ** 31, 2 ** 53, 999_999_999_999_999, 1e21, 1.7e308, -1e308),
    fc.integer({ min: -300_000, max: 300_000 }).map((ms) => (NOW + ms) / 1000),
  );

  it('never throws in a token that is taken once, and ends its claim at a whole number of this age', async () => {
    await fc.assert(
      fc.asyncProperty(number, fc.option(number), fc.option(number), async (exp, nbf, iat) => {
        const claims = { exp, ...(nbf !== null && { nbf }), ...(iat !== null && { iat }) };
        const gate = createGate({
          provider: { id: 'jwt-bearer', consume: 1 },
          keys: [SECRET],
          now: () => NOW + 0.5,
        });
        await gate.receive(bearer(mint('HS256', SECRET, { claims })), (_, claim) => {
          expect(Number.isSafeInteger(claim?.untilMs)).toBe(true);
          expect(claim?.untilMs).toBeLessThanOrEqual(Date.UTC(10_000, 0));
          return done();
        });
      }),
      { seed: 50, numRuns: runs(1000) },
    );
  });

  it('never throws in a message signature', async () => {
    const time = fc.oneof(
      fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 }),
      fc.constantFrom(0, 253_402_300_799, 253_402_300_800, NOW, 1.5),
      fc.integer({ min: -300, max: 300 }).map((s) => NOW / 1000 + s),
    );
    await fc.assert(
      fc.asyncProperty(time, fc.option(time), async (created, expires) => {
        const params = `("@method");created=${created}${expires === null ? '' : `;expires=${expires}`}`;
        const value = createHmac('sha256', SECRET)
          .update(`"@method": POST\n"@signature-params": ${params}`)
          .digest('base64');
        const headers = { 'signature-input': `s=${params}`, signature: `s=:${value}:` };
        const gate = createGate({
          provider: { id: 'http-message-signatures', components: ['@method'] },
          keys: [SECRET],
          now: () => NOW,
        });
        const request = requestFrom({ method: 'POST', url: '/', headers });
        const received = await gate.receive(request, (_, claim) => done(claim?.untilMs));
        if (received.kind === 'done') expect(Number.isSafeInteger(received.value)).toBe(true);
        else if (created > 253_402_300_799) {
          expect(received).toMatchObject({ verdict: { reason: 'malformed-signature' } });
        }
      }),
      { seed: 51, numRuns: runs(1000) },
    );
  });
});

describe('a length of time in the options', () => {
  const setUp = (make: () => unknown): SetupError | undefined => {
    try {
      make();
    } catch (error) {
      if (error instanceof SetupError) return error;
      throw error;
    }
    return undefined;
  };
  const keys = ['a secret of thirty-two characters'];

  it.each([
    ['hmac', 'toleranceMs'],
    ['http-message-signatures', 'maxAgeMs'],
    ['http-message-signatures', 'futureMs'],
    ['jwt-bearer', 'leewayMs'],
    ['dpop', 'leewayMs'],
    ['dpop', 'toleranceMs'],
  ])('of %s: %s is bounded', (id, option) => {
    for (const ms of [1e18, 1e15, Number.POSITIVE_INFINITY, Number.NaN, -1, '5m']) {
      expect(
        setUp(() => createGate({ provider: writtenProvider(id, { [option]: ms }), keys }))?.option,
        String(ms),
      ).toContain(option);
    }
    expect(
      setUp(() => createGate({ provider: writtenProvider(id, { [option]: 600_000 }), keys })),
    ).toBeUndefined();
  });

  it.each(['leaseMs', 'rememberMs'])('of a gate: %s is bounded', (option) => {
    for (const ms of [1e18, Number.POSITIVE_INFINITY, Number.NaN, -1, 0]) {
      expect(setUp(() => createGate({ provider: 'github', keys, [option]: ms }))?.option).toBe(option);
    }
  });

  it.each([
    ['maxAgeMs', 1_000, 86_400_000],
    ['cooldownMs', 1_000, 3_600_000],
    ['timeoutMs', 10, 60_000],
    ['maxBytes', 256, 16_777_216],
    ['maxOutageMs', 0, 2_592_000_000],
  ])('of a key set: %s is bounded', (option, least, most) => {
    const gateOf = (value: number) => () =>
      createGate({
        provider: writtenProvider('jwt-bearer', {
          algorithm: 'RS256',
          jwks: { url: 'https://issuer.example/jwks', [option]: value },
        }),
      });
    for (const value of [least, most]) expect(setUp(gateOf(value))).toBeUndefined();
    for (const value of [least - 1, most + 1, 315_360_000_000, 1e18])
      expect(setUp(gateOf(value))?.option, String(value)).toBe(`provider.jwks.${option}`);
  });
});

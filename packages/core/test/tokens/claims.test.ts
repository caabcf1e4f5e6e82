/** What claims must say, and tokens that are taken once. */
import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isLong } from '../../../../scripts/effort.ts';
import { createGate, done, failed, type GateOptions, HeaderList, writtenProvider } from '../../src/index.ts';
import { base64url, bearer, mint, NOW, P256, SECONDS, wordOf } from './mint.ts';

const SECRET = 'a secret of thirty-two characters';

async function judge(
  options: Readonly<Record<string, unknown>>,
  claims: Readonly<Record<string, unknown>>,
  more: { header?: Record<string, unknown>; remoteAddress?: string; nowMs?: number } = {},
): Promise<string> {
  const { header = {}, remoteAddress, nowMs = NOW } = more;
  const gate = createGate({ provider: { id: 'jwt-bearer', ...options }, keys: [SECRET], now: () => nowMs });
  const token = mint('HS256', SECRET, { header, claims });
  return wordOf(await gate.verify(bearer(token, remoteAddress === undefined ? {} : { remoteAddress })));
}

describe('claims', () => {
  it.each([
    [{}, { exp: undefined }, 'missing-claim'],
    [{}, { exp: null }, 'malformed-token'],
    [{}, { exp: String(SECONDS + 9) }, 'malformed-token'],
    [{}, { exp: SECONDS }, 'expired'],
    [{}, { exp: SECONDS + 0.001 }, 'accepted'],
    [{ leewayMs: 2000 }, { exp: SECONDS - 1.999 }, 'accepted'],
    [{ leewayMs: 2000 }, { exp: SECONDS - 2 }, 'expired'],
    [{}, { nbf: SECONDS }, 'accepted'],
    [{}, { nbf: SECONDS + 5 }, 'accepted'],
    [{}, { nbf: SECONDS + 5.001 }, 'from-the-future'],
    [{ leewayMs: 0 }, { nbf: SECONDS + 0.001 }, 'from-the-future'],
    [{ leewayMs: 1 }, { nbf: SECONDS + 0.001 }, 'accepted'],
    [{}, { iat: SECONDS + 0.4 }, 'accepted'],
    [{}, { iat: SECONDS + 5 }, 'accepted'],
    [{}, { iat: SECONDS + 5.001 }, 'from-the-future'],
    [{ leewayMs: 0 }, { iat: SECONDS + 1 }, 'from-the-future'],
    [{ consume: 1, required: 'sub' }, { sub: 'ada', exp: undefined }, 'missing-claim'],
    [{}, { iat: true }, 'malformed-token'],
    [{ required: ['exp', 'sub'] }, {}, 'missing-claim'],
    [{ required: ['exp', 'sub'] }, { sub: 'ada' }, 'accepted'],
    [{ issuer: 'i' }, { iss: 'i' }, 'accepted'],
    [{ issuer: ['h', 'i'] }, { iss: 'i' }, 'accepted'],
    [{ issuer: 'i' }, { iss: 'I' }, 'claim-mismatch'],
    [{ issuer: 'i' }, { iss: ['i'] }, 'claim-mismatch'],
    [{ issuer: 'i' }, {}, 'missing-claim'],
    [{ audience: 'api.example' }, { aud: 'api.example' }, 'accepted'],
    [{ audience: 'api.example' }, { aud: ['other', 'api.example'] }, 'accepted'],
    [{ audience: ['a', 'b'] }, { aud: ['c', 'b'] }, 'accepted'],
    [{ audience: 'api.example' }, { aud: 'api.example.evil' }, 'claim-mismatch'],
    [{ audience: 'api.example' }, { aud: [] }, 'claim-mismatch'],
    [{ audience: 'api.example' }, { aud: [['api.example']] }, 'claim-mismatch'],
    [{ audience: 'api.example' }, {}, 'missing-claim'],
  ])('under %j, %j is %s', async (options, claims, expected) => {
    expect(await judge(options, claims)).toBe(expected);
  });

  it.each([
    ['at+jwt', 'at+jwt', 'accepted'],
    ['at+jwt', 'application/AT+JWT', 'accepted'],
    ['at+jwt', 'JWT', 'malformed-token'],
    ['at+jwt', undefined, 'malformed-token'],
  ])('where typ is %s, a token of %s is %s', async (typ, given, expected) => {
    expect(await judge({ typ }, {}, { header: { typ: given } })).toBe(expected);
  });

  it.each([
    ['1.2.3.4', '1.2.3.4', 'accepted'],
    ['1.2.3.4', '::ffff:1.2.3.4', 'accepted'],
    ['2001:DB8::1', '2001:db8:0:0:0:0:0:1', 'accepted'],
    ['1.2.3.4', '1.2.3.5', 'claim-mismatch'],
    ['1.2.3.4', undefined, 'claim-mismatch'],
    ['', '', 'claim-mismatch'],
    ['evil]/', 'evil]/', 'claim-mismatch'],
    [16909060, '1.2.3.4', 'claim-mismatch'],
    [undefined, '1.2.3.4', 'missing-claim'],
  ])('with ip, a token for %s from %s is %s', async (ip, remoteAddress, expected) => {
    const from = remoteAddress === undefined ? {} : { remoteAddress };
    expect(await judge({ ip: true }, { ip }, from)).toBe(expected);
  });
});

describe('a binding', () => {
  const pay = createHash('sha256').update('Bearer user').digest('base64');
  const key = Buffer.from(SECRET).toString('base64');

  async function judgeBound(bindingMode: string | undefined, claim: unknown, authorization?: string) {
    const provider = writtenProvider('approov', {
      binding: 'Authorization',
      ...(bindingMode && { bindingMode }),
    });
    const gate = createGate({ provider, keys: [key], now: () => NOW });
    const token = mint('HS256', SECRET, { claims: { pay: claim } });
    const headers = HeaderList.from({ 'approov-token': token, authorization });
    return wordOf(await gate.verify({ method: 'GET', url: '/', headers, body: new Uint8Array(0) }));
  }

  it.each([
    [undefined, pay, 'Bearer user', 'accepted'],
    [undefined, undefined, 'Bearer user', 'binding-mismatch'],
    [undefined, pay, undefined, 'binding-mismatch'],
    ['required', pay, 'Bearer other', 'binding-mismatch'],
    ['optional', pay, 'Bearer user', 'accepted'],
    ['optional', undefined, 'Bearer user', 'accepted'],
    ['optional', undefined, undefined, 'accepted'],
    ['optional', pay, 'Bearer other', 'binding-mismatch'],
    ['optional', pay, undefined, 'binding-mismatch'],
    ['optional', null, 'Bearer user', 'binding-mismatch'],
    ['off', pay, 'Bearer other', 'accepted'],
  ])('that is %s: pay %s with %s is %s', async (mode, claim, authorization, expected) => {
    expect(await judgeBound(mode, claim, authorization)).toBe(expected);
  });

  it.each([
    ['optional', undefined, undefined],
    ['optional', pay, ['authorization']],
    ['required', pay, undefined],
  ])(
    'that is %s tells the headers that this token covers: pay %s, %j',
    async (bindingMode, claim, covered) => {
      const provider = writtenProvider('approov', { binding: 'Authorization', bindingMode });
      const gate = createGate({ provider, keys: [key], now: () => NOW });
      const token = mint('HS256', SECRET, { claims: { pay: claim } });
      const headers = HeaderList.from({ 'approov-token': token, authorization: 'Bearer user' });
      const verdict = await gate.verify({ method: 'GET', url: '/', headers, body: new Uint8Array(0) });
      expect(verdict.ok && verdict.coveredHeaders).toEqual(covered);
    },
  );

  // The byte 0xA0 is a space in Latin-1 alone: in UTF-8 an à ends in it.
  it.each(['voil\xc3\xa0', 'voil\xc3'])('of two headers holds every byte of %j', async (value) => {
    const provider = writtenProvider('approov', { binding: ['Authorization', 'X-User'] });
    const gate = createGate({ provider, keys: [key], now: () => NOW });
    const bound = createHash('sha256').update('Bearer uservoil\xc3\xa0', 'latin1').digest('base64');
    const token = mint('HS256', SECRET, { claims: { pay: bound } });
    const headers = HeaderList.from({
      'approov-token': token,
      authorization: ' Bearer user',
      'x-user': `${value}\t`,
    });
    const verdict = await gate.verify({ method: 'GET', url: '/', headers, body: new Uint8Array(0) });
    expect(wordOf(verdict)).toBe(value.endsWith('\xa0') ? 'accepted' : 'binding-mismatch');
  });
});

describe('claims', () => {
  it('have the names that were signed, whatever a forged token before them has', async () => {
    const gate = createGate({ provider: 'jwt-bearer', keys: [SECRET], now: () => NOW });
    const tokenOf = (payload: string, key: string): string => {
      const input = `${base64url('{"alg":"HS256"}')}.${base64url(payload)}`;
      return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
    };
    const forged = tokenOf(
      String.raw`{"exp":${SECONDS + 9},"r\\u0":"none"}`,
      'another secret of thirty-two bytes',
    );
    expect(wordOf(await gate.verify(bearer(forged)))).toBe('signature-mismatch');
    const genuine = tokenOf(String.raw`{"exp":${SECONDS + 9},"r\u00f4le":"admin"}`, SECRET);
    expect(await gate.verify(bearer(genuine))).toMatchObject({
      ok: true,
      claims: { exp: SECONDS + 9, rôle: 'admin' },
    });
  });
});

describe('a token that is taken once', () => {
  const pem = P256.pem;
  const es256 = { algorithm: 'ES256' };
  const take = (gate: ReturnType<typeof createGate>, token: string) =>
    Promise.resolve(gate.receive(bearer(token), () => done('done'))).then((received) =>
      received.kind === 'refused' ? received.verdict.reason : received.kind,
    );
  const gateOf = (provider: object, keys: GateOptions['keys'] & {}) =>
    createGate({ provider: { id: 'jwt-bearer', consume: 1, ...provider }, keys, now: () => NOW });

  it('is known by its jti, under whatever other claims', async () => {
    const gate = gateOf({}, [SECRET]);
    expect(gate.coverage.replay).toBe('signed-id');
    expect(await take(gate, mint('HS256', SECRET, { claims: { jti: 'a' } }))).toBe('done');
    expect(await take(gate, mint('HS256', SECRET, { claims: { jti: 'a', n: 1 } }))).toBe('replayed');
    expect(await take(gate, mint('HS256', SECRET, { claims: { jti: 'b' } }))).toBe('done');
  });

  it('is known as a whole where it has no jti', async () => {
    for (const [gate, mintOne] of [
      [gateOf({}, [SECRET]), (n: number) => mint('HS256', SECRET, { claims: { n } })],
      // Each signature of ES256 differs: the token is known by what it says.
      [gateOf(es256, [pem]), (n: number) => mint('ES256', P256.privateKey, { claims: { n } })],
    ] as const) {
      expect(await take(gate, mintOne(1))).toBe('done');
      expect(await take(gate, mintOne(1))).toBe('replayed');
      expect(await take(gate, mintOne(2))).toBe('done');
    }
  });

  it('is taken by one of many at once', async () => {
    const gate = gateOf(es256, [pem]);
    const token = mint('ES256', P256.privateKey, { claims: { jti: 'one' } });
    const words = await Promise.all(Array.from({ length: 20 }, () => take(gate, token)));
    expect(words.filter((word) => word === 'done')).toHaveLength(1);
    expect(words.filter((word) => word === 'replayed')).toHaveLength(19);
  });

  it.each(isLong ? [2, 3, 300, 1000] : [2, 100])(
    'is taken %i times where that is said, also by many at once',
    async (consume) => {
      const gate = gateOf({ ...es256, consume }, [pem]);
      const token = mint('ES256', P256.privateKey, { claims: { jti: 'one' } });
      const words = await Promise.all(Array.from({ length: consume + 5 }, () => take(gate, token)));
      expect(words.filter((word) => word === 'done')).toHaveLength(consume);
      expect(words.filter((word) => word === 'replayed')).toHaveLength(5);
      expect(await take(gate, token)).toBe('replayed');
      expect(await take(gate, mint('ES256', P256.privateKey, { claims: { jti: 'two' } }))).toBe('done');
    },
  );

  it('is given back where the action failed', async () => {
    const gate = gateOf({ consume: 2 }, [SECRET]);
    const token = mint('HS256', SECRET, { claims: { jti: 'a' } });
    for (let i = 0; i < 5; i++) {
      const received = await gate.receive(bearer(token), () => failed('not done'));
      expect(received.kind).toBe('failed');
    }
    expect([await take(gate, token), await take(gate, token), await take(gate, token)]).toEqual([
      'done',
      'done',
      'replayed',
    ]);
  });

  it('is taken as often as it comes without consume', async () => {
    const gate = createGate({ provider: 'jwt-bearer', keys: [SECRET], now: () => NOW });
    const token = mint('HS256', SECRET, { claims: { jti: 'a' } });
    expect([await take(gate, token), await take(gate, token)]).toEqual(['done', 'done']);
  });
});

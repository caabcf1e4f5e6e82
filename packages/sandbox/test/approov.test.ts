import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ApproovTokenOptions } from '../src/index.ts';
import { approovRequest, approovSecret, approovToken, DUMMY_SECRET, headerOf } from '../src/index.ts';
import { hasPython, python, vectorCase } from './support.ts';

const NOW_MS = 1_760_000_000_000;
const BOUND = 'Bearer ada-authorization';
const secret = approovSecret(DUMMY_SECRET);

/** Each vector that the service could have issued. */
const REBUILT: readonly (Omit<ApproovTokenOptions, 'secret' | 'nowMs'> & { readonly vector: string })[] = [
  { vector: 'valid' },
  { vector: 'fractional exp', claims: { exp: 1_760_000_300.891912 } },
  { vector: 'bound to Authorization', kind: 'bound', boundValue: BOUND },
  { vector: 'expired', kind: 'expired', lifetimeMs: 1000 },
  { vector: 'no exp', kind: 'no-exp', claims: { sub: 'x' } },
];

const segments = (token: string): readonly unknown[] =>
  token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));

describe('approovToken', () => {
  it.each(REBUILT)('issues the token of the vector “$vector”', ({ vector, ...options }) => {
    const expected = vectorCase('approov', vector);
    const token = approovToken({
      secret: approovSecret(expected.secret),
      nowMs: expected.now * 1000,
      ...options,
    });
    expect(token).toBe(expected.headers['approov-token']);
  });

  it('makes each false token false in one way', () => {
    const token = (kind: ApproovTokenOptions['kind']) =>
      approovToken({ secret, nowMs: NOW_MS, ...(kind === undefined ? {} : { kind }) });
    const [head, payload, signature] = token('valid').split('.');
    expect(token('forged')).toMatch(new RegExp(`^${head}\\.${payload}\\.[\\w-]{43}$`));
    expect(token('forged')).not.toBe(token('valid'));
    expect(token('tampered').split('.')).toEqual([
      head,
      expect.not.stringMatching(`^${payload}$`),
      signature,
    ]);
    expect(segments(token('alg-none'))).toEqual([{ typ: 'JWT', alg: 'none' }, { exp: 1_760_000_300 }]);
    expect(token('alg-none')).toMatch(/\.$/);
    expect(segments(token('wrong-alg'))).toEqual([{ typ: 'JWT', alg: 'HS512' }, { exp: 1_760_000_300 }]);
    const [hs512Head, hs512Payload, hs512] = token('wrong-alg').split('.');
    expect(hs512).toBe(
      createHmac('sha512', secret).update(`${hs512Head}.${hs512Payload}`).digest('base64url'),
    );
  });

  it('refuses to bind to nothing', () => {
    expect(() => approovToken({ secret, nowMs: NOW_MS, kind: 'bound' })).toThrow(/boundValue/);
  });
});

describe('approovSecret', () => {
  it('reads the published dummy secret', () => {
    expect(secret).toHaveLength(64);
  });

  it('refuses what is not base64, without printing it', () => {
    for (const text of [
      '',
      'not base64!',
      DUMMY_SECRET.slice(0, -1),
      `"${DUMMY_SECRET}"`,
      ` ${DUMMY_SECRET}`,
    ]) {
      expect(() => approovSecret(text)).toThrow(RangeError);
      expect(() => approovSecret(text)).toThrow(/^Approov secret: not base64 with padding\. Copy the output/);
    }
  });
});

describe('approovRequest', () => {
  it('carries the token and the bound header', () => {
    const request = approovRequest({ token: 't', authorization: BOUND, path: '/v1/bound' });
    expect(request).toMatchObject({ method: 'GET', path: '/v1/bound', body: new Uint8Array() });
    expect(headerOf(request, 'Approov-Token')).toBe('t');
    expect(headerOf(request, 'Authorization')).toBe(BOUND);
  });

  it('carries neither where neither is given', () => {
    expect(approovRequest({})).toMatchObject({ path: '/v1/hello', headers: [] });
  });
});

describe.runIf(hasPython())('against python3', () => {
  const program = `
import base64, hashlib, hmac, json, sys
given = json.load(sys.stdin)
key = base64.b64decode(given["secret"], validate=True)
def decode(part): return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
def judge(token):
    head, payload, signature = token.split(".")
    holds = decode(signature) == hmac.new(key, (head + "." + payload).encode(), hashlib.sha256).digest()
    pay = json.loads(decode(payload)).get("pay")
    return [holds, pay == base64.b64encode(hashlib.sha256(given["bound"].encode()).digest()).decode()]
print(json.dumps([judge(token) for token in given["tokens"]]))
`;

  it('signs and binds as the quickstart checks', () => {
    const tokens = [
      approovToken({ secret, nowMs: NOW_MS + 0.5 }),
      approovToken({ secret, nowMs: NOW_MS, kind: 'bound', boundValue: BOUND }),
      approovToken({ secret, nowMs: NOW_MS, kind: 'bound', boundValue: 'Bearer other' }),
      approovToken({ secret, nowMs: NOW_MS, kind: 'forged' }),
      approovToken({ secret, nowMs: NOW_MS, kind: 'tampered' }),
      approovToken({ secret, nowMs: NOW_MS, kind: 'wrong-alg' }),
    ];
    expect(python(program, { secret: DUMMY_SECRET, bound: BOUND, tokens })).toEqual([
      [true, false],
      [true, true],
      [true, false],
      [false, false],
      [false, false],
      [false, false],
    ]);
  });
});

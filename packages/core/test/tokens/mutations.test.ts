/** No change to a token is accepted; and the examples of the RFCs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { createGate } from '../../src/index.ts';
import { tokenKeyOfJwk } from '../../src/schemes/jwt/token-key.ts';
import { bearer, ED25519, mint, NOW, P256, RSA } from './mint.ts';

const SECRET = 'a secret of thirty-two characters';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ~é';

describe('a token that was changed', () => {
  it.each([
    ['HS256', SECRET, SECRET, 20_000],
    ['RS256', RSA.privateKey, RSA.pem, 500],
    ['ES256', P256.privateKey, P256.pem, 500],
    ['EdDSA', ED25519.privateKey, ED25519.pem, 500],
  ] as const)('under %s is refused, whatever the change', async (algorithm, key, secret, numRuns) => {
    const gate = createGate({ provider: { id: 'jwt-bearer', algorithm }, keys: [secret], now: () => NOW });
    const token = mint(algorithm, key, { claims: { sub: 'ada', admin: false } });
    expect(await gate.verify(bearer(token))).toMatchObject({ ok: true });
    const place = fc.nat({ max: token.length - 1 });
    const char = fc.constantFrom(...ALPHABET);
    const change = fc.oneof(
      fc.tuple(place, char).map(([at, one]) => token.slice(0, at) + one + token.slice(at + 1)),
      fc.tuple(place, char).map(([at, one]) => token.slice(0, at) + one + token.slice(at)),
      place.map((at) => token.slice(0, at) + token.slice(at + 1)),
      place.map((at) => token.slice(0, at)),
      fc.tuple(place, place).map(([a, b]) => {
        const chars = [...token];
        [chars[a], chars[b]] = [chars[b] ?? '', chars[a] ?? ''];
        return chars.join('');
      }),
    );
    await fc.assert(
      fc.asyncProperty(change, async (changed) => {
        // Spaces around it are the header’s.
        fc.pre(changed.trim() !== token);
        expect(await gate.verify(bearer(changed))).toMatchObject({ ok: false });
      }),
      { seed: 4, numRuns: runs(numRuns) },
    );
  });
});

describe('the RFCs’ examples', () => {
  // RFC 7515 A.1: the header holds a line break, and exp was 2011.
  it('RFC 7515 A.1, HS256', async () => {
    const key = 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow';
    const token =
      'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
    const keys = [{ secret: JSON.stringify({ kty: 'oct', k: key }), encoding: 'jwk' }] as const;
    const at = (nowMs: number) =>
      createGate({ provider: 'jwt-bearer', keys, now: () => nowMs }).verify(bearer(token));
    expect(await at(1_300_819_379_999)).toMatchObject({ ok: true, claims: { iss: 'joe' } });
    expect(await at(1_300_819_380_000)).toMatchObject({ reason: 'expired' });
  });

  it('RFC 7515 A.3, ES256', async () => {
    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    };
    const token =
      'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q';
    const gate = createGate({
      provider: { id: 'jwt-bearer', algorithm: 'ES256' },
      keys: [JSON.stringify(jwk)],
      now: () => 1_300_819_000_000,
    });
    expect(await gate.verify(bearer(token))).toMatchObject({ ok: true });
  });

  it('RFC 8037 A.4, EdDSA: the key proves it, and its payload is not a token, which is refused before any key is tried', async () => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
    const [header, payload, signature] = [
      'eyJhbGciOiJFZERTQSJ9',
      'RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc',
      'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg',
    ];
    const key = tokenKeyOfJwk(jwk);
    if (typeof key === 'string') throw new Error(key);
    const signatures = [Buffer.from(signature as string, 'base64url')];
    const proof = key.proof('EdDSA');
    expect(await proof.find([`${header}.${payload}`], signatures)).toBe(0);
    expect(await proof.find([`${header}.RXhi${payload?.slice(4)}`], signatures)).toBe(-1);
    const gate = createGate({
      provider: { id: 'jwt-bearer', algorithm: 'EdDSA' },
      keys: [JSON.stringify(jwk)],
      now: () => NOW,
    });
    expect(await gate.verify(bearer(`${header}.${payload}.${signature}`))).toMatchObject({
      reason: 'malformed-token',
      evidence: { comparisons: 0 },
    });
  });
});

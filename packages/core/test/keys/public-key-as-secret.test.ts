/** A public key that passed for a shared secret would let anybody sign: whatever the scheme, the spelling, the encoding. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs, someOf } from '../../../../scripts/effort.ts';
import { createGate, KEY_ENCODINGS, type TokenAlgorithm } from '../../src/index.ts';
import { publicKeyShape } from '../../src/keys/key-shape.ts';
import { EC, ED25519, pkcs8Of, RSA, refusal, SECRET_SCHEMES, spkiOf } from './key-fixtures.ts';

const wrapped = (bytes: Buffer): string => bytes.toString('base64').replace(/.{64}/g, '$&\n');
const pem = (label: string, bytes: Buffer): string =>
  `-----BEGIN ${label}-----\n${wrapped(bytes)}\n-----END ${label}-----\n`;

/** RFC 4253 §6.6: fields, each with its length before it. */
function sshBlob(...fields: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    fields.flatMap((field) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(field.length);
      return [length, Buffer.from(field)];
    }),
  );
}

const rsaJwk = RSA.publicKey.export({ format: 'jwk' });
const sshEd25519 = sshBlob('ssh-ed25519', spkiOf(ED25519).subarray(-32));
const sshRsa = sshBlob(
  'ssh-rsa',
  Buffer.from(rsaJwk.e ?? '', 'base64url'),
  Buffer.from(rsaJwk.n ?? '', 'base64url'),
);
const point = spkiOf(EC).subarray(-65);
const pkcs1 = RSA.publicKey.export({ type: 'pkcs1', format: 'der' });
const sec1 = EC.privateKey.export({ type: 'sec1', format: 'der' });

/** Self-signed, of P-256, made by `openssl req -x509`. */
const CERTIFICATE = `MIIBfTCCASOgAwIBAgIUBUvWjN2O7GfVd6BQlvZ9Ly0d9EgwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE`;

const TEXTS: Readonly<Record<string, string>> = {
  'a JWK of RSA': JSON.stringify(rsaJwk),
  'a JWK of EC': JSON.stringify(EC.publicKey.export({ format: 'jwk' })),
  'a JWK of Ed25519': JSON.stringify(ED25519.publicKey.export({ format: 'jwk' }), null, 2),
  'a private JWK': JSON.stringify(EC.privateKey.export({ format: 'jwk' })),
  'a JWKS': JSON.stringify({ keys: [{ ...rsaJwk, kid: 'a' }] }),
  'a JWKS of secrets': JSON.stringify({ keys: [{ kty: 'oct', k: 'AAAA' }] }),
  'a list of JWKs': JSON.stringify([rsaJwk]),
  'a JWKS inside an answer': JSON.stringify({ data: { jwks: { keys: [rsaJwk] } } }),
  'a JWK that is cut off': JSON.stringify(rsaJwk).slice(0, -30),
  'certificates by id': JSON.stringify({ a1: pem('CERTIFICATE', spkiOf(EC)) }),
  'SPKI in base64': spkiOf(RSA).toString('base64'),
  'SPKI of EC in base64url': spkiOf(EC).toString('base64url'),
  'SPKI of Ed25519 in hex': spkiOf(ED25519).toString('hex'),
  'SPKI in upper-case hex with colons': (spkiOf(EC).toString('hex').toUpperCase().match(/../g) ?? []).join(
    ':',
  ),
  'SPKI wrapped at 64 letters': wrapped(spkiOf(RSA)),
  'SPKI cut off': spkiOf(RSA).subarray(0, 200).toString('base64'),
  'SPKI in base64 of base64': Buffer.from(spkiOf(EC).toString('base64')).toString('base64'),
  'PKCS#1 in base64': pkcs1.toString('base64'),
  'PKCS#8 in base64': pkcs8Of(EC).toString('base64'),
  'SEC 1 in base64': sec1.toString('base64'),
  'a certificate in base64': CERTIFICATE.replaceAll('\n', ''),
  'a point in hex': point.toString('hex'),
  'a point in base64': point.toString('base64'),
  'a PEM': pem('PUBLIC KEY', spkiOf(RSA)),
  'a PEM on one line': pem('PUBLIC KEY', spkiOf(EC)).replaceAll('\n', ' '),
  'a PEM with \\n in two letters': pem('PUBLIC KEY', spkiOf(EC)).replaceAll('\n', '\\n'),
  'a PEM in base64': Buffer.from(pem('PUBLIC KEY', spkiOf(EC))).toString('base64'),
  'a PEM of a certificate': pem('CERTIFICATE', Buffer.from(CERTIFICATE, 'base64')),
  'a PEM of PKCS#1': pem('RSA PUBLIC KEY', pkcs1),
  'a PEM of a private key': pem('PRIVATE KEY', pkcs8Of(ED25519)),
  'a PEM of SEC 1': pem('EC PRIVATE KEY', sec1),
  'a PEM of OpenSSH': pem('OPENSSH PRIVATE KEY', Buffer.alloc(90, 7)),
  'a PEM of PGP': pem('PGP PUBLIC KEY BLOCK', Buffer.alloc(90, 7)),
  'ssh-ed25519': `ssh-ed25519 ${sshEd25519.toString('base64')} ada@example`,
  'ssh-rsa': `ssh-rsa ${sshRsa.toString('base64')}`,
  'a line of authorized_keys': `restrict,pty ssh-rsa ${sshRsa.toString('base64')} ada`,
  'ecdsa-sha2-nistp256': `ecdsa-sha2-nistp256 ${sshBlob('ecdsa-sha2-nistp256', 'nistp256', point).toString('base64')}`,
  'an SSH key without its name': sshEd25519.toString('base64'),
  'RFC 4716': `---- BEGIN SSH2 PUBLIC KEY ----\n${wrapped(sshRsa)}\n---- END SSH2 PUBLIC KEY ----`,
  minisign: `untrusted comment: minisign public key 12AB\nRWQ${'A'.repeat(53)}`,
  age: `age1${'q'.repeat(58)}`,
  whpk_: `whpk_${spkiOf(ED25519).subarray(-32).toString('base64')}`,
  'XML of .NET': `<RSAKeyValue><Modulus>${rsaJwk.n}</Modulus><Exponent>AQAB</Exponent></RSAKeyValue>`,
};

const BYTES: Readonly<Record<string, Uint8Array>> = {
  SPKI: spkiOf(RSA),
  'PKCS#8': pkcs8Of(EC),
  'PKCS#1': pkcs1,
  'a point': point,
  'an SSH key': sshRsa,
  'a PEM’s bytes': Buffer.from(pem('PUBLIC KEY', spkiOf(EC))),
  'a PEM in UTF-16': Buffer.from(`\ufeff${pem('PUBLIC KEY', spkiOf(EC))}`, 'utf16le'),
  'a JWK’s bytes': Buffer.from(JSON.stringify(rsaJwk)),
};

/** What the standard’s own provider takes as keys for Ed25519. */
const isOwn = (scheme: string, text: string): boolean =>
  scheme === 'standard-webhooks' && ['a PEM of a private key', 'whpk_'].includes(text);

/** The schemes that are tried with a text: a short run tries each text with some, and each scheme with some texts. */
const schemesFor = (text: string) =>
  someOf(SECRET_SCHEMES, 5, Object.keys(TEXTS).indexOf(text)).filter(({ name }) => !isOwn(name, text));

describe('no scheme takes a secret that is', () => {
  it.each(Object.entries(TEXTS))('%s, whatever the encoding', (text, secret) => {
    for (const { name, gate } of schemesFor(text)) {
      for (const encoding of [undefined, ...KEY_ENCODINGS]) {
        const sentence = refusal(() => gate({ secret, ...(encoding && { encoding }) }));
        expect(sentence, `${name}, as ${encoding}`).toMatch(/^keys\[\d\]\.secret: /);
        for (const part of secret.split(/[\s"]+/)) if (part.length > 30) expect(sentence).not.toContain(part);
      }
    }
  });

  it.each(Object.entries(TEXTS))('%s, with a byte order mark, blanks or quotes around it', (text, secret) => {
    for (const { name, gate } of schemesFor(text)) {
      for (const quoted of [`\ufeff${secret}`, ` \t${secret}\r\n`, `"${secret}"`, `'${secret}'`]) {
        for (const encoding of [undefined, 'utf8'] as const) {
          const sentence = refusal(() => gate({ secret: quoted, ...(encoding && { encoding }) }));
          expect(sentence, name).toMatch(/^keys\[\d\]\.secret: /);
        }
      }
    }
  });

  it.each(Object.entries(BYTES))('%s, as bytes', (_, secret) => {
    for (const { name, gate } of SECRET_SCHEMES) {
      expect(
        refusal(() => gate({ secret })),
        name,
      ).toMatch(/^keys\[\d\]\.secret: /);
    }
  });
});

describe('a secret', () => {
  it('is not a public key by chance', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 64 }), (bytes) => {
        const buffer = Buffer.from(bytes);
        for (const one of [
          bytes,
          ...(['base64', 'base64url', 'hex', 'latin1'] as const).map((as) => buffer.toString(as)),
        ]) {
          expect(publicKeyShape(one)).toBeUndefined();
        }
      }),
      { numRuns: runs(500), seed: 11 },
    );
  });

  it('may hold any printable text', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 60 }), (text) => {
        expect(publicKeyShape(text)).toBeUndefined();
      }),
      { numRuns: runs(500), seed: 12 },
    );
  });
});

describe('a JWK of a secret', () => {
  const k = (bytes: number): string => Buffer.alloc(bytes, 'a secret of many letters').toString('base64url');
  const hs = (jwk: object, algorithm: TokenAlgorithm = 'HS256'): string | undefined =>
    refusal(() =>
      createGate({ provider: { id: 'jwt-bearer', algorithm }, keys: [{ secret: JSON.stringify(jwk) }] }),
    );

  it.each([
    ['HS256', 31, 32],
    ['HS384', 47, 48],
    ['HS512', 63, 64],
  ] as const)('for %s has no %d bytes, but %d (RFC 7518 §3.2)', (algorithm, short, enough) => {
    expect(hs({ kty: 'oct', k: k(short) }, algorithm)).toMatch(/RFC 7518 §3\.2/);
    expect(
      hs({ kty: 'oct', k: k(enough), alg: algorithm, use: 'sig', key_ops: ['sign', 'verify'] }, algorithm),
    ).toBe(undefined);
  });

  it.each([
    [{ alg: 'HS512' }, /alg is not HS256/],
    [{ alg: 'A256KW' }, /alg is not HS256/],
    [{ alg: 'RS256' }, /alg is not HS256/],
    [{ use: 'enc' }, /use is another than sig/],
    [{ key_ops: ['encrypt'] }, /neither verify nor sign/],
    [{ key_ops: 'verify' }, /is not a list/],
    [{ key_ops: ['verify', 'verify'] }, /twice/],
    [{ k: 7 }, /no kty oct and k/],
    [{ k: '' }, /no kty oct and k/],
  ])('is not taken with %j', (members, words) => {
    expect(hs({ kty: 'oct', k: k(64), ...members })).toMatch(words);
  });

  it('names each member once', () => {
    const secret = `{"kty":"RSA","kty":"oct","k":"${k(32)}"}`;
    expect(
      refusal(() => createGate({ provider: 'jwt-bearer', keys: [{ secret, encoding: 'jwk' }] })),
    ).toMatch(/unique names/);
  });

  it('proves what its bytes prove, said or not', async () => {
    const secret = JSON.stringify({ kty: 'oct', k: k(32) });
    const signer = createGate({
      provider: 'jwt-bearer',
      keys: [{ secret: Buffer.from(k(32), 'base64url') }],
    });
    const signed = await signer.sign({ method: 'GET', url: '/' });
    for (const key of [{ secret }, { secret, encoding: 'jwk' } as const]) {
      expect(await createGate({ provider: 'jwt-bearer', keys: [key] }).verify(signed)).toMatchObject({
        ok: true,
      });
    }
  });
});

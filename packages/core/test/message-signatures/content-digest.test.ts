import { describe, expect, it } from 'vitest';
import { requestFrom } from '../../src/index.ts';
import {
  checkContentDigest,
  contentDigest,
  type DigestAlgorithm,
} from '../../src/schemes/message-signatures/content-digest.ts';
import { utf8 } from '../../src/text/bytes.ts';

/** RFC 9530 Appendix D: of `{"hello": "world"}`. */
const BODY = '{"hello": "world"}';
const SHA_256 = 'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:';
const SHA_512 =
  'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:';
const MD5 = 'md5=:Sd/dVLAcvNLSq16eXua5uQ==:';
/** Of the same text with a line break at its end, RFC 9530 Appendix B. */
const OTHER_SHA_256 = 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:';

const check = (lines: readonly string[], body: string = BODY) =>
  checkContentDigest(
    requestFrom({
      method: 'POST',
      url: '/',
      headers: lines.map((line) => ['Content-Digest', line] as const),
      body,
    }),
  );

describe('Content-Digest', () => {
  it.each([
    { algorithm: 'sha-256', value: SHA_256 },
    { algorithm: 'sha-512', value: SHA_512 },
  ] as const)('is made as the RFC has it: $algorithm', async ({ algorithm, value }) => {
    expect(await contentDigest(utf8(BODY), algorithm as DigestAlgorithm)).toBe(value);
  });

  it.each([
    { lines: [SHA_256] },
    { lines: [SHA_512] },
    { lines: [`${SHA_256},${SHA_512}`] },
    { lines: [SHA_512, SHA_256] },
    { lines: [MD5, SHA_256] },
    { lines: [`unixsum=:GQU=:,  ${SHA_256}`] },
    // RFC 9651 §4.2.7: without padding, which one byte more or less would change.
    { lines: [SHA_256.replace('=:', '@').replaceAll('=', '').replace('@', '=:')] },
    { lines: [SHA_512.replace('=:', '@').replaceAll('=', '').replace('@', '=:'), SHA_256] },
    { lines: [`${SHA_256}, x="${'x'.repeat(2048 - SHA_256.length - 6)}"`] },
  ])('holds for the body: $lines', async ({ lines }) => {
    expect(await check(lines)).toBeUndefined();
  });

  it('holds for a body that ends in a line break', async () => {
    expect(await check([OTHER_SHA_256], `${BODY}\n`)).toBeUndefined();
  });

  it.each([
    { lines: [OTHER_SHA_256], reason: 'signature-mismatch' },
    { lines: [OTHER_SHA_256, SHA_512], reason: 'signature-mismatch' },
    { lines: [SHA_256, SHA_512.replace('WZ', 'WY')], reason: 'signature-mismatch' },
    { lines: ['sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBA==:'], reason: 'signature-mismatch' },
    { lines: ['sha-256=::'], reason: 'signature-mismatch' },
    { lines: [], reason: 'missing-part' },
    { lines: [MD5], reason: 'algorithm-not-allowed' },
    { lines: ['sha=:07CavjDP4u3/TungoUHJO/Wzr4c=:'], reason: 'algorithm-not-allowed' },
    { lines: [''], reason: 'algorithm-not-allowed' },
    { lines: [SHA_256, SHA_256], reason: 'malformed-signature' },
    { lines: [OTHER_SHA_256, SHA_256], reason: 'malformed-signature' },
    { lines: [SHA_256.replaceAll(':', '"')], reason: 'malformed-signature' },
    { lines: ['sha-256'], reason: 'malformed-signature' },
    { lines: [`SHA-256${SHA_256.slice(7)}`], reason: 'malformed-signature' },
    { lines: [`${SHA_256}, x="${'x'.repeat(2049 - SHA_256.length - 6)}"`], reason: 'malformed-signature' },
  ])('is refused, $reason: $lines', async ({ lines, reason }) => {
    expect(await check(lines)).toMatchObject({ reason });
  });

  it.each([
    { what: 'a second spelling', other: 'x=01' },
    { what: 'a name twice', other: 'x=1, x=1' },
  ])('is no dictionary with $what beside the body’s digest', async ({ other }) => {
    expect(await check([SHA_256, other])).toEqual({
      reason: 'malformed-signature',
      problem: 'Content-Digest is not a short dictionary with each name once',
      remedy: 'Have the sender write it as RFC 9530 does, e.g. `sha-256=:` base64 of the hash `:`.',
    });
  });

  it('of another body says so by a code', async () => {
    expect(await check([SHA_256], 'another')).toMatchObject({
      reason: 'signature-mismatch',
      code: 'digest-of-another-body',
      problem: 'Content-Digest’s sha-256 is of another body',
    });
  });
});

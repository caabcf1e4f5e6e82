/** Percent-encoding, held against the runtime’s own encoders. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { FORM_ENCODING, percentEncoded, UNRESERVED } from '../../src/text/percent.ts';

const texts = fc.string({ unit: 'binary' });

describe('Percent-encoding', () => {
  it('of all but unreserved characters is encodeURIComponent’s, and has !’()* encoded too', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const strict = encodeURIComponent(text).replace(
          /[!'()*]/g,
          (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
        );
        expect(percentEncoded(text, UNRESERVED)).toBe(strict);
      }),
      { numRuns: runs(10_000) },
    );
  });

  it('of forms is URLSearchParams’, but for the blank', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const form = new URLSearchParams([[text, '']]).toString().slice(0, -1);
        expect(percentEncoded(text, FORM_ENCODING)).toBe(form.replaceAll('+', '%20'));
      }),
      { numRuns: runs(10_000) },
    );
  });

  it('leaves what stands for itself', () => {
    const plain = 'AZaz09-._';
    expect(percentEncoded(`${plain}~`, UNRESERVED)).toBe(`${plain}~`);
    expect(percentEncoded(`${plain}*`, FORM_ENCODING)).toBe(`${plain}*`);
  });
});

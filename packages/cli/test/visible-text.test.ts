import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visibleBytes, visibleText } from '../src/visible-text.ts';

it('a text of others is cut as bytes are, and says by how much', () => {
  const text = visibleText(`${'/'.repeat(4_096)}${'a'.repeat(3_000_000)}`);
  expect(text).toBe(`${'/'.repeat(4_096)}… (3000000 more characters)`);
  expect(visibleText('/'.repeat(4_096))).toBe('/'.repeat(4_096));
});

describe('visibleBytes', () => {
  it.each([
    ['a\r\nb\tc\0', 'a␍␊b␉c␀'],
    ['\ufeffa\u00a0b\u200bc', '‹BOM›a‹NBSP›b‹ZWSP›c'],
    ['\u202ea\u2028', '‹U+202E›a‹U+2028›'],
    ['\x1b[31m\x7f\x85', '␛[31m␡‹U+0085›'],
    ['␍ ü 東京 🚀', '‹U+240D› ü 東京 🚀'],
  ])('%j', (text, expected) => {
    expect(visibleBytes(Buffer.from(text))).toBe(expected);
  });

  it('shows bytes that are not UTF-8, each by itself', () => {
    expect(visibleBytes(Uint8Array.of(0x61, 0xff, 0xc3, 0x28, 0xe2, 0x82))).toBe('a\\xff\\xc3(\\xe2\\x82');
    expect(visibleBytes(Uint8Array.of(0xc3, 0xbc, 0xed, 0xa0, 0x80))).toBe('ü\\xed\\xa0\\x80');
  });

  it('cuts, and says by how much', () => {
    expect(visibleBytes(Buffer.from('abcdef'), { maxBytes: 4 })).toBe('abcd… (2 more bytes)');
  });

  it('breaks lines after the picture of the line feed where asked to', () => {
    expect(visibleBytes(Buffer.from('a\nb\n'), { breakLines: true })).toBe('a␊\nb␊');
  });

  it('lets nothing through that a terminal would act on', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(visibleBytes(bytes)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visibleText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }),
    );
  });
});

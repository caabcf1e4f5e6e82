/** Decimals of structured fields, covered with ;sf or ;key: RFC 9651 §4.1.5, RFC 9421 §2.1.1 and §2.1.2. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { requestFrom } from '../../src/index.ts';
import { parseComponent } from '../../src/schemes/message-signatures/component.ts';
import { componentValue, type StructuredType } from '../../src/schemes/message-signatures/component-value.ts';
import { withoutDecimals } from '../../src/schemes/message-signatures/decimals.ts';

const REFUSED = 'refused';

function covered(type: StructuredType, value: string, text = 'x;sf'): string {
  const component = parseComponent(text);
  if ('fault' in component) throw new Error(component.fault);
  const request = requestFrom({ method: 'GET', url: '/', headers: { x: value } });
  const read = componentValue(component, request, { structuredFields: { x: type } });
  return typeof read === 'string' ? read : REFUSED;
}

describe('a decimal of a structured field', () => {
  it.each([
    ['item', '1.0', '1.0'],
    ['item', '1', '1'],
    ['item', '1.50', '1.5'],
    ['item', '-0.0', '0.0'],
    ['item', '00.10', '0.1'],
    ['item', '-1.125', '-1.125'],
    ['item', '999999999999.999', '999999999999.999'],
    ['item', '100000000000.0', '100000000000.0'],
    ['item', '0.001', '0.001'],
    ['item', '1.0;q=2.0;r="2.00";s=t2.00', '1.0;q=2.0;r="2.00";s=t2.00'],
    ['list', '1.0, 2,  (3.0 4);q=1.00, *1.0, **2.0', '1.0, 2, (3.0 4);q=1.0, *1.0, **2.0'],
    ['list', '"a\\"1.00", %"b 1.00 \\", :MTIu:, 1.0', '"a\\"1.00", %"b 1.00 \\", :MTIu:, 1.0'],
    ['dictionary', 'a=1.0, b=(1.0 2);q=3.0, c;q=0.5', 'a=1.0, b=(1.0 2);q=3.0, c;q=0.5'],
    ['dictionary', 'v1.0=1.0, *d2.0=2.0', 'v1.0=1.0, *d2.0=2.0'],
    ['dictionary', 'a=1.00', 'a=1.0'],
    ['list', '100, a0d1, 1.50, 0', '100, a0d1, 1.5, 0'],
    ['item', '@0001', '@1'],
    ['item', '@-0', '@0'],
    ['list', '@-62135596800, @999999999999999;a=@1', '@-62135596800, @999999999999999;a=@1'],
  ] as const)('%s %s is written %s', (type, value, written) => {
    expect(covered(type, value)).toBe(written);
  });

  it.each([
    ['item', '1.'],
    ['item', '.5'],
    ['item', '1.2345'],
    ['item', '1234567890123.0'],
    ['item', '1.0.0'],
    ['item', '1.0a'],
    ['item', '1.0*a'],
    ['item', '--1.0'],
    ['item', '1-2.0'],
    ['item', '?1.0'],
    ['item', '@1.0'],
    ['item', '"1.0'],
    ['item', ':1.0:'],
    ['list', '1.0 2.0'],
    ['list', '(1.0,2.0)'],
    ['dictionary', 'a=1.0, a=2.0'],
  ] as const)('%s %s is none', (type, value) => {
    expect(covered(type, value)).toBe(REFUSED);
  });

  it('is never mixed up with a token or a text of the sender’s that is like what stands for it', () => {
    const value = '*0*1.00, "*1*2.00", *2, *3*, *0*1*2*1.00, 4.00';
    expect(covered('list', value)).toBe('*0*1.00, "*1*2.00", *2, *3*, *0*1*2*1.00, 4.0');
  });

  it('is not mixed up where many such tokens are taken', () => {
    const tokens = Array.from({ length: 12 }, (_, i) => `*${i}*1.00`).join(', ');
    expect(covered('list', `${tokens}, 4.00`)).toBe(`${tokens}, 4.0`);
  });

  it('costs no more letters for many stars', () => {
    const value = `${'*'.repeat(8_000)}, ${'1.0, '.repeat(1_000)}2.0`;
    expect(withoutDecimals(value).text.length).toBeLessThan(2 * value.length);
    expect(covered('list', value)).toBe(value);
  });

  it('is kept in a member of a dictionary', () => {
    const value = 'a=1.0, b=(2.0 3);q=4.0';
    expect(covered('dictionary', value, 'x;key="a"')).toBe('1.0');
    expect(covered('dictionary', value, 'x;key="b"')).toBe('(2.0 3);q=4.0');
  });

  it('is never told from an integer by its value alone, and has one spelling', () => {
    const decimal = fc.tuple(
      fc.boolean(),
      fc.integer({ min: 0, max: 999_999_999_999 }),
      fc.integer({ min: 0, max: 999 }),
    );
    fc.assert(
      fc.property(decimal, ([negative, whole, thousandths]) => {
        const digits = String(thousandths).padStart(3, '0');
        const fraction = digits.replace(/0{1,2}$/, '');
        const sign = negative ? '-' : '';
        const isZero = whole === 0 && thousandths === 0;
        expect(covered('item', `${sign}${whole}.${digits}`)).toBe(
          `${isZero ? '' : sign}${whole}.${fraction}`,
        );
      }),
      { numRuns: runs(500), seed: 9651 },
    );
  });

  it('leaves what is not a decimal as it is', () => {
    const piece = fc.constantFrom(
      '"',
      '\\',
      '%',
      '*',
      '1.0',
      '1',
      '.',
      ':',
      ';',
      '=',
      'a',
      '@',
      '-',
      ' ',
      ',',
      '(',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        const text = pieces.join('');
        const { text: apart, restore } = withoutDecimals(text);
        expect(restore(apart)).toBe(text);
      }),
      { numRuns: runs(2000), seed: 9651 },
    );
  });
});

/** Header fields as signatures cover them: their lines, and parts of several of them in one request. */
import { describe, expect, it } from 'vitest';
import { HeaderList, requestFrom, type SignedRequest } from '../../src/index.ts';
import { parseComponent, type SignatureComponent } from '../../src/schemes/message-signatures/component.ts';
import {
  type ComponentContext,
  componentValue,
} from '../../src/schemes/message-signatures/component-value.ts';
import { fieldLines, fieldValue } from '../../src/schemes/message-signatures/field-value.ts';
import { createMemo, type Memo } from '../../src/schemes/message-signatures/memo.ts';

function coveredValue(
  text: string,
  request: SignedRequest,
  context: ComponentContext = {},
  memo?: Memo,
): string {
  const value = componentValue(parseComponent(text) as SignatureComponent, request, context, memo);
  return typeof value === 'string' ? value : value.problem;
}

describe('a field', () => {
  const headers = new HeaderList([
    'X-A',
    ' 1\t',
    'x-b',
    '2',
    'x-a',
    '',
    'x-c',
    'a \r\n \t b',
    'x-d',
    'a\nb',
    'x-ab',
    '3',
    'x-e',
    '\ta \n b\r\n\tc\n\td ',
    'x-f',
    'a\r\nb\tc\n',
  ]);

  it.each([
    ['x-a', ['1', ''], '1, '],
    ['x-b', ['2'], '2'],
    ['x-c', ['a b'], 'a b'],
    ['x-d', ['a\nb'], 'a\nb'],
    ['x-e', ['a b c d'], 'a b c d'],
    ['x-f', ['a\r\nb\tc\n'], 'a\r\nb\tc\n'],
    ['x-none', undefined, undefined],
  ])('%s has the lines %j and the value %j', (name, lines, value) => {
    expect(fieldLines(headers, name)).toEqual(lines);
    expect(fieldValue(headers, name)).toBe(value);
  });
});

describe('parts of several fields', () => {
  it('are kept apart, whatever was read of another before', () => {
    const headers = { 'x-a': 'm=1.50, n=(1.0 2)', 'x-b': 'm=2.50', 'x-c': 'm=3', 'x-l': '1.50, a' };
    const request = requestFrom({ method: 'POST', url: '/a?b=1', headers });
    const types = { 'x-a': 'dictionary', 'x-b': 'dictionary', 'x-c': 'dictionary', 'x-l': 'list' } as const;
    const expected = [
      ['x-a;key="m"', '1.5'],
      ['x-b;key="m"', '2.5'],
      ['x-c;key="m"', '3'],
      ['x-a;sf', 'm=1.5, n=(1.0 2)'],
      ['x-b;sf', 'm=2.5'],
      ['x-l;sf', '1.5, a'],
      ['x-b;bs', ':bT0yLjUw:'],
      ['@query-param;name="b"', '1'],
      ['@path', '/a'],
    ] as const;
    const memo = createMemo();
    for (const [text, value] of [...expected, ...expected.toReversed()]) {
      expect(coveredValue(text, request, { structuredFields: types }, memo), text).toBe(value);
    }
  });

  it.each([
    ['list', 'structured list'],
    ['dictionary', 'structured dictionary'],
  ] as const)('are not looked for in a %s of more than 2,048 members', (type, what) => {
    const context = { structuredFields: { 'x-a': type } };
    const of = (count: number) => {
      const value = Array.from({ length: count }, (_, i) => `a${i}`).join(', ');
      return coveredValue(
        'x-a;sf',
        requestFrom({ method: 'POST', url: '/', headers: { 'x-a': value } }),
        context,
      );
    };
    expect(of(2048)).toMatch(/^a0, a1, .*, a2047$/);
    expect(of(2049)).toBe(`the signature covers "x-a";sf, which is not a ${what}`);
  });

  it('are covered beside a Host field that the target overrules, which is not', () => {
    const headers = { host: 'other.example', 'x-a': '1' };
    const overruled = requestFrom({ method: 'POST', url: 'https://shop.example/', headers });
    expect(coveredValue('x-a', overruled)).toBe('1');
    expect(coveredValue('host', overruled)).toBe(
      'the signature covers "host", which says another host than the request’s target',
    );
  });
});

it('what was read of a request is read once, nothing as well', () => {
  const memo = createMemo();
  let made = 0;
  const make = (): undefined => {
    made++;
  };
  memo('a', make);
  memo('a', make);
  expect(made).toBe(1);
  expect(memo('b', () => 7)).toBe(7);
  expect(memo('b', () => 8)).toBe(7);
});

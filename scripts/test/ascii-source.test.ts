import { expect, it } from 'vitest';
import { asciiSource } from '../ascii-source.ts';

const meaning = (source: string): unknown => new Function(`return ${source}`)();

it.each([
  "'caf\u00e9 \u{1f600}'",
  '`caf\u00e9 \u2013`',
  '({ \u00e9t\u00e9: 1 }).\u00e9t\u00e9',
  '/^[\u00e0-\u00ff]$/.test("\u00e9")',
  '/^.\u{1f600}$/u.test("a\u{1f600}")',
  'String.raw`plain` + "\u00e9"',
])('%s means the same in ASCII', (source) => {
  const ascii = asciiSource(`(${source})`, 'a.cjs');
  expect(ascii).toMatch(/^[\0-\x7f]*$/);
  expect(meaning(ascii)).toEqual(meaning(source));
});

it('a tagged template would see the escapes: it is an error', () => {
  expect(() => asciiSource('f(String.raw`caf\u00e9`)', 'a.cjs')).toThrow(
    'a.cjs: a tagged template has letters beyond ASCII, and would see their escapes: String.raw`caf\u00e9`. Write them as escapes, or leave the tag out.',
  );
});

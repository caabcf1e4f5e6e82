// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a file may hold.
/** The grammar of `.env`: what Node makes of it, and what is said of it. */
import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readDotEnv } from '../../src/config/dot-env.ts';

const CUT =
  '.env cuts A at a #, which begins a comment there: put the value in quotes if the # is part of it.';
const BEHIND =
  '.env has text behind the closing quote of A, which is left out: put all of it into one pair of quotes.';
const OPEN =
  '.env opens a quote in A that nothing closes, and it is part of the value: close it, or leave it out.';
const TWICE = '.env sets A twice, and the last one counts: leave one out.';

type LineCase = readonly [text: string, values: Readonly<Record<string, string>>, note: string | undefined];

it.each<LineCase>([
  ['', {}, undefined],
  ['A=b', { A: 'b' }, undefined],
  ['\ufeffA=b\r\nB=c\r\n', { A: 'b', B: 'c' }, undefined],
  ['  A =  b  \n', { A: 'b' }, undefined],
  ['export A=b', { A: 'b' }, undefined],
  ['A=\nB=c', { A: '', B: 'c' }, undefined],
  ['# A=b\n\n  # c\nA=b', { A: 'b' }, undefined],
  ['A=b # c', { A: 'b' }, undefined],
  ['A=#b', { A: '' }, undefined],
  ['A=b#c', { A: 'b' }, CUT],
  ['export A = b#c # d', { A: 'b' }, CUT],
  ['A="b#c"', { A: 'b#c' }, undefined],
  ["A='b#c' # d", { A: 'b#c' }, undefined],
  ['A=`b"c`', { A: 'b"c' }, undefined],
  ['A="b\\nc"', { A: 'b\nc' }, undefined],
  ["A='b\\nc'", { A: 'b\\nc' }, undefined],
  ['A="b\r\nc"\nB=d', { A: 'b\nc', B: 'd' }, undefined],
  ['A="b"c\nB=d', { A: 'b', B: 'd' }, BEHIND],
  ['A="b\nB="c"', { A: 'b\nB=' }, BEHIND],
  ['A="b\nB=c', { A: '"b', B: 'c' }, OPEN],
  ['A=b\nA=c', { A: 'c' }, TWICE],
  ['A=${B}', { A: '${B}' }, undefined],
  ['A=b=c', { A: 'b=c' }, undefined],
])('%j', (text, values, note) => {
  const read = readDotEnv(text);
  expect(read.values).toEqual(values);
  expect(parseEnv(text.replace(/^\ufeff/, ''))).toEqual(values);
  expect([...read.notes]).toEqual(note === undefined ? [] : [['A', note]]);
});

it.each(['B=c\nA: b', 'B=c\nset A=b', 'B=c\n$env:A = "b"', 'B=c\nA'])(
  'what is not a line sets nothing, and is noted: %j',
  (text) => {
    const { values, notes } = readDotEnv(text);
    expect(values).toEqual({ B: 'c' });
    expect(notes.get('A')).toBe('Line 2 of .env sets nothing: write NAME=value, without a word before it.');
  },
);

it('is read as Node reads it, which takes the next line for a value of blanks alone', () => {
  const value = fc.string({
    unit: fc.constantFrom('a', ' ', '#', '"', "'", '`', '\\', 'n', '=', '$', '\t'),
    maxLength: 12,
  });
  const line = fc
    .tuple(
      fc.constantFrom('A=', 'B=', 'C =', ' D = ', '# '),
      fc.constantFrom('a', '"', "'", '`', 'a#', 'a #'),
      value,
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), fc.constantFrom('\n', '\r\n'), (lines, end) => {
      const text = [...lines, 'Z=z', ''].join(end);
      const names = ['A', 'B', 'C', 'D'];
      const node = parseEnv(text);
      const ours = readDotEnv(text).values;
      expect(names.map((name) => ours[name])).toEqual(names.map((name) => node[name]));
    }),
  );
});

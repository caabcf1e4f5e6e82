/** The query of an address: filters are the texts that somebody wrote, whatever they look like. */
import { expect, it } from 'vitest';
import { parseSearch, readSearch, stringifySearch } from '../src/shell/search.ts';

it.each([
  '{"a":1}',
  '[1]',
  '123',
  'true',
  'null',
  '"quoted"',
  ' two words ',
  'a&b=c#d',
  '<img src=x>',
  '%zz',
  '',
])('a filter %j is that text, there and back', (text) => {
  const query = stringifySearch({ q: text, gate: 'github' });
  expect(parseSearch(query)).toEqual({ q: text, gate: 'github' });
  expect(readSearch(parseSearch(query))).toEqual({ q: text, gate: 'github' });
});

it('what somebody typed is read as text, and a name of the language’s own is a name like any other', () => {
  expect(parseSearch('?q={"type":"div"}&gate=7')).toEqual({ q: '{"type":"div"}', gate: '7' });
  expect(Object.keys(parseSearch('?__proto__=x&constructor=y'))).toEqual(['__proto__', 'constructor']);
  expect(stringifySearch({ q: undefined })).toBe('');
});

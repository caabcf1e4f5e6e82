/** What a gate’s mask leaves of a request: every other byte as it came. */
import { expect, it } from 'vitest';
import { createMask } from '../../src/keeping/mask.ts';

const JSON_TYPE = ['Content-Type', 'application/json'];
const FORM_TYPE = ['content-type', 'application/x-www-form-urlencoded; charset=utf-8'];

async function bodyOf(
  body: string | Uint8Array,
  members: readonly string[],
  headers = JSON_TYPE,
): Promise<string | undefined> {
  const mask = createMask({ headers: [], members });
  const shown = await mask.body(typeof body === 'string' ? Buffer.from(body) : body, headers);
  return shown && Buffer.from(shown).toString('latin1');
}

it.each<[what: string, body: string, members: readonly string[], shown: string | undefined]>([
  [
    'a name alone, wherever it stands',
    '{"email":"a","x":[{"email" : {"y":[1,"}"]}}]}',
    ['email'],
    '{"email":"***","x":[{"email" : "***"}]}',
  ],
  [
    'a path from the top only',
    '{"a":{"b":1,"c":2},"b":{"a":{"b":3}}}',
    ['a.b'],
    '{"a":{"b":"***","c":2},"b":{"a":{"b":3}}}',
  ],
  [
    'each element, each member',
    '{"a":[{"b":1},{"b":true}],"c":{"d":{"b":-1e5},"e":{"b":null}}}',
    ['a.*.b', 'c.*.b'],
    '{"a":[{"b":"***"},{"b":"***"}],"c":{"d":{"b":"***"},"e":{"b":"***"}}}',
  ],
  ['an element by its place', '[[1,2],[3,4]]', ['1.0'], '[[1,2],["***",4]]'],
  ['a name that is written otherwise', '{"em\\u0061il":"x","e":1}', ['email'], '{"em\\u0061il":"***","e":1}'],
  ['a name that stands twice', '{"p":1,"p":"2","q":3}', ['p'], '{"p":"***","p":"***","q":3}'],
  [
    'a text that looks like more',
    '{"a":"\\"},{\\"b\\":1","b":"\\\\"}',
    ['b'],
    '{"a":"\\"},{\\"b\\":1","b":"***"}',
  ],
  ['nothing of other names', ' { "a" : 1.0 ,\n"b":[ ]}\n', ['c', 'a.b', '*.*'], ' { "a" : 1.0 ,\n"b":[ ]}\n'],
  ['empty objects and arrays', '{"a":{},"b":[],"c":{"d":[{}]}}', ['d'], '{"a":{},"b":[],"c":{"d":"***"}}'],
  ['what is no JSON is not shown', '{"a":1', ['a'], undefined],
  ['nor what is text', 'email=a', ['email'], undefined],
  ['a body that is one value has no members', '"email"', ['email'], '"email"'],
])('%s', async (_, body, members, shown) => {
  expect(await bodyOf(body, members)).toBe(shown);
});

it('bytes that are no UTF-8 stay, and NUL does', async () => {
  const body = Buffer.from('{"a":"\xff\xfe","b":"\x80"}', 'latin1');
  expect(await bodyOf(body, ['b'])).toBe('{"a":"\xff\xfe","b":"***"}');
  expect(await bodyOf(Buffer.from([0, 1, 2]), ['b'])).toBeUndefined();
});

it('without members to mask a body is shown whatever it is; an empty one always is', async () => {
  expect(await bodyOf('\x00 no JSON', [])).toBe('\x00 no JSON');
  expect(await bodyOf('', ['a'])).toBe('');
});

it('a body as deep as a stack is no deeper than it may be', async () => {
  expect(await bodyOf('['.repeat(5_000) + ']'.repeat(5_000), ['a'])).toBeUndefined();
});

it('fields of forms and parameters of the URL, by their names however they are written', async () => {
  expect(await bodyOf('a=1&e%6Dail=x%40y&user+name=z&b', ['email', 'user name'], FORM_TYPE)).toBe(
    'a=1&e%6Dail=***&user+name=***&b',
  );
  const mask = createMask({ headers: [], members: ['email', 'a.b'] });
  expect(await mask.url('/p/email=1?x=1&email=a=b&%zz=2#f')).toBe('/p/email=1?x=1&email=***&%zz=2#f');
  expect(await mask.url('/p')).toBe('/p');
  const listed = 'email[]=a&email%5B%5D=b&email[0]=c&user[email]=d&a[b]=e&a.b=f&a[]=g&b=h&emails[]=i';
  expect(await mask.url(`/p?${listed}`)).toBe(
    '/p?email[]=***&email%5B%5D=***&email[0]=***&user[email]=***&a[b]=***&a.b=***&a[]=g&b=h&emails[]=i',
  );
});

it('headers in any case, each time they stand', () => {
  const mask = createMask({ headers: ['x-user'], members: [] });
  expect(mask.headers(['X-User', 'a', 'Host', 'x-user', 'x-uSER', 'b'])).toEqual([
    'X-User',
    '***',
    'Host',
    'x-user',
    'x-uSER',
    '***',
  ]);
});

it('fields whose names are written in UTF-8, or broken beside what tells them', async () => {
  const form = Buffer.from('straße=a&stra%C3%9Fe=b&email[%ff]=c&em%61il[%zz]=d&b=%zz&=&&e%6dail');
  expect(Buffer.from((await bodyOf(form, ['straße', 'email'], FORM_TYPE)) ?? '', 'latin1').toString()).toBe(
    'straße=***&stra%C3%9Fe=***&email[%ff]=***&em%61il[%zz]=***&b=%zz&=&&e%6dail=***',
  );
});

it('a field whose name is longer than anybody’s is masked unread', async () => {
  const name = 'x'.repeat(16_385);
  expect(await bodyOf(`a=1&${name}=2&b=3`, ['email'], FORM_TYPE)).toBe(`a=1&${name}=***&b=3`);
});

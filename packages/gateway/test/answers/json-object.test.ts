/** A verified body as what the action is given: the names that were signed. */
import { expect, it } from 'vitest';
import { readJsonObject } from '../../src/answers/json-object.ts';

it('a name that holds an escape is read as it is, whatever stood in its place in an earlier body', () => {
  expect(readJsonObject(Buffer.from(String.raw`{"id":1,"gr\\u0":2}`))).toEqual({ id: 1, 'gr\\u0': 2 });
  expect(readJsonObject(Buffer.from(String.raw`{"id":1,"gr\u00f6\u00dfe":2}`))).toEqual({ id: 1, größe: 2 });
});

it.each(['[]', '"a"', '{"a\\n":1', '{"a\\n":1,}', '\ufeff{}'])('%j is no object', (text) => {
  expect(readJsonObject(Buffer.from(text))).toBeUndefined();
});

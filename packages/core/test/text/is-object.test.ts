import { expect, it } from 'vitest';
import { isObject } from '../../src/text/is-object.ts';

it('an object of JSON is neither a list nor null nor a plain value', () => {
  for (const value of [{}, { a: 1 }, Object.create(null)]) expect(isObject(value)).toBe(true);
  for (const value of [null, undefined, [], [{}], 'text', 1, true, () => {}])
    expect(isObject(value)).toBe(false);
});

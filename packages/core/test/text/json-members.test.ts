/** What a scanned object's members hold, and which stand in what order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decimalText,
  findMember,
  inOrder,
  integerText,
  isInOrder,
  isJsonFault,
  isLiteral,
  type JsonObjectText,
  scanJsonObject,
  stringValue,
  withoutMember,
} from '../../src/text/json-text.ts';
import { text, utf8 } from './json-generators.ts';

function scanned(json: string): JsonObjectText {
  const object = scanJsonObject(utf8(json));
  if (isJsonFault(object)) throw new Error(object.fault);
  return object;
}

const VALUES = [
  '0',
  '-0',
  '7',
  '-7',
  '12345678901234567890',
  '1.0',
  '-1.5',
  '1.50',
  '1e3',
  '1.5E-3',
  '0.1e1',
  '"7"',
  '""',
  '"a\\u00e9\\n"',
  '"null"',
  'null',
  'true',
  'false',
  '[]',
  '[1]',
  '{}',
  '{"a":1}',
];

describe('a member', () => {
  it.each(VALUES)('%s is read as what it is, and as nothing else', (value) => {
    for (const json of [`{"m":${value}}`, `{ "a" : 1 , "m" : ${value} , "z" : 2 }`]) {
      const object = scanned(json);
      const member = findMember(object, 'm');
      if (member === undefined) throw new Error('not there');
      expect(stringValue(object, member)).toBe(value.startsWith('"') ? JSON.parse(value) : undefined);
      expect(integerText(object, member)).toBe(/^-?\d+$/.test(value) ? value : undefined);
      expect(decimalText(object, member)).toBe(/^\d+(\.\d+)?$/.test(value) ? value : undefined);
      for (const literal of ['null', 'true', 'false'] as const) {
        expect(isLiteral(object, member, literal)).toBe(value === literal);
      }
      expect(findMember(object, 'M')).toBeUndefined();
    }
  });
});

describe('members in an order', () => {
  const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 });

  it('are taken in it, without the one to omit; an unknown one is none', () => {
    fc.assert(
      fc.property(names, names, fc.constantFrom('a', 'd', 'x'), (present, order, omit) => {
        const object = scanned(`{${present.map((name, i) => `"${name}":${i}`).join()}}`);
        const kept = present.filter((name) => name !== omit);
        const isKnown = kept.every((name) => order.includes(name));
        const sorted = order.filter((name) => kept.includes(name));
        expect(inOrder(object, order, omit)?.map(({ name }) => name)).toEqual(isKnown ? sorted : undefined);
        expect(isInOrder(object, order, omit)).toBe(isKnown && sorted.join() === kept.join());
      }),
      { numRuns: 500 },
    );
  });
});

describe('an object without a member', () => {
  it.each([
    ['{"m":1}', ['{}']],
    ['{ "m" : 1 }', ['{  }']],
    ['{"m":1,"b":2}', ['{"b":2}']],
    ['{"m":1 , "b":2}', ['{"b":2}', '{ "b":2}']],
    ['{ "m":1,\n "b":2}', ['{ "b":2}', '{ \n "b":2}']],
    ['{"a":1,"m":2}', ['{"a":1}']],
    ['{"a":"," , "m" : 2 }', ['{"a":","  }']],
    ['{"a":1, "m":[2], "b":3}', ['{"a":1, "b":3}']],
    ['{"a":1,",":2}', ['{"a":1}'], ','],
  ])('%s', (json, texts, name = 'm') => {
    const object = scanned(json);
    const member = findMember(object, name);
    if (member === undefined) throw new Error('not there');
    const cuts = withoutMember(object, member);
    expect(cuts.map((parts) => parts.map((part) => text(part)).join(''))).toEqual(texts);
  });
});

import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { ActionInput } from '../../src/input/action-input.ts';
import { findHazard } from '../../src/input/find-hazard.ts';
import { issuesOf } from './compiled.ts';

/** As many objects inside one another as the text says. */
function nested(levels: number): unknown {
  return JSON.parse(`${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`);
}

describe('findHazard', () => {
  it.each([
    {},
    { a: { b: [{ c: 1 }] } },
    { constructor: { prototype: 1 }, toString: null, '': '' },
    nested(100),
    Object.assign(Object.create(null), { a: 1 }),
  ])('finds nothing in %j', (input) => {
    expect(findHazard(input)).toBeUndefined();
  });

  it.each([undefined, null, 1, '', true, [], [{}]])('refuses %j, which is not an object', (input) => {
    expect(findHazard(input)).toEqual({ path: '', message: 'must be an object' });
  });

  it.each([
    ['{"__proto__":1}', '/__proto__'],
    ['{"\\u005f_proto__":null}', '/__proto__'],
    ['{"a":{"__proto__":{"x":1}}}', '/a/__proto__'],
    ['{"a/b":[0,{"~":[{"__proto__":1}]}]}', '/a~1b/1/~0/0/__proto__'],
  ])('refuses a field named __proto__ in %s', (text, path) => {
    expect(findHazard(JSON.parse(text))).toEqual({ path, message: 'is not an allowed field name' });
  });

  it('refuses 101 levels', () => {
    expect(findHazard(nested(101))).toEqual({
      path: '/a'.repeat(100),
      message: 'is nested too deeply: 100 levels are allowed',
    });
  });

  it('survives what JSON.parse survives', () => {
    const deep: unknown = JSON.parse(`{"a":${'['.repeat(500_000)}${']'.repeat(500_000)}}`);
    expect(findHazard(deep)).toMatchObject({ message: expect.stringContaining('nested too deeply') });
  });
});

describe('a schema that takes everything', () => {
  const recursive: ActionInput = { type: 'object', properties: { a: { $ref: '#' } } };
  it.each<[string, ActionInput]>([
    ['subset', { type: 'object', additionalProperties: true }],
    ['ajv', recursive],
    ['zod', z.looseObject({})],
    ['valibot', v.record(v.string(), v.any())],
    ['arktype', type({ '[string]': 'unknown' })],
  ])('of %s is not asked about a hazard', async (_, input) => {
    const proto: unknown = JSON.parse('{"a":{"__proto__":{"polluted":1}}}');
    expect(await issuesOf(input, proto)).toEqual(['/a/__proto__ is not an allowed field name']);
    expect(await issuesOf(input, nested(20_000))).toEqual([
      `${'/a'.repeat(100)} is nested too deeply: 100 levels are allowed`,
    ]);
    expect(await issuesOf(input, [])).toEqual([' must be an object']);
  });
});

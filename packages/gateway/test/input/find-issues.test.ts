import { describe, expect, it } from 'vitest';
import { defineAction } from '../../src/actions/define-action.ts';
import { findIssues } from '../../src/input/find-issues.ts';
import { type InputSchema, isObjectSchema, type ObjectSchema } from '../../src/input/object-schema.ts';

const schema: ObjectSchema = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 3 },
    kind: { type: 'string', enum: ['a', 'b'] },
    count: { type: 'integer', minimum: 0, maximum: 9 },
    on: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'string' }, maxItems: 2 },
    nested: { type: 'object', properties: { 'a/b': { type: 'number' } } },
  },
  required: ['name'],
};

describe('findIssues', () => {
  it('finds nothing where nothing is wrong', () => {
    const value = { name: 'abc', kind: 'a', count: 9, on: false, tags: ['x'], nested: { 'a/b': 1.5 } };
    expect(findIssues(schema, value)).toEqual([]);
  });

  it.each<[unknown, string, string]>([
    [{}, '/name', 'is required'],
    [{ name: '' }, '/name', 'must have at least 1 characters'],
    [{ name: 'abcd' }, '/name', 'must have at most 3 characters'],
    [{ name: 1 }, '/name', 'must be a string'],
    [{ name: null }, '/name', 'must be a string'],
    [{ name: 'a', kind: 'c' }, '/kind', 'must be one of a, b'],
    [{ name: 'a', count: 1.5 }, '/count', 'must be a whole number'],
    [{ name: 'a', count: -1 }, '/count', 'must be at least 0'],
    [{ name: 'a', count: 10 }, '/count', 'must be at most 9'],
    [{ name: 'a', count: '1' }, '/count', 'must be a whole number'],
    [{ name: 'a', on: 1 }, '/on', 'must be true or false'],
    [{ name: 'a', tags: {} }, '/tags', 'must be an array'],
    [{ name: 'a', tags: ['x', 2] }, '/tags/1', 'must be a string'],
    [{ name: 'a', tags: ['x', 'y', 'z'] }, '/tags', 'must have at most 2 items'],
    [{ name: 'a', nested: [] }, '/nested', 'must be an object'],
    [{ name: 'a', nested: { 'a/b': 'x' } }, '/nested/a~1b', 'must be a number'],
    [{ name: 'a', extra: 1 }, '/extra', 'is not a known field'],
    [JSON.parse('{"name":"a","__proto__":1}'), '/__proto__', 'is not a known field'],
    [{ name: 'a', constructor: 1 }, '/constructor', 'is not a known field'],
    [[], '', 'must be an object'],
  ])('of %j says that %s %s', (value, path, message) => {
    expect(findIssues(schema, value)).toEqual([{ path, message }]);
  });

  it('stops at twenty', () => {
    const items: InputSchema = { type: 'array', items: { type: 'string' } };
    expect(
      findIssues(
        items,
        Array.from({ length: 100_000 }, () => 1),
      ),
    ).toHaveLength(20);
  });
});

describe('the subset', () => {
  it.each([
    { type: 'object', properties: { a: { type: 'string', pattern: 'x' } } },
    { type: 'object', properties: { a: {} } },
    { type: 'object', properties: { a: { type: 'toString' } } },
    { type: 'object', required: ['a'] },
    { type: 'object', properties: { a: { type: 'string', enum: [] } } },
    { type: 'object', properties: { a: { type: 'number', minimum: '1' } } },
    { type: 'object', properties: { a: { type: 'array', items: { type: 'text' } } } },
    { type: 'object', properties: [] },
    { type: 'object', additionalProperties: { type: 'string' } },
    { type: 'array' },
    undefined,
  ])('is not left to: %j', (wrong) => {
    expect(isObjectSchema(wrong)).toBe(false);
  });
});

describe('defineAction', () => {
  const base = { description: 'Says it.', input: { type: 'object' }, run: () => '' } as const;

  it.each(['', 'A', 'a-b', 'a'.repeat(101)])('refuses the name %j', (name) => {
    expect(() => defineAction({ ...base, name })).toThrow('action.name');
  });

  it.each(['', 'x'.repeat(501)])('refuses a description of the wrong length', (description) => {
    expect(() => defineAction({ ...base, name: 'a', description })).toThrow('action.description');
  });

  it('types the input by the schema', () => {
    const action = defineAction({
      name: 'a',
      description: 'Adds.',
      input: {
        type: 'object',
        properties: { n: { type: 'number' }, s: { type: 'string' } },
        required: ['n'],
      },
      run: ({ n, s }) => `${n.toFixed(1)}${s?.toUpperCase()}`,
    });
    expect(action.run({ n: 1, s: 'x' }, {} as never)).toBe('1.0X');
  });
});

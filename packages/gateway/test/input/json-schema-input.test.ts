import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { between } from '../../../../scripts/effort.ts';
import type { ActionInput, JsonSchema } from '../../src/input/action-input.ts';
import { compileInput } from '../../src/input/compile-input.ts';
import { findIssues } from '../../src/input/find-issues.ts';
import { compileJsonSchema } from '../../src/input/json-schema-input.ts';
import type { ObjectSchema } from '../../src/input/object-schema.ts';
import { check, issuesOf } from './compiled.ts';

const DRAFT_07 = 'http://json-schema.org/draft-07/schema#';

/** An object schema of one field. */
function field(schema: JsonSchema | boolean, more: JsonSchema = {}): JsonSchema {
  return { type: 'object', properties: { f: schema }, ...more };
}

describe('a JSON Schema beyond the subset', () => {
  it.each<[JsonSchema, unknown, string]>([
    [{ type: ['string', 'null'] }, 1, '/f must be a string or null'],
    [{ type: 'integer', multipleOf: 5 }, 6, '/f must be a multiple of 5'],
    [{ type: 'integer', multipleOf: 0.5 }, 0.5, '/f must be a whole number'],
    [{ const: { a: 1 } }, { a: 2 }, '/f must be {"a":1}'],
    [{ enum: ['a', null] }, 'b', '/f must be one of a, null'],
    [{ type: 'string', pattern: '^a' }, 'b', '/f must match ^a'],
    [{ pattern: '', minLength: 2 }, '😀', '/f must have at least 2 characters'],
    [{ pattern: '', maxLength: 1 }, 'ab', '/f must have at most 1 character'],
    [{ exclusiveMinimum: 1 }, 1, '/f must be more than 1'],
    [{ exclusiveMaximum: 1 }, 1, '/f must be less than 1'],
    [{ minimum: 1, multipleOf: 1 }, 0, '/f must be at least 1'],
    [{ maximum: 1, multipleOf: 1 }, 2, '/f must be at most 1'],
    [
      { uniqueItems: true },
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      '/f must not have two equal items',
    ],
    [{ uniqueItems: true, minItems: 3 }, [1, '1'], '/f must have at least 3 items'],
    [{ uniqueItems: true, maxItems: 1 }, [1, '1'], '/f must have at most 1 item'],
    [{ prefixItems: [{}], items: false }, [1, 2], '/f must have at most 1 item'],
    [{ contains: { type: 'string' } }, [1], '/f must hold at least 1 of the items asked for'],
    [{ minProperties: 1, additionalProperties: true }, {}, '/f must have at least 1 field'],
    [{ maxProperties: 0, additionalProperties: true }, { a: 1 }, '/f must have at most 0 fields'],
    [
      { propertyNames: { pattern: '^x' }, additionalProperties: true },
      { y: 1 },
      '/f/y is not an allowed field name',
    ],
    [{ properties: { a: {} }, required: ['a'] }, {}, '/f/a is required'],
    [{ properties: { a: {}, b: {} }, dependentRequired: { a: ['b'] } }, { a: 1 }, '/f/b is required with a'],
    [{ properties: { 'a/b': { type: ['null'] } } }, { 'a/b': 1 }, '/f/a~1b must be null'],
    [{ additionalProperties: { type: 'boolean' } }, { '~': 1 }, '/f/~0 must be true or false'],
    [{ not: { type: 'null' } }, null, '/f has a form that is not allowed'],
    [{ anyOf: [{ type: 'string' }, { minimum: 3, type: 'number' }] }, 1, '/f has none of the allowed forms'],
    [
      { oneOf: [{ type: 'string' }, { $ref: '#/properties/f/oneOf/0' }] },
      1,
      '/f has none of the allowed forms',
    ],
    [
      { oneOf: [{ minimum: 1 }, { minimum: 2 }] },
      3,
      '/f has more than one of the forms that exclude each other',
    ],
    [{ if: { type: 'string' }, else: { minimum: 3 } }, 1, '/f must be at least 3'],
    [{ allOf: [{ type: 'array' }] }, 1, '/f must be an array'],
  ])('of %j says of %j: %s', async (schema, value, issue) => {
    expect(await issuesOf(field(schema), { f: value })).toEqual([issue]);
  });

  it('says what is wrong in several places at once', async () => {
    const schema = field({ type: 'string', pattern: '^a' }, { required: ['f', 'g'] });
    const input = { ...schema, properties: { ...(schema['properties'] as object), g: { type: 'number' } } };
    expect(await issuesOf(input, { f: 'b', h: 1 })).toEqual([
      '/g is required',
      '/f must match ^a',
      '/h is not a known field',
    ]);
  });

  it('gives the input through as it came: nothing coerced, no default written', async () => {
    const input = field({ type: 'string', default: 'x', pattern: '' });
    const value = {};
    const checked = await check(input, value);
    expect(checked).toEqual({ ok: true, value: {} });
    expect(checked.ok && checked.value).toBe(value);
    expect(await issuesOf(input, { f: 1 })).toEqual(['/f must be a string']);
  });

  it('follows references, anchors and recursion', async () => {
    const input = {
      type: 'object',
      properties: { tree: { $ref: '#/$defs/node' }, id: { $ref: '#id' } },
      $defs: {
        node: { type: 'object', properties: { kids: { type: 'array', items: { $ref: '#/$defs/node' } } } },
        id: { $anchor: 'id', type: 'string', pattern: '^[0-9]$' },
      },
    };
    expect(await issuesOf(input, { tree: { kids: [{ kids: [] }] }, id: '1' })).toEqual([]);
    expect(await issuesOf(input, { tree: { kids: [{ kids: {} }] } })).toEqual([
      '/tree/kids/0/kids must be an array',
    ]);
    expect(await issuesOf(input, { id: 'x' })).toEqual(['/id must match ^[0-9]$']);
  });

  it('is draft-07 where it says so', async () => {
    const tuple = field({ items: [{ type: 'string' }], additionalItems: false }, { $schema: DRAFT_07 });
    expect(await issuesOf(tuple, { f: ['a'] })).toEqual([]);
    expect(await issuesOf(tuple, { f: ['a', 'b'] })).toEqual(['/f must have at most 1 item']);
    await expect(
      issuesOf({ ...tuple, $schema: 'https://json-schema.org/draft/2020-12/schema' }, {}),
    ).rejects.toThrow(/^s\.properties\.f\.items: the schema is not valid/);
  });

  it('is not met by what every object inherits', async () => {
    const input = field(
      { type: 'string', pattern: '' },
      {
        properties: { toString: { type: 'string', pattern: '' }, constructor: { type: 'string' } },
        required: ['toString'],
      },
    );
    expect(await issuesOf(input, {})).toEqual(['/toString is required']);
    expect(await issuesOf(input, { toString: 'x' })).toEqual([]);
  });

  it.each<[unknown, string]>([
    [field({ type: 'string', patern: '^a' }), 's.properties.f.patern: the keyword is not applied'],
    [{ allOf: [{ type: 'object', foo: 1 }] }, 's.allOf.0.foo: the keyword is not applied'],
    [{ type: 'object', $async: true }, 's.$async: the keyword is not applied'],
    [field({ type: 'string', nullable: true }), 's.properties.f.nullable: the keyword is not applied'],
    [field({ type: 'strng' }), 's.properties.f.type: the schema is not valid'],
    [field({ pattern: '(' }), 's: the schema cannot be applied: Invalid regular expression'],
    [
      field({ $ref: '#/$defs/none' }),
      "s: the schema cannot be applied: can't resolve reference #/$defs/none",
    ],
    [
      field({ $ref: 'http://127.0.0.1:1/s.json' }),
      "s: the schema cannot be applied: can't resolve reference http",
    ],
    [{ $schema: 'http://json-schema.org/draft-04/schema#', type: 'object', not: {} }, 's.$schema: '],
    [
      { type: 'object', properties: { a: {} }, required: ['b'] },
      's.required: "b" is not a declared property',
    ],
    [{ type: 'object', required: 'b' }, 's.required: the schema is not valid'],
    [{ type: 'object', properties: null }, 's.properties: the schema is not valid'],
    [{ type: 'array' }, 's: the input is not an object'],
    [{ anyOf: [{ type: 'string' }, { const: 1 }] }, 's: the input is not an object'],
    [{ type: 'object', default: 1n }, 's: the schema is not a JSON object'],
  ])('%o is refused: %s', async (input, start) => {
    const compiled = compileInput({ input: input as ActionInput, takesUnknownFields: false, where: 's' });
    await expect(compiled).rejects.toMatchObject({
      name: 'SetupError',
      message: expect.stringContaining(start),
    });
    await expect(compiled).rejects.toThrow(new RegExp(`^${start.slice(0, 5).replaceAll('$', '\\$')}`));
  });
});

it('of forms that all fail says so once, beside what else is wrong', async () => {
  const input = {
    type: 'object',
    properties: {
      shape: {
        type: 'object',
        properties: { size: { type: 'number', exclusiveMinimum: 0 } },
        anyOf: [{ properties: { kind: { const: 'a' } }, required: ['kind'] }, { $ref: '#/$defs/b' }],
      },
    },
    $defs: { b: { properties: { kind: { const: 'b' } } } },
  };
  expect(await issuesOf(input, { shape: { kind: 'a', size: 1 } })).toEqual([]);
  expect(new Set(await issuesOf(input, { shape: { kind: 'c', size: 0 } }))).toEqual(
    new Set(['/shape has none of the allowed forms', '/shape/size must be more than 0']),
  );
});

describe('an input of a million characters', () => {
  const most = 5000;

  it('that is wrong throughout is refused at its first mistake', async () => {
    const input = field({ type: 'array', items: { type: 'string', pattern: 'x' } });
    const f = Array.from({ length: 500_000 }, () => 1);
    const compiled = await compileInput({ input, takesUnknownFields: false, where: 's' });
    const start = performance.now();
    expect(compiled.check({ f })).toEqual({
      ok: false,
      issues: [{ path: '/f/0', message: 'must be a string' }],
    });
    expect(performance.now() - start).toBeLessThan(most);
  });

  it('is searched for equal items in one pass', async () => {
    const f = Array.from({ length: 80_000 }, (_, i) => ({ a: i }));
    const input = field({ type: 'array', uniqueItems: true });
    const compiled = await compileInput({ input, takesUnknownFields: false, where: 's' });
    const start = performance.now();
    expect(compiled.check({ f })).toMatchObject({ ok: true });
    expect(performance.now() - start).toBeLessThan(most);
  });

  it('names no more than twenty unknown fields, nor more than 300 characters of one', async () => {
    const input = field({ type: 'string', pattern: '' });
    const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`x${i}`, i]));
    expect(await issuesOf(input, many)).toHaveLength(20);
    const [issue] = await issuesOf(input, { ['x'.repeat(1_000_000)]: 1 });
    expect(issue).toBe(`/${'x'.repeat(298)}… is not a known field`);
  });
});

it('doubles no work with each level of a recursive schema', async () => {
  const kinds = ['not', 'minus', 'plus'];
  const input = {
    type: 'object',
    properties: { e: { $ref: '#/$defs/expression' } },
    $defs: {
      expression: {
        oneOf: [
          { type: 'number' },
          ...kinds.map((op) => ({
            type: 'object',
            required: ['op'],
            oneOf: [{ properties: { op: { const: op } } }],
            allOf: [{ properties: { op: {}, of: { $ref: '#/$defs/expression' } } }],
          })),
        ],
      },
    },
  };
  let e: unknown = 'wrong';
  for (let level = 0; level < 13; level++) e = { op: 'plus', of: e };
  const compiled = await compileInput({ input, takesUnknownFields: false, where: 's' });
  const start = performance.now();
  expect(compiled.check({ e })).toMatchObject({
    ok: false,
    issues: [{ message: 'has none of the allowed forms' }],
  });
  expect(performance.now() - start).toBeLessThan(1000);
});

it('says yes and no to the same inputs as the subset’s own check', async () => {
  const schema: ObjectSchema = {
    type: 'object',
    properties: {
      text: { type: 'string', minLength: 1, maxLength: 2 },
      kind: { type: 'string', enum: ['a', 'b'] },
      n: { type: 'integer', minimum: -1, maximum: 5 },
      list: { type: 'array', items: { type: 'number', enum: [1, 2] }, minItems: 1, maxItems: 2 },
      inner: { type: 'object', properties: { on: { type: 'boolean' } }, required: ['on'] },
    },
    required: ['text'],
  };
  const { issuesOf: full } = await compileJsonSchema({
    schema: { ...schema },
    takesUnknownFields: false,
    where: 's',
  });
  const leaf = fc.oneof(
    fc.constantFrom('', 'a', 'b', 'abc', '😀😀', '\ud800x\udc00', null, true),
    fc.integer({ min: -3, max: 7 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
    fc.record({ on: fc.constantFrom<unknown>(true, 0), off: fc.constant(1) }, { requiredKeys: [] }),
  );
  const keys = ['text', 'kind', 'n', 'list', 'inner', 'other'];
  const numRuns = between(2_000, 10_000);
  let passed = 0;
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...keys), leaf, { maxKeys: 3 }), (input) => {
      const own = findIssues(schema, input).map(({ path }) => path);
      expect(new Set(full(input).map(({ path }) => path))).toEqual(new Set(own));
      if (own.length === 0) passed++;
    }),
    { seed: 20_251, numRuns },
  );
  expect(passed).toBeGreaterThan(numRuns / 1_000);
});

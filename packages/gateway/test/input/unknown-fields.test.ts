import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { ActionInput, JsonSchema } from '../../src/input/action-input.ts';
import { compileInput } from '../../src/input/compile-input.ts';
import { readDeclaredFields } from '../../src/input/unknown-fields.ts';
import { issuesOf } from './compiled.ts';

/** The unknown fields of a value, as pointers. */
function unknown(schema: JsonSchema, value: unknown): readonly string[] {
  return readDeclaredFields([schema])
    .unknownIn(value)
    .map((path) => path.map((key) => `/${key}`).join(''));
}

const A = { type: 'object', properties: { a: {} } };
const B = { type: 'object', properties: { b: {} } };

describe('a field is unknown by a JSON Schema', () => {
  it.each<[string, JsonSchema, unknown, readonly string[]]>([
    ['that declares others', A, { a: 1, x: 1, y: 1 }, ['/x', '/y']],
    ['that declares none', { type: 'object', properties: {} }, { x: 1 }, ['/x']],
    ['of an object, and no more', { type: 'object' }, { x: 1 }, ['/x']],
    ['that may be an object', { type: ['object', 'null'] }, { x: 1 }, ['/x']],
    ['that allows no others', { ...A, additionalProperties: false }, { x: 1 }, ['/x']],
    [
      'named as what every object inherits',
      A,
      { toString: 1, constructor: 1 },
      ['/toString', '/constructor'],
    ],
    ['inside a field', { properties: { o: A } }, { o: { a: { any: 1 }, x: 1 } }, ['/o/x']],
    ['inside an undeclared field that has a schema', { additionalProperties: A }, { o: { x: 1 } }, ['/o/x']],
    [
      'inside a field of a pattern',
      { patternProperties: { '^o': A } },
      { o1: { x: 1 }, p: 1 },
      ['/o1/x', '/p'],
    ],
    ['inside items', { properties: { l: { items: A } } }, { l: [{ a: 1 }, { x: 1 }, 1] }, ['/l/1/x']],
    [
      'inside a tuple',
      { properties: { l: { prefixItems: [{}, A], items: B } } },
      { l: [{ x: 1 }, { x: 1 }, { a: 1 }] },
      ['/l/1/x', '/l/2/a'],
    ],
    [
      'inside a tuple of draft-07',
      { properties: { l: { items: [{}, A], additionalItems: B } } },
      { l: [{ x: 1 }, { x: 1 }, { a: 1 }] },
      ['/l/1/x', '/l/2/a'],
    ],
    ['that no member of allOf declares', { allOf: [A, B] }, { a: 1, b: 1, x: 1 }, ['/x']],
    ['where a member of allOf is silent', { allOf: [A, {}, { required: ['a'] }] }, { x: 1 }, ['/x']],
    ['that no branch declares', { anyOf: [A, { oneOf: [B] }] }, { a: 1, b: 1, x: 1 }, ['/x']],
    [
      'where a branch takes no object',
      { anyOf: [A, { type: 'string' }, { const: 1 }, false] },
      { x: 1 },
      ['/x'],
    ],
    [
      'where branches only require',
      { ...A, anyOf: [{ required: ['a'] }, { required: ['c'] }] },
      { c: 1, x: 1 },
      ['/x'],
    ],
    [
      'that no condition declares',
      { ...A, if: { properties: { i: {} } }, else: B, dependentSchemas: { a: { properties: { d: {} } } } },
      { a: 1, i: 1, b: 1, d: 1, x: 1 },
      ['/x'],
    ],
    [
      'behind a reference',
      {
        properties: { o: { $ref: '#/$defs/a~1b%20c' }, p: { $ref: '#p' } },
        $defs: { 'a/b c': A, p: { ...B, $anchor: 'p' } },
      },
      { o: { x: 1 }, p: { b: 1, x: 1 } },
      ['/o/x', '/p/x'],
    ],
    [
      'in a recursive schema',
      { properties: { kids: { type: 'array', items: { $ref: '#' } } } },
      { kids: [{ kids: [{ x: 1 }] }] },
      ['/kids/0/kids/0/x'],
    ],
    ['of an array that stands for an object', { properties: { o: A } }, { o: [1] }, ['/o/0']],
    ['behind references in a circle', { allOf: [{ $ref: '#' }, A] }, { a: 1, x: 1 }, ['/x']],
  ])('%s', (_, schema, value, paths) => {
    expect(unknown(schema, value)).toEqual(paths);
  });
});

describe('a field is known by a JSON Schema', () => {
  it.each<[string, JsonSchema, unknown]>([
    ['that allows others', { ...A, additionalProperties: true }, { x: { y: 1 } }],
    ['that allows any others', { ...A, additionalProperties: {} }, { x: { y: 1 } }],
    ['that has a schema for others', { additionalProperties: { type: 'number' } }, { x: 1 }],
    ['that allows what is not evaluated', { allOf: [A], unevaluatedProperties: true }, { x: { y: 1 } }],
    ['that says nothing of fields', { description: 'any' }, { x: { y: 1 } }],
    ['that takes anything for a field', { properties: { a: {}, b: true } }, { a: { x: 1 }, b: [{ x: 1 }] }],
    [
      'that has one value',
      { properties: { a: { const: { x: 1 } }, b: { enum: [{ y: 1 }] } } },
      { a: { x: 1 }, b: { y: 1 } },
    ],
    ['where a branch takes anything', { properties: { a: { anyOf: [A, {}] } } }, { a: { x: 1 } }],
    ['where a branch allows others', { anyOf: [A, { ...B, additionalProperties: true }] }, { x: 1 }],
    ['where items may be anything', { properties: { l: { type: 'array' } } }, { l: [{ x: 1 }] }],
    [
      'where the reference leads elsewhere',
      { properties: { a: { $ref: 'https://example.com/s' } } },
      { a: { x: 1 } },
    ],
  ])('%s', (_, schema, value) => {
    expect(unknown(schema, value)).toEqual([]);
  });
});

it('finds twenty unknown fields at most', () => {
  const value = { l: Array.from({ length: 50_000 }, () => ({ x: 1 })) };
  expect(unknown({ properties: { l: { items: A } } }, value)).toHaveLength(20);
});

/** The same schema in each kind: a text, a list of objects with a text, and nothing else. */
const closed: readonly (readonly [string, ActionInput])[] = [
  [
    'the subset',
    {
      type: 'object',
      properties: {
        a: { type: 'string' },
        l: { type: 'array', items: { type: 'object', properties: { b: { type: 'string' } } } },
      },
    },
  ],
  [
    'ajv',
    {
      type: 'object',
      properties: {
        a: { type: 'string', pattern: '' },
        l: { type: 'array', items: { type: 'object', properties: { b: { type: 'string' } } } },
      },
    },
  ],
  ['zod object', z.object({ a: z.string(), l: z.array(z.object({ b: z.string() })) })],
  [
    'zod object, transformed',
    z.object({ a: z.string(), l: z.array(z.object({ b: z.string() })) }).transform(({ a }) => a),
  ],
  [
    'zod object that JSON Schema cannot say',
    z.object({ a: z.string(), l: z.array(z.object({ b: z.string() })), d: z.coerce.date().optional() }),
  ],
  ['zod union', z.union([z.string(), z.object({ a: z.string(), l: z.array(z.object({ b: z.string() })) })])],
  ['valibot object', v.object({ a: v.string(), l: v.array(v.object({ b: v.string() })) })],
  [
    'valibot object with JSON Schema',
    toStandardJsonSchema(v.object({ a: v.string(), l: v.array(v.object({ b: v.string() })) })),
  ],
  ['arktype', type({ a: 'string', l: type({ b: 'string' }).array() })],
  [
    'arktype that deletes',
    type({ '+': 'delete', a: 'string', l: type({ '+': 'delete', b: 'string' }).array() }),
  ],
];

describe.each(closed)('%s', (_, input) => {
  it('takes declared fields', async () => {
    expect(await issuesOf(input, { a: 'x', l: [{ b: 'y' }] })).toEqual([]);
  });

  it('refuses others at every depth, one issue a field', async () => {
    const value: unknown = {
      a: 'x',
      l: [
        { b: 'y', c: 1 },
        { b: 'y', toString: 1 },
      ],
      'd/e': null,
      constructor: 1,
    };
    expect(new Set(await issuesOf(input, value))).toEqual(
      new Set([
        '/l/0/c is not a known field',
        '/l/1/toString is not a known field',
        '/d~1e is not a known field',
        '/constructor is not a known field',
      ]),
    );
  });
});

const strict: readonly (readonly [string, ActionInput])[] = [
  ['zod', z.strictObject({ a: z.string() })],
  ['valibot', v.strictObject({ a: v.string() })],
  ['valibot with JSON Schema', toStandardJsonSchema(v.strictObject({ a: v.string() }))],
  ['arktype', type({ '+': 'reject', a: 'string' })],
];

describe.each(strict)('a strict object of %s', (_, input) => {
  it('refuses others, also at gates whose forms bring more than is declared', async () => {
    expect(await issuesOf(input, { a: 'x' })).toEqual([]);
    for (const takesUnknownFields of [true, false]) {
      expect(await issuesOf(input, { a: 'x', b: 1 }, { takesUnknownFields })).not.toEqual([]);
    }
  });
});

const open: readonly (readonly [string, ActionInput])[] = [
  ['the subset', { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: true }],
  ['ajv', { type: 'object', properties: { a: { type: 'string', pattern: '' } }, additionalProperties: {} }],
  ['zod looseObject', z.looseObject({ a: z.string().optional() })],
  ['zod catchall', z.object({ a: z.string().optional() }).catchall(z.unknown())],
  ['zod record', z.record(z.string(), z.unknown())],
  ['zod any', z.any()],
  ['valibot looseObject', v.looseObject({ a: v.optional(v.string()) })],
  [
    'valibot looseObject with JSON Schema',
    toStandardJsonSchema(v.looseObject({ a: v.optional(v.string()) })),
  ],
  ['valibot objectWithRest', v.objectWithRest({ a: v.optional(v.string()) }, v.unknown())],
  ['valibot record', v.record(v.string(), v.unknown())],
  ['arktype', type({ 'a?': 'string', '[string]': 'unknown' })],
  ['arktype Record', type('Record<string, unknown>')],
];

describe.each(open)('an open object of %s', (_, input) => {
  it('takes others, whatever is in them', async () => {
    expect(await issuesOf(input, { a: 'x', b: { c: [{ d: 1 }] } })).toEqual([]);
  });
});

describe('at gates whose forms bring more than is declared', () => {
  it.each([
    ...closed,
    [
      'a JSON Schema that says false',
      { type: 'object', additionalProperties: false, not: { required: ['x'] } },
    ],
  ] as const)('%s ignores it', async (_, input) => {
    const value = { a: 'x', l: [{ b: 'y' }], user_id: '1' };
    expect(await issuesOf(input, value, { takesUnknownFields: true })).toEqual([]);
  });
});

describe('an array where an object is declared', () => {
  it.each<[string, ActionInput]>([
    ['zod', z.object({ o: z.object({ a: z.string().optional() }) })],
    ['valibot', v.object({ o: v.object({ a: v.optional(v.string()) }) })],
    [
      'valibot with JSON Schema',
      toStandardJsonSchema(v.object({ o: v.object({ a: v.optional(v.string()) }) })),
    ],
    ['arktype', type({ o: { 'a?': 'string' } })],
  ])('does not pass as one with %s', async (_, input) => {
    expect(await issuesOf(input, { o: {} })).toEqual([]);
    expect(await issuesOf(input, { o: ['x', 'y'] })).not.toEqual([]);
  });
});

describe('a schema without JSON Schema', () => {
  const renames = v.pipe(
    v.object({
      old: v.string(),
      list: v.array(v.object({ b: v.string() })),
      size: v.optional(v.number(), 1),
    }),
    v.transform(({ old, ...rest }) => ({ ...rest, fresh: old })),
  );

  it('may rename what it declares', async () => {
    const compiled = await compileInput({ input: renames, takesUnknownFields: false, where: 's' });
    expect(compiled.jsonSchema).toBeUndefined();
    expect(await compiled.check({ old: 'x', list: [] })).toEqual({
      ok: true,
      value: { fresh: 'x', list: [], size: 1 },
    });
  });

  it('refuses what has no effect beside what is renamed', async () => {
    const value = { old: 'x', sise: 2, list: [{ b: 'y' }, { b: 'z', c: [1] }] };
    expect(await issuesOf(renames, value)).toEqual([
      '/sise is not a known field',
      '/list/1/c is not a known field',
    ]);
  });

  it('takes the fields of the JSON Schema that is given beside it', async () => {
    const input = v.object({ a: v.string() });
    const jsonSchema = { type: 'object', properties: { a: { type: 'string' }, note: { type: 'string' } } };
    expect(await issuesOf(input, { a: 'x', note: 'y' }, { jsonSchema })).toEqual([]);
    expect(await issuesOf(input, { a: 'x', nope: 'y' }, { jsonSchema })).toEqual([
      '/nope is not a known field',
    ]);
  });
});

it('says no more of a field that is wrong as a whole', async () => {
  const input = z.object({ o: z.object({ a: z.string() }) });
  expect(await issuesOf(input, { o: [1] })).toEqual([expect.stringMatching(/^\/o /)]);
});

it('is told of a misspelt field together with the one that is missing', async () => {
  const issues = await issuesOf(z.object({ recipient: z.string() }), { recipiant: 'x' });
  expect(issues).toEqual([expect.stringMatching(/^\/recipient /), '/recipiant is not a known field']);
});

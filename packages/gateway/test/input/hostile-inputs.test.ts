import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import fc from 'fast-check';
import * as v from 'valibot';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { runs } from '../../../../scripts/effort.ts';
import type { ActionInput } from '../../src/input/action-input.ts';
import { compileInput } from '../../src/input/compile-input.ts';

const SEED = 3_141_592;
const RUNS = runs(10_000);

/** The same schema in each kind: all fields optional, so that some random inputs pass. */
const inner = z.object({ text: z.string().optional(), n: z.number().optional() });
const valibotInner = v.object({ text: v.optional(v.string()), n: v.optional(v.number()) });
const valibotSchema = v.object({
  text: v.optional(v.string()),
  count: v.optional(v.number()),
  list: v.optional(v.array(valibotInner)),
  inner: v.optional(valibotInner),
});
const jsonInner = {
  type: 'object',
  properties: { text: { type: 'string' }, n: { type: 'number' } },
} as const;
const json = {
  type: 'object',
  properties: {
    text: { type: 'string' },
    count: { type: 'number' },
    list: { type: 'array', items: jsonInner },
    inner: jsonInner,
  },
} as const;
const schemas: readonly (readonly [string, ActionInput])[] = [
  ['the subset', json],
  ['ajv', { ...json, minProperties: 0, propertyNames: { pattern: '' } }],
  [
    'zod',
    z.object({
      text: z.string().optional(),
      count: z.number().optional(),
      list: z.array(inner).optional(),
      inner: inner.optional(),
    }),
  ],
  ['valibot', valibotSchema],
  ['valibot with JSON Schema', toStandardJsonSchema(valibotSchema)],
  [
    'arktype',
    type({
      'text?': 'string',
      'count?': 'number',
      'list?': type({ 'text?': 'string', 'n?': 'number' }).array(),
      'inner?': { 'text?': 'string', 'n?': 'number' },
    }),
  ],
];

const hostileKeys = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'then',
  '~standard',
];
const key = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('text', 'count', 'list', 'inner', 'n') },
  { weight: 2, arbitrary: fc.constantFrom(...hostileKeys) },
  { weight: 1, arbitrary: fc.constantFrom('', '/', '~', '\ud800', '😀', '\u0000', '0', 'x'.repeat(5000)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);

/** JSON as text: only so can an object have a field of its own named `__proto__`. */
const { body } = fc.letrec<{ body: string; value: string }>((tie) => ({
  body: fc
    .array(fc.tuple(key, tie('value')), { maxLength: 4 })
    .map((fields) => `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join()}}`),
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      fc.string().map((text) => JSON.stringify(text)),
      fc.constantFrom('1', '-0', '1e400', 'null', 'true', '{}', '[]'),
    ),
    tie('body'),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join()}]`),
    fc.integer({ min: 90, max: 3000 }).map((levels) => `${'['.repeat(levels)}${']'.repeat(levels)}`),
  ),
}));
const anyBody = fc.oneof({ weight: 4, arbitrary: body }, { weight: 1, arbitrary: fc.json() });

interface Given {
  readonly list?: readonly object[];
  readonly inner?: object;
}

/** The names in a value that passed which no schema declares. */
function undeclared(given: Given): readonly string[] {
  const { list = [], inner = {} } = given;
  const inside = [...list, inner].flatMap((one) =>
    Object.keys(one).filter((name) => !['text', 'n'].includes(name)),
  );
  return [
    ...Object.keys(given).filter((name) => !['text', 'count', 'list', 'inner'].includes(name)),
    ...inside,
  ];
}

/** What objects inherit, with what is in it. */
function inherited(): readonly unknown[] {
  return [Object.prototype, Array.prototype, Function.prototype].map((prototype) =>
    Reflect.ownKeys(prototype).map((name) => [name, Object.getOwnPropertyDescriptor(prototype, name)]),
  );
}

it.each(schemas)('ten thousand hostile bodies against %s end as a value or as issues', async (_, input) => {
  const compiled = await compileInput({ input, takesUnknownFields: false, where: 's' });
  const before = inherited();
  let passed = 0;
  await fc.assert(
    fc.asyncProperty(anyBody, async (text) => {
      const given: unknown = JSON.parse(text);
      const checked = await compiled.check(given);
      if (checked.ok) {
        passed++;
        expect(undeclared(given as Given)).toEqual([]);
      } else {
        expect(checked.issues.length).toBeGreaterThan(0);
        expect(checked.issues.length).toBeLessThanOrEqual(20);
        for (const { path, message } of checked.issues) {
          expect(path).toMatch(/^(\/|$)/);
          expect(path.length).toBeLessThanOrEqual(300);
          expect(message.length).toBeGreaterThan(0);
          expect(message.length).toBeLessThanOrEqual(300);
        }
      }
      expect(({} as { readonly polluted?: unknown }).polluted).toBeUndefined();
    }),
    { seed: SEED, numRuns: RUNS },
  );
  expect(inherited()).toEqual(before);
  expect(passed).toBeGreaterThan(RUNS / 50);
});

import type { StandardSchemaV1 } from '@standard-schema/spec';
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { ActionInput } from '../../src/input/action-input.ts';
import { compileInput } from '../../src/input/compile-input.ts';
import { check, issuesOf } from './compiled.ts';

/** A Standard Schema of no library. */
function schemaThat(validate: StandardSchemaV1.Props['validate']): StandardSchemaV1 {
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

describe('the value that passed', () => {
  it.each<[string, ActionInput]>([
    ['zod', z.object({ n: z.string().transform(Number), d: z.string().default('x') })],
    ['valibot', v.object({ n: v.pipe(v.string(), v.transform(Number)), d: v.optional(v.string(), 'x') })],
    ['arktype', type({ n: 'string.numeric.parse', d: "string = 'x'" })],
  ])('of %s is what the schema made of it', async (_, input) => {
    expect(await check(input, { n: '1' })).toEqual({ ok: true, value: { n: 1, d: 'x' } });
  });

  it('is given without a promise where the schema needs none', async () => {
    const compiled = await compileInput({ input: z.object({}), takesUnknownFields: false, where: 's' });
    expect(compiled.check({})).toEqual({ ok: true, value: {} });
  });

  it('is waited for where the schema is asynchronous', async () => {
    const input = z.object({ a: z.string().refine(async (a) => a === 'x', 'must be x') });
    expect(await check(input, { a: 'x' })).toEqual({ ok: true, value: { a: 'x' } });
    expect(await issuesOf(input, { a: 'y', b: 1 })).toEqual(['/a must be x', '/b is not a known field']);
  });
});

it('a promise of another library is waited for, though its `then` gives nothing back', async () => {
  const bare: unknown = {
    // biome-ignore lint/suspicious/noThenProperty: that is what is tried
    then: (resolve: (result: object) => void) => void resolve({ value: { a: 'x' } }),
  };
  const input = schemaThat(() => bare as Promise<never>);
  const compiled = await compileInput({ input, takesUnknownFields: true, where: 's' });
  const checked = compiled.check({ a: 'x' });
  // Its caller tells by this whether to wait.
  expect(checked).toBeInstanceOf(Promise);
  expect(await checked).toEqual({ ok: true, value: { a: 'x' } });
});

describe('an issue', () => {
  const nested = { l: [{ 'a/b': 1 }] };
  it.each<[string, ActionInput]>([
    ['zod', z.object({ l: z.array(z.object({ 'a/b': z.string() })) })],
    ['valibot', v.object({ l: v.array(v.object({ 'a/b': v.string() })) })],
    ['arktype', type({ l: type({ 'a/b': 'string' }).array() })],
  ])('of %s stands at a JSON Pointer', async (_, input) => {
    expect(await issuesOf(input, nested)).toEqual([expect.stringMatching(/^\/l\/0\/a~1b .*string/)]);
  });

  it.each<[string, ActionInput]>([
    ['zod', z.object({}).refine(() => false, 'is wrong')],
    [
      'valibot',
      v.pipe(
        v.object({}),
        v.check(() => false, 'is wrong'),
      ),
    ],
    ['arktype', type({}).narrow((_, context) => context.reject({ message: 'is wrong' }))],
  ])('of %s with the whole stands at the root', async (_, input) => {
    expect(await issuesOf(input, {})).toEqual([' is wrong']);
  });

  it('is made where the schema gives none', async () => {
    expect(
      await issuesOf(
        schemaThat(() => ({ issues: [] })),
        {},
      ),
    ).toEqual([' is not valid']);
  });

  it('has a path whatever it is made of', async () => {
    const path = [{ key: 'a' }, 0, Symbol('s'), 'b'];
    const input = schemaThat(() => ({ issues: [{ message: 'is wrong', path }] }));
    expect(await issuesOf(input, {})).toEqual(['/a/0/Symbol(s)/b is wrong']);
  });

  it.each<[string, ActionInput]>([
    ['zod', z.object({ l: z.array(z.string()) })],
    ['valibot', v.object({ l: v.array(v.string()) })],
    ['arktype', type({ l: 'string[]' })],
  ])('of %s is one of twenty at most', async (_, input) => {
    expect(await issuesOf(input, { l: Array.from({ length: 1000 }, () => 1) })).toHaveLength(20);
  });

  it('does not repeat a megabyte of the input', async () => {
    const [issue] = await issuesOf(type({ n: 'string.numeric.parse' }), { n: 'x'.repeat(1_000_000) });
    expect(issue?.length).toBeLessThan(400);
  });
});

it('lets an error of the schema’s own code escape', async () => {
  const input = z.object({
    a: z.string().transform((): never => {
      throw new TypeError('a bug');
    }),
  });
  await expect(check(input, { a: 'x' })).rejects.toThrow('a bug');
});

describe('what platforms are told', () => {
  const told = async (input: ActionInput, jsonSchema?: { readonly [keyword: string]: unknown }) => {
    const more = jsonSchema === undefined ? {} : { jsonSchema };
    return (await compileInput({ input, takesUnknownFields: false, where: 's', ...more })).jsonSchema;
  };

  it.each<[string, ActionInput]>([
    ['zod', z.object({ a: z.string(), n: z.string().transform(Number).default(1) })],
    [
      'valibot',
      toStandardJsonSchema(
        v.object({ a: v.string(), n: v.optional(v.pipe(v.string(), v.transform(Number))) }),
      ),
    ],
    ['arktype', type({ a: 'string', 'n?': 'string.numeric.parse' })],
  ])('of %s is what it takes, not what it makes', async (_, input) => {
    const schema = await told(input);
    expect(schema).toMatchObject({
      type: 'object',
      properties: { a: { type: 'string' }, n: { type: 'string' } },
      required: ['a'],
    });
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });

  it.each<[string, ActionInput]>([
    ['valibot on its own', v.object({ a: v.string() })],
    ['a date', z.object({ a: z.coerce.date() })],
    ['a bigint', z.object({ a: z.coerce.bigint() })],
  ])('is nothing for %s', async (_, input) => {
    expect(await told(input)).toBeUndefined();
  });

  it('is what the action says instead, where it does', async () => {
    const jsonSchema = { type: 'object', properties: { a: { type: 'string' } } };
    expect(await told(z.object({ a: z.coerce.date() }), jsonSchema)).toEqual(jsonSchema);
    expect(await told({ type: 'object' }, jsonSchema)).toEqual(jsonSchema);
    await expect(told(z.object({}), { default: 1n })).rejects.toThrow(/^s: jsonSchema is not a JSON object/);
  });

  it('is a JSON Schema as it was written', async () => {
    const written = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      properties: { a: { not: {} } },
    };
    expect(await told(written)).toEqual(written);
    expect(await told({ type: 'object', properties: {} })).toEqual({ type: 'object', properties: {} });
  });
});

it.each<[string, ActionInput]>([
  ['zod', z.string()],
  ['zod array', z.array(z.object({}))],
  ['valibot', toStandardJsonSchema(v.string())],
  ['arktype', type('string')],
])('a schema of %s that takes no object is refused at start', async (_, input) => {
  const compiled = compileInput({ input, takesUnknownFields: false, where: 's' });
  await expect(compiled).rejects.toThrow(/^s: the input is not an object/);
});

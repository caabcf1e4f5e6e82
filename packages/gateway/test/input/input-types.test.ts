import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import { type ActionContext, defineAction } from '../../src/actions/define-action.ts';
import type { InputOf, JsonSchema } from '../../src/input/action-input.ts';

const words = { name: 'a', description: 'Says it.' } as const;
const context = {} as ActionContext;

describe('run is given, without a cast,', () => {
  it('what a zod object lets out', () => {
    const action = defineAction({
      ...words,
      input: z.object({
        to: z.string(),
        copies: z.string().transform(Number),
        subject: z.string().optional(),
        kind: z.enum(['a', 'b']).default('a'),
        tags: z.array(z.object({ id: z.number() })),
      }),
      run(input) {
        expectTypeOf(input).toEqualTypeOf<{
          to: string;
          copies: number;
          subject?: string | undefined;
          kind: 'a' | 'b';
          tags: { id: number }[];
        }>();
        return `${input.to.toUpperCase()} ${input.copies.toFixed(1)} ${input.tags[0]?.id.toFixed(0)}`;
      },
    });
    expect(action.run({ to: 'x', copies: 1, kind: 'a', tags: [{ id: 2 }] }, context)).toBe('X 1.0 2');
  });

  it('what a zod union lets out', () => {
    defineAction({
      ...words,
      input: z.discriminatedUnion('k', [
        z.object({ k: z.literal('a'), x: z.string() }),
        z.object({ k: z.literal('b'), y: z.number() }),
      ]),
      run(input) {
        expectTypeOf(input).toEqualTypeOf<{ k: 'a'; x: string } | { k: 'b'; y: number }>();
        return input.k === 'a' ? input.x : input.y.toFixed(1);
      },
    });
  });

  it('what a valibot object lets out, with and without its JSON Schema', () => {
    const input = v.object({
      to: v.string(),
      copies: v.pipe(v.string(), v.transform(Number)),
      subject: v.optional(v.string()),
    });
    interface Out {
      to: string;
      copies: number;
      subject?: string | undefined;
    }
    defineAction({
      ...words,
      input,
      run(given) {
        expectTypeOf(given).toEqualTypeOf<Out>();
        return given.to;
      },
    });
    defineAction({
      ...words,
      input: toStandardJsonSchema(input),
      run(given) {
        expectTypeOf(given).toEqualTypeOf<Out>();
        return given.to;
      },
    });
  });

  it('what an arktype object lets out', () => {
    defineAction({
      ...words,
      input: type({ to: 'string', copies: 'string.numeric.parse', 'subject?': 'string', kind: "'a' | 'b'" }),
      run(input) {
        expectTypeOf(input).toEqualTypeOf<{
          to: string;
          copies: number;
          subject?: string;
          kind: 'a' | 'b';
        }>();
        return input.to;
      },
    });
  });

  it('what a JSON Schema of the subset says', () => {
    defineAction({
      ...words,
      input: {
        type: 'object',
        properties: {
          to: { type: 'string', minLength: 1 },
          kind: { type: 'string', enum: ['a', 'b'] },
          copies: { type: 'integer' },
          tags: { type: 'array', items: { type: 'boolean' } },
          inner: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] },
        },
        required: ['to', 'tags'],
      },
      run(input) {
        expectTypeOf(input.to).toEqualTypeOf<string>();
        expectTypeOf(input.kind).toEqualTypeOf<'a' | 'b' | undefined>();
        expectTypeOf(input.copies).toEqualTypeOf<number | undefined>();
        expectTypeOf(input.tags).toEqualTypeOf<readonly boolean[]>();
        expectTypeOf(input.inner?.n).toEqualTypeOf<number | undefined>();
        // @ts-expect-error: no such field is declared.
        return String(input.nope);
      },
    });
  });

  it('an object of unknown fields by any other JSON Schema', () => {
    type Unknown = Readonly<Record<string, unknown>>;
    defineAction({
      ...words,
      input: { type: 'object', properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: { type: 'string' } } },
      run(input) {
        expectTypeOf(input).toEqualTypeOf<Unknown>();
        return String(input['a']);
      },
    });
    defineAction({
      ...words,
      input: { anyOf: [{ type: 'object' }] },
      run(input) {
        expectTypeOf(input).toEqualTypeOf<Unknown>();
        return '';
      },
    });
    expectTypeOf<InputOf<JsonSchema>>().toEqualTypeOf<Unknown>();
  });
});

/**
 * A schema declares once what a value may be: it reads the value, fills in its default, says what is wrong with it, and
 * describes itself to editors and to the docs. What single values may be is in `schema-leaves.ts`.
 */
import type { JsonSchema } from './proof-json-schema.ts';
import { isMapping, type ValuePath } from './value-path.ts';

/** What is wrong at one place. */
export interface Fault {
  readonly path: ValuePath;
  /** Completes "expected: …". */
  readonly expected: string;
  readonly problem?: string;
  readonly suggestion?: string;
  /** The value is of the right kind, and too large, too small or too short. */
  readonly isNear?: boolean;
  /** Set for a key that is not known: those that are, and why some are refused. */
  readonly known?: { readonly keys: readonly string[]; readonly notYet: Readonly<Record<string, string>> };
}

/** Where a value stands, and where its faults go. */
export interface Place {
  readonly path: ValuePath;
  readonly faults: Fault[];
}

/** In place of an output: there is a fault. */
export const MISREAD: unique symbol = Symbol('misread');

/** What a value may be. */
export interface Schema<out Output, out Input> {
  /** Reads a value, whose faults are added to those of its place; none where it was read. */
  read(value: unknown, place: Place): Output | typeof MISREAD;
  /** JSON Schema of what a person writes: a text may hold `${…}`. */
  json(): JsonSchema;
  /** What it is made of; a leaf of nothing. */
  readonly parts?: Parts;
  /** Those that a text is one of. */
  readonly words?: readonly string[];
  /** The text is a secret. */
  readonly isSecret?: boolean;
  /** Texts that may be secrets and are not known to be: its own and those below it, or those below it only. Errors do not show them. */
  readonly conceals?: 'whole' | 'below';
  /** A type only: what a person writes. */
  readonly written?: Input;
}

export interface Parts {
  readonly members?: Shape;
  /** Each item of a list, each value of a mapping by names. */
  readonly each?: { readonly key: string; readonly schema: Schema<unknown, unknown> };
  readonly choices?: readonly Schema<unknown, unknown>[];
}

/** A member that may be left out. */
export interface Optional<out Output, out Input> extends Schema<Output, Input> {
  readonly isOptional: true;
  /** What holds where it is left out; completes "Default: …". */
  readonly absent: string;
}

/** A member that is read from its default where it is left out. */
export interface Defaulted<out Output, out Input> extends Schema<Output, Input> {
  /** As a person would write it. */
  readonly fallback: Input;
}

export type Shape = Readonly<Record<string, Schema<unknown, unknown>>>;
export type OutputOf<S> = S extends Schema<infer Output, unknown> ? Output : never;
export type InputOf<S> = S extends Schema<unknown, infer Input> ? Input : never;
type OptionalKey<S> = { [K in keyof S]: S[K] extends { readonly isOptional: true } ? K : never }[keyof S];
type OmissibleKey<S> = {
  [K in keyof S]: S[K] extends { readonly isOptional: true } | { readonly fallback: unknown } ? K : never;
}[keyof S];
export type MappingOutput<S> = {
  readonly [K in Exclude<keyof S, OptionalKey<S>>]: OutputOf<S[K]>;
} & { readonly [K in OptionalKey<S>]?: OutputOf<S[K]> };
export type MappingInput<S> = {
  readonly [K in Exclude<keyof S, OmissibleKey<S>>]: InputOf<S[K]>;
} & { readonly [K in OmissibleKey<S>]?: InputOf<S[K]> };

/** Reads a whole tree. */
export function readBy<Output>(
  schema: Schema<Output, unknown>,
  tree: unknown,
): { readonly output: Output } | { readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const output = schema.read(tree, { path: [], faults });
  return output === MISREAD ? { faults } : { output };
}

/** Says what is wrong with a value. */
export function misread({ path, faults }: Place, fault: Omit<Fault, 'path'>): typeof MISREAD {
  faults.push({ path, ...fault });
  return MISREAD;
}

/** Makes something of what was read. */
export function into<Read, Input, Output>(
  schema: Schema<Read, Input>,
  make: (read: Read) => Output,
): Schema<Output, Input> {
  const { written: _, ...rest } = schema;
  return {
    ...rest,
    read(value, place) {
      const reading = schema.read(value, place);
      return reading === MISREAD ? MISREAD : make(reading);
    },
  };
}

/**
 * A mapping that knows all its keys.
 * @param example of the right form, for who wrote something else in its place.
 * @param notYet keys that are refused, and why.
 */
export function mapping<const S extends Shape>(
  description: string,
  shape: S,
  example?: string,
  notYet: Readonly<Record<string, string>> = {},
): Schema<MappingOutput<S>, MappingInput<S>> {
  const keys = Object.keys(shape);
  const suchAs = example === undefined ? '' : `, such as ${example}`;
  const expected =
    keys.length === 0 ? 'a mapping without keys: {}' : `a mapping of ${keys.join(', ')}${suchAs}`;
  return {
    parts: { members: shape },
    read(value, place) {
      if (!isMapping(value)) return misread(place, { expected });
      const { faults } = place;
      const before = faults.length;
      const output: Record<string, unknown> = {};
      for (const key of keys) {
        const member = shape[key] as Schema<unknown, unknown>;
        const isGiven = Object.hasOwn(value, key);
        if ('isOptional' in member && !isGiven) continue;
        const written = isGiven || !isDefaulted(member) ? value[key] : member.fallback;
        output[key] = member.read(written, within(place, key));
      }
      for (const key of Object.keys(value)) {
        if (Object.hasOwn(shape, key)) continue;
        misread(within(place, key), { expected: '', known: { keys, notYet } });
      }
      // No member is misread here, and each is under its own key.
      return faults.length > before ? MISREAD : (output as MappingOutput<S>);
    },
    json() {
      const required = keys.filter((key) => !mayBeLeftOut(shape[key]));
      return {
        type: 'object',
        properties: Object.fromEntries(Object.entries(shape).map(([key, member]) => [key, member.json()])),
        ...(required.length > 0 && { required }),
        additionalProperties: false,
        description,
      };
    },
  };
}

/** How a container is told to people. */
export interface ContainerText {
  /** Completes "expected: …". */
  readonly expected: string;
  /** For the editor's hover. */
  readonly description?: string;
  /** Expected of a list that must not be empty. */
  readonly atLeastOne?: string;
}

/** A list. */
export function list<Output, Input>(
  item: Schema<Output, Input>,
  { expected, description, atLeastOne }: ContainerText,
): Schema<readonly Output[], readonly Input[]> {
  return {
    parts: { each: { key: '[]', schema: item } },
    read(value, place) {
      if (!Array.isArray(value)) return misread(place, { expected });
      if (value.length === 0 && atLeastOne !== undefined) {
        return misread(place, { expected: atLeastOne, isNear: true });
      }
      const output: Output[] = [];
      for (const [index, element] of value.entries()) {
        const reading = item.read(element, within(place, index));
        if (reading !== MISREAD) output.push(reading);
      }
      return output.length < value.length ? MISREAD : output;
    },
    json: () => ({
      ...(atLeastOne !== undefined && { minItems: 1 }),
      type: 'array',
      items: item.json(),
      ...(description !== undefined && { description }),
    }),
  };
}

/** A mapping by names that people choose; which names are good is a rule's matter. */
export function byName<Output, Input>(
  member: Schema<Output, Input>,
  { expected, description, names }: ContainerText & { readonly names: RegExp },
): Schema<Readonly<Record<string, Output>>, Readonly<Record<string, Input>>> {
  return {
    parts: { each: { key: '.NAME', schema: member } },
    read(value, place) {
      if (!isMapping(value)) return misread(place, { expected });
      const output: [string, Output][] = [];
      for (const [name, memberValue] of Object.entries(value)) {
        const reading = member.read(memberValue, within(place, name));
        if (reading !== MISREAD) output.push([name, reading]);
      }
      return output.length < Object.keys(value).length ? MISREAD : Object.fromEntries(output);
    },
    json: () => ({
      type: 'object',
      propertyNames: { type: 'string', pattern: names.source },
      additionalProperties: member.json(),
      ...(description !== undefined && { description }),
      minProperties: 1,
    }),
  };
}

/** One of two. Where neither takes the value, the faults of the one it was meant for are told, if that can be seen. */
export function either<FirstOutput, FirstInput, SecondOutput, SecondInput>(
  first: Schema<FirstOutput, FirstInput>,
  second: Schema<SecondOutput, SecondInput>,
  { expected, description }: ContainerText,
): Schema<FirstOutput | SecondOutput, FirstInput | SecondInput> {
  return {
    parts: { choices: [first, second] },
    read(value, { path, faults }) {
      const firstFaults: Fault[] = [];
      const secondFaults: Fault[] = [];
      const asFirst = first.read(value, { path, faults: firstFaults });
      if (asFirst !== MISREAD) return asFirst;
      const asSecond = second.read(value, { path, faults: secondFaults });
      if (asSecond !== MISREAD) return asSecond;
      const both = [firstFaults, secondFaults];
      const near = both.filter((faultsOfChoice) => faultsOfChoice.every(({ isNear }) => isNear === true));
      // What found something wrong further in was meant.
      const meant =
        near.length === 1
          ? near[0]
          : both.find((faultsOfChoice) => faultsOfChoice.every((fault) => fault.path.length > path.length));
      faults.push(...(meant ?? [{ path, expected }]));
      return MISREAD;
    },
    json: () => ({
      anyOf: [first.json(), second.json()],
      ...(description !== undefined && { description }),
    }),
  };
}

/** Any value that passes, as it is. */
export function asWritten<Output, Input = Output>(
  { expected, passes }: { readonly expected: string; readonly passes: (value: unknown) => boolean },
  json: () => JsonSchema,
): Schema<Output, Input> {
  return {
    // What passes is what the caller says it is.
    read: (value, place) => (passes(value) ? (value as Output) : misread(place, { expected })),
    json,
  };
}

function isDefaulted(schema: Schema<unknown, unknown>): schema is Defaulted<unknown, unknown> {
  return 'fallback' in schema;
}

function mayBeLeftOut(schema: object | undefined): boolean {
  return schema !== undefined && ('isOptional' in schema || 'fallback' in schema);
}

function within({ path, faults }: Place, key: string | number): Place {
  return { path: [...path, key], faults };
}

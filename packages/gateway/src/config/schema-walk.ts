/** What a schema tells of itself beside what it reads: where its secrets are, and which options there are. */
import { fallbackText } from './left-out.ts';
import type { Schema, Shape } from './shape.ts';
import { isMapping, type ValuePath } from './value-path.ts';

export type AnySchema = Schema<unknown, unknown>;

/** Where in a tree texts of secrets stand. @param tree of any shape. */
export function secretsIn(
  { isSecret, conceals, parts = {} }: AnySchema,
  tree: unknown,
): readonly ValuePath[] {
  const isKey = conceals === 'whole' && typeof tree === 'string' && tree.includes('PRIVATE KEY-----');
  if (isSecret === true || isKey) return tree === undefined || tree === '' ? [] : [[]];
  const below = (
    key: string | number,
    schema: AnySchema | undefined,
    value: unknown,
  ): readonly ValuePath[] =>
    schema === undefined ? [] : secretsIn(schema, value).map((path) => [key, ...path]);
  const { members = {}, each, choices = [] } = parts;
  const keyed = isMapping(tree) ? Object.entries(tree) : [];
  const items = Array.isArray(tree) ? tree : [];
  return [
    ...keyed.flatMap(([key, value]) => below(key, memberOf(members, key) ?? each?.schema, value)),
    ...items.flatMap((value, index) => below(index, each?.schema, value)),
    ...choices.flatMap((choice) => secretsIn(choice, tree)),
  ];
}

/** Whether a secret can stand at a path, also one that was put a level too high or too low. */
export function mayHoldSecret({ isSecret, conceals, parts }: AnySchema, path: ValuePath): boolean {
  if (isSecret === true || conceals === 'whole') return true;
  const [key, ...rest] = path;
  if (conceals === 'below') return key !== undefined;
  const { members, each, choices = [] } = parts ?? {};
  if (choices.some((choice) => mayHoldSecret(choice, path))) return true;
  if (each !== undefined) return mayHoldSecret(each.schema, rest);
  if (members === undefined) return false;
  const member = typeof key === 'string' ? memberOf(members, key) : undefined;
  if (member !== undefined) return mayHoldSecret(member, rest);
  return Object.values(members).some((schema) => schema.isSecret === true);
}

function memberOf(members: Shape, key: string): AnySchema | undefined {
  return Object.hasOwn(members, key) ? members[key] : undefined;
}

/** One option: what a person can write, what it means, what holds where it is left out. */
export interface OptionRow {
  /** `gates.NAME.keys[].secret`. */
  readonly path: string;
  readonly description: string;
  /** As it would be written; undefined where it must be given, and where absence is told in words. */
  readonly fallback?: unknown;
  /** In words. Undefined: it must be given, or is a mapping whose members have defaults of their own. */
  readonly absent?: string;
  /** Those that its text is one of. */
  readonly words: readonly string[];
  readonly isSecret: boolean;
}

/** Every option, in the order of the schema. */
export function optionsOf({ parts = {} }: AnySchema, path = ''): readonly OptionRow[] {
  const { members = {}, each, choices = [] } = parts;
  return [
    ...Object.entries(members).flatMap(([key, member]) => {
      const at = path === '' ? key : `${path}.${key}`;
      return [optionOf(member, at), ...optionsOf(member, at)];
    }),
    ...(each === undefined ? [] : optionsOf(each.schema, `${path}${each.key}`)),
    ...choices.flatMap((choice) => optionsOf(choice, path)),
  ];
}

type Member = AnySchema & { readonly absent?: string; readonly fallback?: unknown };

function optionOf(schema: Member, path: string): OptionRow {
  const { fallback, words = [], isSecret = false } = schema;
  const absent =
    schema.absent ?? (fallback === undefined || isMapping(fallback) ? undefined : fallbackText(fallback));
  const description = String(schema.json()['description']);
  return {
    path,
    description: absent === undefined ? description : description.slice(0, -` Default: ${absent}.`.length),
    ...(absent !== undefined && { absent }),
    ...(fallback !== undefined && { fallback }),
    words,
    isSecret,
  };
}

/**
 * What an editor knows of a gate's `provider` and `scheme`: each provider's options and each scheme's, closed. They are
 * told apart by `if` and `then`, so that an editor marks the word that is wrong and not the whole mapping.
 */
import { type OptionRow, optionRowsOf, providers, schemeTypes, type ValueSchema } from '@countersign/core';

/** JSON Schema, as it is printed. */
export type JsonSchema = { [keyword: string]: unknown };

/** What an interpolated text looks like: it is only known when it is filled in. */
export const INTERPOLATED = '\\$\\{';

const UNSIGNED: Proof = { name: 'none', description: 'Takes unsigned requests.', rows: [] };

interface Proof {
  readonly name: string;
  readonly description: string;
  readonly rows: readonly OptionRow[];
}

/** A provider’s id, or a mapping of its id and options. */
export function providerJsonSchema(): JsonSchema {
  const proofs = [
    ...providers.map(({ id, summary, scheme }) => ({
      name: id,
      description: summary,
      rows: optionRowsOf({ scheme }),
    })),
    UNSIGNED,
  ];
  const bare = proofs.flatMap(({ name, rows }) => (rows.some(({ isRequired }) => isRequired) ? [] : [name]));
  return {
    description:
      'A ready-made scheme: its id, or a mapping of its id and options. none accepts unsigned requests. Give this or scheme.',
    type: ['string', 'object'],
    ...offered(bare),
    if: { type: 'object' },
    // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema.
    then: {
      properties: { id: { description: 'The provider’s id.', ...word(proofs.map(({ name }) => name)) } },
      required: ['id'],
      allOf: proofs.map((proof) => closed('id', proof)),
    },
    else: word(bare),
  };
}

/** A declared scheme; where it says no type, it is a template. */
export function schemeJsonSchema(): JsonSchema {
  const proofs = schemeTypes.map(({ type, summary, options }) => ({
    name: type,
    description: summary,
    rows: options,
  }));
  return {
    description: 'A declared scheme: how the sender signs, as data. Give this or provider.',
    type: 'object',
    properties: {
      type: {
        description:
          'What kind of scheme. Default: template, a signature over a template of the request’s parts.',
        ...word(proofs.map(({ name }) => name)),
      },
    },
    allOf: proofs.map((proof) => closed('type', proof, proof.name === 'template')),
  };
}

/** If the mapping is of that name, it has these members and no other. @param isDefault whether it is meant where there is no name. */
function closed(key: string, { name, description, rows }: Proof, isDefault = false): JsonSchema {
  const required = rows.filter(({ isRequired }) => isRequired).map((row) => row.name);
  return {
    if: { properties: { [key]: { const: name } }, ...(!isDefault && { required: [key] }) },
    // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema.
    then: {
      properties: {
        [key]: { description },
        ...Object.fromEntries(rows.map((row) => [row.name, optionSchema(row)])),
      },
      ...(required.length > 0 && { required }),
      additionalProperties: false,
    },
  };
}

function optionSchema(row: OptionRow): JsonSchema {
  const text = row.isRequired === true ? row.description : `${row.description}. Default: ${row.default}`;
  // A word that is written so is none of a sentence.
  const first = BEGINS_WITH_VALUE.test(text) ? text.slice(0, 1) : text.slice(0, 1).toUpperCase();
  return { description: `${first}${text.slice(1)}.`, ...written(row.value) };
}

/** `bounded: a token must have exp`, `bearer, basic or plain`. */
const BEGINS_WITH_VALUE = /^[\w-]+[,;:] /;

function word(names: readonly string[]): JsonSchema {
  return { anyOf: [{ enum: names }, { type: 'string', pattern: INTERPOLATED }] };
}

/** Told apart by their types, for the same reason. */
function eitherOf(alternatives: readonly ValueSchema[]): JsonSchema {
  const [container, ...rest] = [...alternatives].sort(
    (a, b) => Number(isContainerSchema(b)) - Number(isContainerSchema(a)),
  );
  if (container === undefined || !isContainerSchema(container)) return { anyOf: alternatives.map(written) };
  const [only, ...more] = rest;
  const otherwise = only !== undefined && more.length === 0 ? written(only) : eitherOf(rest);
  return {
    if: { type: container.type },
    // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema.
    then: written(container),
    else: otherwise,
    ...(only !== undefined && 'enum' in only && offered(only.enum)),
  };
}

/** Words that an editor offers: it looks behind no `else` for them. */
function offered(words: readonly string[]): JsonSchema {
  return { examples: words };
}

function isContainerSchema(
  value: ValueSchema,
): value is Extract<ValueSchema, { readonly type: 'array' | 'object' }> {
  return 'type' in value && (value.type === 'array' || value.type === 'object');
}

/** As a configuration writes it: a text may be interpolated, and nothing else. */
function written(value: ValueSchema): JsonSchema {
  if ('enum' in value) {
    const { enum: names, ...rest } = value;
    return { ...rest, ...word(names) };
  }
  if ('anyOf' in value) {
    const { anyOf, ...rest } = value;
    return { ...rest, ...eitherOf(anyOf) };
  }
  switch (value.type) {
    case 'string':
      return value.pattern === undefined
        ? { ...value }
        : { ...value, pattern: `${value.pattern}|${INTERPOLATED}` };
    case 'array':
      return { ...value, items: written(value.items) };
    case 'object': {
      const { properties, additionalProperties } = value;
      return {
        ...value,
        properties: Object.fromEntries(
          Object.entries(properties).map(([name, member]) => [name, written(member)]),
        ),
        additionalProperties: additionalProperties === false ? false : written(additionalProperties),
      };
    }
    default:
      return { ...value };
  }
}

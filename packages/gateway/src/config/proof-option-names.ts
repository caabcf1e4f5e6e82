/**
 * Names that a gate's provider or scheme does not have. Core says what is wrong with options, once the rest of the file is right; beside
 * other mistakes their names are told, so that a file is mended once.
 */
import {
  findProvider,
  nearMiss,
  type OptionRow,
  optionRowsOf,
  schemeTypes,
  type ValueSchema,
} from '@countersign/core';
import type { Finding } from './finding.ts';
import { isMapping, type ValuePath } from './value-path.ts';
import { providerIdOf } from './written-proof.ts';

type Properties = Readonly<Record<string, ValueSchema | undefined>>;

/** @param tree of any shape, its misspelt names apart as they were meant */
export function unknownOptionNames(tree: Readonly<Record<string, unknown>>): readonly Finding[] {
  const { gates } = tree;
  return isMapping(gates)
    ? Object.entries(gates).flatMap(([name, gate]) => (isMapping(gate) ? inGate(gate, ['gates', name]) : []))
    : [];
}

function inGate(
  { provider, scheme, accept, shadow }: Readonly<Record<string, unknown>>,
  path: ValuePath,
): readonly Finding[] {
  const others: readonly unknown[] = Array.isArray(accept) ? accept : [];
  return [
    ...inProvider(provider, [...path, 'provider']),
    ...inScheme(scheme, [...path, 'scheme']),
    ...others.flatMap((proof, i) => (isMapping(proof) ? inGate(proof, [...path, 'accept', i]) : [])),
    ...(isMapping(shadow) ? inGate(shadow, [...path, 'shadow']) : []),
  ];
}

function inProvider(provider: unknown, path: ValuePath): readonly Finding[] {
  const declared = findProvider(providerIdOf(provider) ?? '');
  return isMapping(provider) && declared !== undefined
    ? inMapping(provider, propertiesOf('id', optionRowsOf(declared)), path)
    : [];
}

function inScheme(scheme: unknown, path: ValuePath): readonly Finding[] {
  if (!isMapping(scheme)) return [];
  const { type = 'template' } = scheme;
  const declared = schemeTypes.find((candidate) => candidate.type === type);
  return declared === undefined ? [] : inMapping(scheme, propertiesOf('type', declared.options), path);
}

function propertiesOf(key: string, rows: readonly OptionRow[]): Properties {
  return Object.fromEntries([[key, undefined], ...rows.map(({ name, value }) => [name, value] as const)]);
}

function inMapping(
  value: Readonly<Record<string, unknown>>,
  properties: Properties,
  path: ValuePath,
): readonly Finding[] {
  const keys = Object.keys(properties);
  return Object.entries(value).flatMap(([key, item]) => {
    const place = [...path, key];
    if (Object.hasOwn(properties, key)) return inValue(item, properties[key], place);
    const meant = nearMiss(key, keys);
    const unknown: Finding = {
      path: place,
      place: 'key',
      problem: 'is not known here',
      expected: `one of ${keys.join(', ')}`,
      ...(meant !== undefined && { suggestion: meant }),
    };
    const isFree = meant !== undefined && !Object.hasOwn(value, meant);
    return [unknown, ...(isFree ? inValue(item, properties[meant], place) : [])];
  });
}

function inValue(value: unknown, schema: ValueSchema | undefined, path: ValuePath): readonly Finding[] {
  const forms = schema === undefined ? [] : formsOf(schema);
  if (Array.isArray(value)) {
    const items = forms.flatMap((form) => ('type' in form && form.type === 'array' ? [form.items] : []));
    return value.flatMap((item, i) => inValue(item, { anyOf: items }, [...path, i]));
  }
  const objects = forms.flatMap((form) => ('type' in form && form.type === 'object' ? [form] : []));
  // One whose members have names of the user's choice knows no misspelt one.
  if (!isMapping(value) || objects.length === 0) return [];
  if (objects.some(({ additionalProperties }) => additionalProperties !== false)) return [];
  return inMapping(value, Object.assign({}, ...objects.map(({ properties }) => properties)), path);
}

function formsOf(schema: ValueSchema): readonly Exclude<ValueSchema, { readonly anyOf: unknown }>[] {
  return 'anyOf' in schema ? schema.anyOf.flatMap(formsOf) : [schema];
}

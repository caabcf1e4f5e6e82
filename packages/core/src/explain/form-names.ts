/** The names of a form’s fields as they can have been before a parser took them: lists, and what PHP writes as _. */
import type { FormField } from '../text/form.ts';

type Fields = readonly FormField[];

/** What is tried of names one by one. */
const MAX_NAMES = 16;

/** The fields’ lists written in each other way. */
export function* otherLists(fields: Fields): Generator<Fields> {
  const isListed = fields.some(({ name }) => /\[\d*\]/.test(name));
  const names = fields.map(({ name }) => name);
  const isRepeated = new Set(names).size < names.length;
  if (isListed) {
    yield renamed(fields, (name) => name.replace(/\[\d*\]/g, '[]'));
    yield renamed(fields, (name) => name.replace(/\[\d*\]$/, '[]'));
    yield renamed(fields, (name) => name.replace(/\[\d*\]$/, ''));
    yield renamed(fields, (name) => name.replace(/\[\d*\]/g, ''));
  }
  if (isListed || isRepeated) yield numbered(fields);
  if (isRepeated && fields.some(({ name }) => name.includes('['))) yield numberedWithin(fields);
  if (isRepeated) {
    yield renamed(fields, (name) =>
      names.filter((other) => other === name).length > 1 ? `${name}[]` : name,
    );
    yield commaLists(fields);
  }
  yield* parted(fields);
}

function renamed(fields: Fields, rename: (name: string) => string): Fields {
  return fields.map(({ name, value }) => ({ name: rename(name), value }));
}

/** Each list with numbers: that of a repeated name, and what ends with []. */
function numbered(fields: Fields): Fields {
  const bare = fields.map(({ name }) => name.replace(/\[\d*\]$/, ''));
  const counts = new Map<string, number>();
  return fields.map(({ name, value }, i) => {
    const base = bare[i] as string;
    const isList = base !== name || bare.filter((other) => other === base).length > 1;
    const full = isList ? `${base}[]` : name;
    const count = counts.get(full) ?? 0;
    counts.set(full, count + 1);
    return { name: full.replace('[]', `[${count}]`), value };
  });
}

/** Lists of objects with numbers: `a[][b]` or `a[b]` that is repeated as `a[0][b]`. */
function numberedWithin(fields: Fields): Fields {
  const counts = new Map<string, number>();
  return fields.map(({ name, value }) => {
    const [, base, key] = /^(.*?)(?:\[\d*\])?(\[[^[\]]+\])$/.exec(name) ?? [];
    const isList = key !== undefined && fields.filter((other) => other.name === name).length > 1;
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return isList ? { name: `${base}[${count}]${key}`, value } : { name, value };
  });
}

/** The values of a name in one field, with commas. */
function commaLists(fields: Fields): Fields {
  const lists = new Map<string, string[]>();
  for (const { name, value } of fields) lists.set(name, [...(lists.get(name) ?? []), value]);
  return [...lists].map(([name, values]) => ({ name, value: values.join(',') }));
}

/** A list that a program has joined with commas, in fields of its own again: all such, or those whose name says so. */
function* parted(fields: Fields): Generator<Fields> {
  for (const isList of [/\[\]$/, /^/]) {
    if (!fields.some(({ name, value }) => isList.test(name) && value.includes(','))) continue;
    yield fields.flatMap(({ name, value }) =>
      isList.test(name) ? value.split(',').map((part) => ({ name, value: part })) : [{ name, value }],
    );
  }
}

/** Names in which PHP has put _ for a point or a blank: one of them, then all. */
export function* otherUnderscores(fields: Fields): Generator<Fields> {
  const names = [...new Set(fields.map(({ name }) => name))].filter((name) => name.includes('_'));
  if (names.length === 0 || names.length > MAX_NAMES) return;
  for (const char of ['.', ' ']) {
    for (const name of names) {
      for (const other of underscoresOf(name, char))
        yield renamed(fields, (own) => (own === name ? other : own));
    }
    if (names.length > 1) yield renamed(fields, (name) => name.replaceAll('_', char));
  }
}

/** The first, each other, and all of a name’s. */
function underscoresOf(name: string, char: string): readonly string[] {
  const places = [...name.matchAll(/_/g)].map(({ index }) => index);
  const single = places.map((at) => name.slice(0, at) + char + name.slice(at + 1));
  return places.length > 1 ? [...single, name.replaceAll('_', char)] : single;
}

/** Signatures inside the items of a JSON body that are signed one by one. */
import type { SignedRequest } from '../model.ts';
import { utf8 } from '../text/bytes.ts';
import { isObject } from '../text/is-object.ts';
import { jsonOf, membersOf, type NamedText } from './named-texts.ts';

/** A list whose items may be signed one by one. */
export interface ItemList {
  /** As a declaration writes it, e.g. `items.*`. */
  readonly each: string;
  /** The request with the first item alone: its message is that item’s. */
  readonly request: SignedRequest;
  /** The members of the first item. */
  readonly texts: readonly NamedText[];
}

/** More lists than these are not looked into, nor what lies deeper. */
const MAX_LISTS = 8;
const MAX_DEPTH = 3;

/** The lists of a JSON body that have objects as items, and those with one object in each item. */
export function itemLists(request: SignedRequest): readonly ItemList[] {
  const body = jsonOf(request.body);
  return isObject(body) ? [...listsOf(request, body, body, [])].slice(0, MAX_LISTS) : [];
}

function* listsOf(
  request: SignedRequest,
  body: Readonly<Record<string, unknown>>,
  value: Readonly<Record<string, unknown>>,
  path: readonly string[],
): Generator<ItemList> {
  for (const [name, inner] of Object.entries(value)) {
    if (!/^[\w-]+$/.test(name)) continue;
    const names = [...path, name];
    if (Array.isArray(inner)) yield* itemsOf(request, body, names, inner[0]);
    else if (isObject(inner) && names.length < MAX_DEPTH) yield* listsOf(request, body, inner, names);
  }
}

function* itemsOf(
  request: SignedRequest,
  body: Readonly<Record<string, unknown>>,
  names: readonly string[],
  item: unknown,
): Generator<ItemList> {
  if (!isObject(item)) return;
  const alone = { ...request, body: utf8(JSON.stringify(withOnly(body, names, item))) };
  yield { each: `${names.join('.')}.*`, request: alone, texts: membersOf(item) };
  const [inner, ...others] = Object.entries(item);
  if (inner === undefined || others.length > 0 || !isObject(inner[1]) || !/^[\w-]+$/.test(inner[0])) return;
  yield { each: `${names.join('.')}.*.${inner[0]}`, request: alone, texts: membersOf(inner[1]) };
}

function withOnly(
  value: Readonly<Record<string, unknown>>,
  [name = '', ...rest]: readonly string[],
  item: object,
): object {
  const inner = value[name];
  return { ...value, [name]: rest.length === 0 || !isObject(inner) ? [item] : withOnly(inner, rest, item) };
}

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/**
 * A configuration as it may be shown: as it was written, with what holds where something was left out. Of a secret, and of what was
 * filled in from the environment or a file, stands where it comes from, and never what it is.
 */
import { createHmac } from 'node:crypto';
import { shownUrl } from '@countersign/core/internal/shown-url';
import { respell } from './respell.ts';
import { configSchema } from './schema.ts';
import { type AnySchema, mayHoldSecret } from './schema-walk.ts';
import { formatPath, isMapping, type ValuePath } from './value-path.ts';

/** One value. */
export interface ShownValue {
  /** E.g. `gates.stripe.keys[0].secret`. */
  readonly path: string;
  /** As JSON. */
  readonly shown: ShownLeaf;
  /** Whether nobody has written it: it is the default. */
  readonly isDefault: boolean;
  /** The same for the same value under the same key. */
  readonly digest: string;
}

export type ShownLeaf = string | number | boolean | null;

export type ShownTree = ShownLeaf | readonly ShownTree[] | { readonly [name: string]: ShownTree };

export interface ShownConfig {
  readonly tree: ShownTree;
  /** In the order of the tree. */
  readonly values: readonly ShownValue[];
}

const HIDDEN = '[secret]';
/** A reference with its default, as `interpolate` reads it. */
const REFERENCE = /\$\{[^{}]*\}/g;
/** Members of a provider’s options, or of a declared scheme, that are not shown. */
const SECRET_NAME = /secret|token|password|passwd|credential|private|key/i;
/** In such a place a text of this form may be a key that stands in the wrong one. */
const LIKE_A_KEY = /^(?=.*\d)[A-Za-z0-9+/=_-]{20,}$|-----BEGIN/;

/**
 * @param written the tree as it was written, before anything was filled in; of any shape
 * @param filled the same with its texts filled in
 * @param digestKey random, and the same for those that are compared
 */
export function shownConfig(written: unknown, filled: unknown, digestKey: Uint8Array): ShownConfig {
  const schema = configSchema();
  const { meant } = respell(schema, written);
  const isSecret = (path: ValuePath): boolean =>
    mayHoldSecret(schema, path) || mayHoldSecret(schema, meant(path));
  const values: ShownValue[] = [];
  const tree = show({ isSecret, values, digestKey }, [schema], {
    path: [],
    written,
    filled,
    isConcealed: false,
    isDefault: false,
  });
  return { tree, values };
}

interface Showing {
  readonly isSecret: (path: ValuePath) => boolean;
  readonly values: ShownValue[];
  readonly digestKey: Uint8Array;
}

interface Place {
  readonly path: ValuePath;
  readonly written: unknown;
  readonly filled: unknown;
  /** Below a provider’s options or a declared scheme, whose members the schema does not know. */
  readonly isConcealed: boolean;
  readonly isDefault: boolean;
}

function show(showing: Showing, schemas: readonly AnySchema[], place: Place): ShownTree {
  const choices = schemas.flatMap(alternatives);
  const isConcealed = place.isConcealed || choices.some(({ conceals }) => conceals !== undefined);
  const here = { ...place, isConcealed };
  const { written, filled, path } = place;
  if (Array.isArray(written)) {
    const items = choices.flatMap(({ parts }) => parts?.each?.schema ?? []);
    if (written.length === 0) note(showing, here, '(none)');
    return written.map((item: unknown, i) =>
      show(showing, items, { ...here, path: [...path, i], written: item, filled: memberOf(filled, i) }),
    );
  }
  if (isMapping(written)) return showMapping(showing, choices, here, written);
  return note(showing, here, leafOf(showing, choices, here));
}

function showMapping(
  showing: Showing,
  choices: readonly AnySchema[],
  here: Place,
  written: Readonly<Record<string, unknown>>,
): ShownTree {
  const names = Object.keys(written);
  const shapes = choices.map(({ parts }) => parts?.members).filter((members) => members !== undefined);
  const each = choices.flatMap(({ parts }) => parts?.each?.schema ?? []);
  const schemasOf = (name: string): readonly AnySchema[] => {
    const members = shapes.flatMap((shape) => (Object.hasOwn(shape, name) ? (shape[name] ?? []) : []));
    return members.length > 0 ? members : each;
  };
  const shown: Record<string, ShownTree> = {};
  for (const name of names)
    shown[name] = show(showing, schemasOf(name), {
      ...here,
      path: [...here.path, name],
      written: written[name],
      filled: memberOf(here.filled, name),
    });
  // Of two forms it may have, the one that has all that is written.
  const shape = shapes.find((members) => names.every((name) => Object.hasOwn(members, name)));
  for (const [name, member] of Object.entries(shape ?? {})) {
    if (Object.hasOwn(written, name) || !('fallback' in member)) continue;
    const { fallback } = member;
    const path = [...here.path, name];
    shown[name] = show(showing, [member], {
      ...here,
      path,
      written: fallback,
      filled: fallback,
      isDefault: true,
    });
  }
  return shown;
}

function alternatives(schema: AnySchema): readonly AnySchema[] {
  return [schema, ...(schema.parts?.choices ?? []).flatMap(alternatives)];
}

function leafOf({ isSecret }: Showing, choices: readonly AnySchema[], place: Place): ShownLeaf {
  const { written, path, isConcealed, isDefault } = place;
  const mayBeSecret = !isDefault && (isConcealed ? looksSecret(path, written) : isSecret(path));
  const isHidden = mayBeSecret || choices.some((choice) => choice.isSecret === true);
  if (typeof written !== 'string') {
    if (isHidden && written !== null && written !== undefined) return HIDDEN;
    if (typeof written === 'number' || typeof written === 'boolean') return written;
    return written === null || written === undefined ? null : `a ${typeof written}`;
  }
  if (isHidden) return hiddenText(written);
  return /:\/\/[^/]*@/.test(written) ? hiddenText(written) : shownUrl(written);
}

function looksSecret(path: ValuePath, written: unknown): boolean {
  const isNamed = path.slice(2).some((part) => typeof part === 'string' && SECRET_NAME.test(part));
  return isNamed || (typeof written === 'string' && LIKE_A_KEY.test(written));
}

/** Where it comes from, without the defaults that may be secrets as well. */
function hiddenText(written: string): string {
  const references = (written.match(REFERENCE) ?? []).map((reference) =>
    reference.replace(/:-.*\}$/s, `:-${HIDDEN}}`),
  );
  const isAll = written.replace(REFERENCE, '') === '';
  if (references.length === 0) return HIDDEN;
  return isAll ? references.join('') : `${HIDDEN} with ${references.join(' and ')}`;
}

function note(
  { values, digestKey }: Showing,
  { path, filled, isDefault }: Place,
  shown: ShownLeaf,
): ShownLeaf {
  const text = typeof filled === 'string' ? filled : `${typeof filled} ${String(filled)}`;
  const digest = createHmac('sha256', digestKey).update(text).digest('base64');
  values.push({ path: formatPath(path), shown, isDefault, digest });
  return shown;
}

function memberOf(tree: unknown, name: string | number): unknown {
  if (typeof name === 'number') return Array.isArray(tree) ? (tree[name] as unknown) : undefined;
  return isMapping(tree) && Object.hasOwn(tree, name) ? tree[name] : undefined;
}

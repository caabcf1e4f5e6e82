/** What differs between an action on the platform and the same action here. */
import type { FlowentAction, FlowentActionChange } from '../flowent-api.ts';
import { canonicalSchema, isSameValue } from './canonical-schema.ts';

/** One difference. */
export type Difference =
  | { readonly kind: 'added'; readonly path: string; readonly after: unknown }
  | { readonly kind: 'removed'; readonly path: string; readonly before: unknown }
  | { readonly kind: 'changed'; readonly path: string; readonly before: unknown; readonly after: unknown };

/** By member; empty where it stays. */
export interface ActionDifferences {
  /** Of one text: the path is empty. */
  readonly description: readonly Difference[];
  readonly webhook_url: readonly Difference[];
  /** Paths are JSON Pointers (RFC 6901) into the schema, e.g. `/properties/to/type`. */
  readonly json_schema: readonly Difference[];
}

/** What a change makes of an action. */
export function diffAction(before: FlowentAction, change: FlowentActionChange): ActionDifferences {
  const { description, webhook_url, json_schema } = change;
  return {
    description: diffText(before.description, description),
    webhook_url: diffText(before.webhook_url, webhook_url),
    json_schema:
      json_schema === undefined
        ? []
        : diffValue(canonicalSchema(before.json_schema), canonicalSchema(json_schema), ''),
  };
}

/** Every difference's path from the action, e.g. `/description`, `/json_schema/properties/to/type`: for the log. */
export function differencePaths(differences: ActionDifferences): readonly string[] {
  return Object.entries(differences).flatMap(([member, list]: [string, readonly Difference[]]) =>
    list.map(({ path }) => `/${member}${path}`),
  );
}

function diffText(before: string, after: string | undefined): readonly Difference[] {
  return after === undefined || after === before ? [] : [{ kind: 'changed', path: '', before, after }];
}

function diffValue(before: unknown, after: unknown, path: string): readonly Difference[] {
  if (isSameValue(before, after)) return [];
  const old = membersOf(before, after);
  const young = membersOf(after, before);
  if (old === undefined || young === undefined) return [{ kind: 'changed', path, before, after }];
  return [...new Set([...old.keys(), ...young.keys()])].flatMap((name): readonly Difference[] => {
    const at = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!young.has(name)) return [{ kind: 'removed', path: at, before: old.get(name) }];
    if (!old.has(name)) return [{ kind: 'added', path: at, after: young.get(name) }];
    return diffValue(old.get(name), young.get(name), at);
  });
}

/**
 * What to look into of two values of one kind; undefined where the whole is easier to read than its parts, as of lists of
 * words.
 */
function membersOf(value: unknown, other: unknown): ReadonlyMap<string, unknown> | undefined {
  if (!isObjectOrList(value) || Array.isArray(value) !== Array.isArray(other)) {
    return undefined;
  }
  if (Array.isArray(value) && ![...value, ...(other as readonly unknown[])].every(isObjectOrList))
    return undefined;
  return new Map(Object.entries(value));
}

function isObjectOrList(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

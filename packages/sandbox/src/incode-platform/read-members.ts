/** Reads the members that a call's body must have. */
import { isObject } from '@countersign/core/internal/is-object';

/** The members' texts, or why the body is not taken. */
export type Members<Required extends string, Optional extends string> =
  | {
      readonly ok: true;
      readonly value: Readonly<Record<Required, string> & Partial<Record<Optional, string>>>;
    }
  | { readonly ok: false; readonly error: string };

/** Every one of `required` is a text that is not empty, as is each of `optional` that is there; other members are let be. */
export function readMembers<Required extends string, Optional extends string = never>(
  body: unknown,
  required: readonly Required[],
  optional: readonly Optional[] = [],
): Members<Required, Optional> {
  if (!isObject(body)) return { ok: false, error: 'the body must be a JSON object' };
  const isText = (name: string): boolean => typeof body[name] === 'string' && body[name] !== '';
  const wrong = [
    ...required.filter((name) => !isText(name)),
    ...optional.filter((name) => body[name] !== undefined && !isText(name)),
  ];
  if (wrong.length > 0) {
    return { ok: false, error: wrong.map((name) => `${name}: must be a text`).join('; ') };
  }
  // The checks have proved the members to be those of the type.
  return { ok: true, value: body as Record<Required, string> & Partial<Record<Optional, string>> };
}

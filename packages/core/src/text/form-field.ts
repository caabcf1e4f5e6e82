/** What a form is parsed into, whichever way it was sent. */
import type { Sliced } from './bytes.ts';

/** Why a form was refused: a short sentence that holds nothing of it. */
export interface FormFault {
  readonly fault: string;
}

/** A field, decoded. */
export interface FormField {
  readonly name: string;
  readonly value: string;
}

/** A form being parsed: each step takes about a millisecond; the last returns the fields. */
export type FormParsing = Sliced<readonly FormField[] | FormFault>;

/** Fields in one form: 1,000, as many as common form parsers take by default. */
export const MAX_FIELDS = 1000;

/** A name that more than one field has; undefined where all differ. */
export function duplicateName(fields: readonly FormField[]): string | undefined {
  const names = new Set<string>();
  for (const { name } of fields) {
    if (names.has(name)) return name;
    names.add(name);
  }
  return undefined;
}

/** What of a call's input the audit log holds: enough to know what was done, and nothing that is secret. */
import type { Declared } from '@countersign/api';
import { MAX_SHOWN_CHARS, type ShownValue, type ShownValues } from './audit-entry.ts';

/** In place of a value. */
const HIDDEN = '[hidden]';
/** Whatever a row forgot to mark. */
const SECRET_NAME = /secret|password|passphrase|token|credential|authorization|cookie/i;

type Fields = Readonly<Record<string, Declared>>;

/** What the route’s row says of its fields. */
export interface InputFields {
  readonly params: Fields;
  readonly query: Fields;
  readonly body: Fields;
}

export interface ShownInput {
  readonly target: ShownValues;
  readonly input: ShownValues;
}

/** @param values as they were judged, by name */
export function shownInput({ params, query, body }: InputFields, values: object): ShownInput {
  return { target: shownOf(params, values), input: { ...shownOf(query, values), ...shownOf(body, values) } };
}

function shownOf(fields: Fields, values: object): ShownValues {
  const byName: Readonly<Record<string, unknown>> = { ...values };
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([name]) => byName[name] !== undefined)
      .map(([name, field]) => [name, shownValue(name, field, byName[name])]),
  );
}

function shownValue(name: string, { secret }: Declared, value: unknown): ShownValue {
  if (secret || SECRET_NAME.test(name)) return HIDDEN;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'string') return HIDDEN;
  // Its beginning might be what nobody should read.
  return value.length > MAX_SHOWN_CHARS ? `[${value.length} characters]` : value;
}

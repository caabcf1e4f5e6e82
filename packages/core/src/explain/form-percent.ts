/** Forms that were percent-decoded as a whole, with their fields encoded again. */
import type { FormField } from '../text/form.ts';
import { readsFields, spellings } from './form-fields.ts';
import { bodyText, withTexts } from './other-body.ts';
import type { Change, Trial } from './trial.ts';

/** A longer one is printed too often. */
const MAX_BYTES = 16 * 1024;

const NAMED = /^[\w.[\]-]+=/;

/** Ampersands of values, tried one by one and two by two. */
const MAX_FIELDS = 24;

const FEW_PRINTERS = 3;

/** Nothing where the body is no form, or holds what only a form has that is still encoded. */
export function* decodedForms(trial: Trial): Generator<Change> {
  const text = trial.request.body.length > MAX_BYTES ? undefined : bodyText(trial);
  if (text === undefined || !NAMED.test(text) || !/[^\w.*~=&-]/.test(text) || /%[\da-f]{2}/i.test(text))
    return;
  yield* withTexts(trial, encodedTexts(trial, splitLoosely(text)));
}

function* encodedTexts(trial: Trial, fields: readonly FormField[]): Generator<string> {
  const printers = readsFields(trial) ? 1 : undefined;
  yield* spellings(fields, printers);
  // A decoder that leaves + alone.
  const spaced = fields.map(({ name, value }) => ({ name, value: value.replaceAll('+', ' ') }));
  yield* spellings(spaced, printers);
  for (const other of withJoints(fields)) yield* spellings(other, printers ?? FEW_PRINTERS);
}

/** What follows an & and is no field belongs to the value before it. */
function splitLoosely(text: string): readonly FormField[] {
  const fields: { name: string; value: string }[] = [];
  for (const pair of text.split('&')) {
    const last = fields.at(-1);
    if (last && !NAMED.test(pair)) last.value += `&${pair}`;
    else {
      const equals = pair.indexOf('=');
      fields.push({ name: pair.slice(0, equals), value: pair.slice(equals + 1) });
    }
  }
  return fields;
}

/** One & between fields was of a value, e.g. of a URL; or two were. */
function* withJoints(fields: readonly FormField[]): Generator<readonly FormField[]> {
  if (fields.length > MAX_FIELDS) return;
  for (let at = fields.length - 1; at > 0; at--) yield mergedAt(fields, at);
  for (let second = fields.length - 1; second > 1; second--) {
    const rest = mergedAt(fields, second);
    for (let first = second - 1; first > 0; first--) yield mergedAt(rest, first);
  }
}

/** With that field as the end of the one before it. */
function mergedAt(fields: readonly FormField[], at: number): readonly FormField[] {
  const [before, field] = [fields[at - 1] as FormField, fields[at] as FormField];
  const whole = { name: before.name, value: `${before.value}&${field.name}=${field.value}` };
  return fields.toSpliced(at - 1, 2, whole);
}

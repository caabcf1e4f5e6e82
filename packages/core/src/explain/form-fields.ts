/** The fields of a trial’s form, and the texts that other programs write of them. */
import { sortedFormLines } from '../schemes/form-readings.ts';
import type { TemplateOptions } from '../schemes/template-options.ts';
import { type FormField, parseUrlencoded } from '../text/form.ts';
import { declaredAs } from './declared.ts';
import { BRACKETS, FORM_PRINTERS, type FormPrinter, printForm, printName } from './form-printers.ts';
import { bodyText, changeableBody, withTexts } from './other-body.ts';
import { isField, partsOf } from './other-message.ts';
import type { Change, Trial } from './trial.ts';

const MAX_FIELDS = 100;

/** A longer one is printed too often. */
const MAX_PRINTED_BYTES = 16 * 1024;

/** The name of a form’s first field. */
export const FORM_START: RegExp = /^[\w.~*%+[\]-]+=/;

/** The fields of a body that can be a form; undefined where it is none. */
export function formFields(trial: Trial): readonly FormField[] | undefined {
  const body = changeableBody(trial);
  if (!body || !FORM_START.test(bodyText(trial) ?? '')) return undefined;
  const fields = parseUrlencoded(body);
  return 'fault' in fields || fields.length > MAX_FIELDS ? undefined : fields;
}

/** Other texts in place of a form; nothing where the body is none. */
export function* withFields(
  trial: Trial,
  print: (fields: readonly FormField[]) => Iterable<string>,
): Generator<Change> {
  const fields = formFields(trial);
  if (fields) yield* withTexts(trial, print(fields));
}

/** Forms of other fields: their values as they stand, then all as every printer writes it; nothing where the body is no form, or a long one. */
export function* withOtherFields(
  trial: Trial,
  change: (fields: readonly FormField[]) => Iterable<readonly FormField[]>,
): Generator<Change> {
  const fields = trial.request.body.length > MAX_PRINTED_BYTES ? undefined : formFields(trial);
  if (fields) yield* withTexts(trial, otherForms(trial, fields, change));
}

function* otherForms(
  trial: Trial,
  fields: readonly FormField[],
  change: (fields: readonly FormField[]) => Iterable<readonly FormField[]>,
): Generator<string> {
  const isOfFields = readsFields(trial);
  for (const form of change(asTheyStand(bodyText(trial) ?? '', fields))) {
    for (const brackets of isOfFields ? BRACKETS.slice(0, 1) : BRACKETS.slice(0, 2))
      yield form.map(({ name, value }) => `${printName(name, brackets)}=${value}`).join('&');
  }
  for (const form of isOfFields ? [] : change(fields)) yield* spellings(form);
}

/** The fields with their values encoded as they are in the body. */
function asTheyStand(text: string, fields: readonly FormField[]): readonly FormField[] {
  const pairs = text.split('&').filter((pair) => pair !== '');
  return fields.map(({ name }, i) => ({ name, value: (pairs[i] ?? '').split(/=(.*)/s)[1] ?? '' }));
}

/** A form as every printer writes it, its brackets encoded or not. @param count of printers, the likeliest */
export function* spellings(fields: readonly FormField[], count?: number): Generator<string> {
  const hasBrackets = fields.some(({ name, value }) => /[[\]]/.test(name + value));
  for (const printer of FORM_PRINTERS.slice(0, count)) {
    for (const brackets of hasBrackets ? BRACKETS : (['encoded'] as const))
      yield printForm(printer, fields, brackets);
  }
}

/** One printer’s spellings. */
export function printedBy(printer: FormPrinter, fields: readonly FormField[]): readonly string[] {
  return BRACKETS.map((brackets) => printForm(printer, fields, brackets));
}

/** Whether what is signed are a form’s fields and not its text, so that how they are written makes no difference. */
export function readsFields({ scheme }: Trial): boolean {
  const { options } = declaredAs(scheme, 'template') ?? {};
  return options !== undefined && signedFields(options) !== undefined;
}

/** How a scheme signs a form’s fields: in lines, or one behind the other; undefined where it signs none. */
export function signedFields(options: TemplateOptions): 'lines' | 'concatenated' | undefined {
  if (options.body === sortedFormLines) return 'lines';
  const isOfForm = partsOf(options).some((parts) =>
    parts.some((part) => isField(part) && part.field === 'form'),
  );
  return isOfForm ? 'concatenated' : undefined;
}

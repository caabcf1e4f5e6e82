/** Forms that were parsed and written again: the same fields, written otherwise. */
import { formFields, printedBy, withFields, withOtherFields } from '../form-fields.ts';
import { FORM_PRINTERS, type FormPrinter } from '../form-printers.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { bodyText, withBody, withTexts } from '../other-body.ts';
import { COMPARED, RAW, SIGN_WHAT_IS_SENT } from './body-part.ts';

const PRINTED: readonly TrialHypothesis[] = FORM_PRINTERS.map(
  (printer: FormPrinter): TrialHypothesis => ({
    id: `body-form-${printer.id}`,
    ...COMPARED,
    changes: (trial) => withFields(trial, (fields) => printedBy(printer, fields)),
    says: () =>
      `The body is a form that was signed as ${printer.writer} writes it, and arrived as another program writes it: it was parsed and written again between, or the sender signs a different text from the one it sends.`,
    mend: () => `${RAW} ${SIGN_WHAT_IS_SENT}`,
    example: 'raw-body',
  }),
);

/** Fields with a plus sign of which each selection is tried. */
const MOST_SELECTED = 4;
/** With more fields, each is tried alone. */
const MOST_FIELDS = 16;

/** Plus signs that were signs of a text, beside those that were its blanks: before a digit, and of some fields alone. */
function* someSigns(body: string): Generator<string> {
  yield body.replaceAll('=+', '=%2B');
  yield body.replace(/\+(?=\d)/g, '%2B');
  const pairs = body.split('&');
  const places = pairs.flatMap((pair, at) => (pair.includes('+') ? [at] : [])).slice(0, MOST_FIELDS);
  const selections =
    places.length > MOST_SELECTED
      ? places.map((at) => [at])
      : Array.from({ length: 2 ** places.length - 1 }, (_, bits) =>
          places.filter((_at, i) => (bits >> i) & 1),
        );
  for (const selection of selections)
    yield pairs.map((pair, at) => (selection.includes(at) ? pair.replaceAll('+', '%2B') : pair)).join('&');
}

/** At most 22 trials of `body-form-plus`, 5 of another row; `body-form-blanks-added` one more for each way to write the rest. */
export const BODY_FORM: readonly TrialHypothesis[] = [
  ...PRINTED,
  {
    id: 'body-form-hex-case',
    ...COMPARED,
    *changes(trial) {
      yield* withBody(trial, (body) => body.replace(/%[\da-f]{2}/gi, (code) => code.toLowerCase()));
      yield* withBody(trial, (body) => body.replace(/%[\da-f]{2}/gi, (code) => code.toUpperCase()));
    },
    says: () => 'The hex digits of the body’s %2F and the like are in another case than when it was signed.',
    mend: () => `${RAW} ${SIGN_WHAT_IS_SENT}`,
    example: 'raw-body',
  },
  {
    id: 'body-form-plus',
    ...COMPARED,
    *changes(trial) {
      if (!formFields(trial)) return;
      yield* withBody(trial, (body) => body.replaceAll('+', '%2B'));
      yield* withBody(trial, (body) => body.replaceAll('%20', '+'));
      yield* withBody(trial, (body) => body.replaceAll('+', '%20'));
      yield* withBody(trial, (body) => body.replaceAll('%2B', '+'));
      yield* withTexts(trial, someSigns(bodyText(trial) ?? ''));
    },
    says: () =>
      'A plus sign and a blank were confused in the form: + means a blank there, and a plus sign is %2B.',
    mend: () => `Have the sender encode its fields (+ as %2B, as in phone numbers). ${RAW}`,
    example: 'raw-body',
  },
  {
    id: 'body-form-decoded',
    ...COMPARED,
    *changes(trial) {
      yield* withFields(trial, (fields) => [
        fields.map(({ name, value }) => `${name}=${value}`).join('&'),
        fields
          .map(({ name, value }) => `${name}=${value}`)
          .sort()
          .join('&'),
      ]);
    },
    says: () => 'The signature is of the form’s fields decoded, name=value with nothing escaped.',
    mend: () => `${RAW} ${SIGN_WHAT_IS_SENT}`,
    example: 'raw-body',
  },
  {
    id: 'body-form-blanks-added',
    ...COMPARED,
    *changes(trial) {
      if (!formFields(trial)) return;
      const pairs = (bodyText(trial) ?? '').split('&');
      yield* withTexts(trial, [
        pairs.filter((pair) => !pair.endsWith('=')).join('&'),
        pairs.map((pair) => pair.replace(/=$/, '')).join('&'),
        pairs.map((pair) => (pair.includes('=') ? pair : `${pair}=`)).join('&'),
      ]);
      yield* withOtherFields(trial, (fields) =>
        fields.some(({ value }) => value === '') ? [fields.filter(({ value }) => value !== '')] : [],
      );
    },
    says: () =>
      'Fields without a value were added to the form, or written otherwise (a= for a), after it was signed.',
    mend: () => `${RAW} ${SIGN_WHAT_IS_SENT}`,
    example: 'raw-body',
  },
  {
    id: 'body-form-line-ends',
    ...COMPARED,
    *changes(trial) {
      if (!formFields(trial)) return;
      yield* withBody(trial, (body) => body.replace(/%0D%0A/gi, '%0A'));
      yield* withBody(trial, (body) => body.replace(/(?:%0D)?%0A/gi, '%0D%0A'));
    },
    says: () => 'Line ends in the form’s values were changed (LF and CR LF) after it was signed.',
    mend: () => `${RAW} Browsers and form libraries turn LF into CR LF.`,
    example: 'raw-body',
  },
];

/** Forms of which a program has changed the fields that read them: names, lists, values, their number and their order. */
import { utf8 } from '../../text/bytes.ts';
import { shownText } from '../../text/shown-text.ts';
import { declaredAs } from '../declared.ts';
import { formFields, readsFields, withFields, withOtherFields } from '../form-fields.ts';
import { otherLists, otherUnderscores } from '../form-names.ts';
import { orderedForms } from '../form-orders.ts';
import { decodedForms } from '../form-percent.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { bodyText, otherBody, withBody } from '../other-body.ts';
import type { Change, Trial } from '../trial.ts';
import { BODY_STEPS, COMPARED, RAW, SIGN_WHAT_IS_SENT } from './body-part.ts';

/** In a form with more, nobody has added or trimmed one. */
const MAX_PAIRS = 48;
const MAX_PAIR_BYTES = 16 * 1024;

/** The fields as they stand in the body; nothing where it is no form. */
function pairsOf(trial: Trial): readonly string[] {
  if (trial.request.body.length > MAX_PAIR_BYTES || !formFields(trial)) return [];
  const pairs = (bodyText(trial) ?? '').split('&');
  return pairs.length > MAX_PAIRS ? [] : pairs;
}

/** The form without some of its fields, none of which the scheme looks for. */
function* omitting(trial: Trial): Generator<Change> {
  const pairs = pairsOf(trial);
  const { signature, timestamp, id, nonce, keyId } = declaredAs(trial.scheme, 'template')?.options ?? {};
  const expected = [signature, timestamp, id, nonce, keyId].flatMap((source) =>
    source && 'field' in source ? source.field : [],
  );
  for (let count = 1; count < pairs.length; count++) {
    const starts = count === 1 ? pairs.map((_, i) => pairs.length - 1 - i) : [pairs.length - count, 0];
    for (const start of starts) {
      const added = pairs.slice(start, start + count).map((pair) => pair.split('=', 1)[0] as string);
      if (added.some((name) => expected.includes(name))) continue;
      const names = added.join(', ');
      const rest = pairs.toSpliced(start, count).join('&');
      yield* otherBody(trial, utf8(rest), shownText(names.slice(0, MAX_NAME_CHARS)));
    }
    if (count === MAX_ADDED) return;
  }
}

/** Added together, before the others or behind them. */
const MAX_ADDED = 4;
const MAX_NAME_CHARS = 80;

/** What trimming has cut off, as forms write it: behind a value, then before it. */
const TRIMMED = ['+', '%20', '%0A', '%0D%0A', '%09'];

function* untrimmed(trial: Trial): Generator<Change> {
  const pairs = pairsOf(trial);
  const blanks = readsFields(trial) ? TRIMMED.slice(1) : TRIMMED;
  for (const [at, pair] of pairs.entries()) {
    const equals = pair.indexOf('=') + 1;
    if (equals === 0) continue;
    const name = shownText(pair.slice(0, Math.min(equals - 1, MAX_NAME_CHARS)));
    for (const blank of blanks) {
      for (const other of [pair + blank, pair.slice(0, equals) + blank + pair.slice(equals)])
        yield* otherBody(trial, utf8(pairs.toSpliced(at, 1, other).join('&')), name);
    }
  }
}

/** At most 48 trials a row where not said; those that print the fields again try each way to write them. */
export const BODY_FORM_FIELDS: readonly TrialHypothesis[] = [
  {
    id: 'body-form-lists',
    ...COMPARED,
    *changes(trial) {
      if (!formFields(trial)) return;
      const numbers = /(?:\[|%5B)\d*(?:\]|%5D)(?==)/gi;
      yield* withBody(trial, (body) => body.replace(numbers, ''));
      yield* withBody(trial, (body) => body.replace(numbers, '[]'));
      yield* withBody(trial, (body) => body.replace(numbers, '%5B%5D'));
      yield* withBody(trial, (body) => body.replace(/%5B/gi, '[').replace(/%5D/gi, ']'));
      yield* withBody(trial, (body) => body.replaceAll('[', '%5B').replaceAll(']', '%5D'));
      yield* withOtherFields(trial, otherLists);
    },
    says: () =>
      'Lists in the form are written otherwise than when it was signed: a=1&a=2, a[]=1, a[0]=1, a%5B0%5D=1, a=1,2. It was parsed and written again.',
    mend: () => `${RAW} ${SIGN_WHAT_IS_SENT}`,
    example: 'raw-body',
  },
  {
    id: 'body-form-underscores',
    ...COMPARED,
    changes: (trial) => withOtherFields(trial, otherUnderscores),
    says: () =>
      'Names of the form’s fields had points or blanks when it was signed, and have _ now: PHP writes them so in $_POST, from which the form was printed again.',
    mend: () => `${RAW} In PHP: file_get_contents('php://input').`,
    example: 'raw-body',
  },
  {
    id: 'body-form-field-added',
    ...BODY_STEPS,
    changes: omitting,
    says: (name) => `The form was signed without ${name}: that was added after it was signed.`,
    mend: (name) =>
      `Hand the gate the form before anything adds ${name} to it: look for a middleware, a page or a proxy that does. If the sender does, it must sign the whole form.`,
    example: 'raw-body',
  },
  {
    id: 'body-form-percent-decoded',
    ...BODY_STEPS,
    changes: decodedForms,
    says: () =>
      'The form was signed with its values percent-encoded, and arrives decoded as a whole: %26 has become &, and %2B has become +.',
    mend: () =>
      `${RAW} A form is decoded once, field by field, after it was parsed: urldecode or unquote over the whole of it changes what it says.`,
    example: 'raw-body',
  },
  {
    id: 'body-form-values-trimmed',
    ...COMPARED,
    changes: untrimmed,
    says: (name) =>
      `The value of ${name} had a blank or a line end at one of its ends when the form was signed: it was trimmed since.`,
    mend: () =>
      `${RAW} Laravel’s TrimStrings and other middlewares that clean input must come after the gate.`,
    example: 'raw-body',
  },
  {
    id: 'body-form-order',
    ...COMPARED,
    changes: (trial) => withFields(trial, (fields) => orderedForms(trial, fields)),
    says: () => 'The form’s fields stand in another order than when it was signed.',
    mend: () => `${RAW} ${SIGN_WHAT_IS_SENT}`,
    example: 'raw-body',
  },
];

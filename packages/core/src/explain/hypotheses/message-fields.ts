/** Messages of a form’s fields (Twilio’s, Flow Production Tracking’s) that the sender puts together otherwise than the gate. */

import { SORTED_FORM } from '../../schemes/body-proof.ts';
import { bodyWithoutField, sortedFormLines } from '../../schemes/form-readings.ts';
import type { MessageField } from '../../schemes/message-part.ts';
import { BODY } from '../../schemes/message-parts.ts';
import { template } from '../../schemes/message-template.ts';
import type { TemplateOptions } from '../../schemes/template-options.ts';
import { utf8, utf8Text } from '../../text/bytes.ts';
import { compareText } from '../../text/compare-text.ts';
import type { FormField } from '../../text/form.ts';
import { shownText } from '../../text/shown-text.ts';
import { declaredAs } from '../declared.ts';
import { formFields, signedFields } from '../form-fields.ts';
import { FORM_PRINTERS, type FormPrinter, formText } from '../form-printers.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { isField, partsOf } from '../other-message.ts';
import { withTemplate } from '../other-options.ts';
import type { Change, Trial } from '../trial.ts';

type Order = 'sorted' | 'as-sent' | 'reversed' | 'sorted-by-small-letters';

/** How fields become a text. */
interface FieldsForm {
  /** Between name and value. */
  readonly between: string;
  /** Between two fields. */
  readonly joint: string;
  /** Whether that stands behind the last as well. */
  readonly isEnded: boolean;
  readonly order: Order;
  readonly hasBlanks: boolean;
  /** What encodes the values; absent: they are as they were decoded. */
  readonly printer?: FormPrinter;
  readonly encodesNames?: boolean;
  readonly leftOut?: string;
}

const LINES: FieldsForm = {
  between: '=',
  joint: '\r\n',
  isEnded: true,
  order: 'sorted',
  hasBlanks: false,
};
const CONCATENATED: FieldsForm = {
  between: '',
  joint: '',
  isEnded: false,
  order: 'sorted',
  hasBlanks: true,
};

/** How the scheme has them; undefined where it signs no fields. */
function ownForm(options: TemplateOptions): FieldsForm | undefined {
  const kind = signedFields(options);
  return kind && { lines: LINES, concatenated: CONCATENATED }[kind];
}

const ORDERS: Readonly<Record<Order, (fields: readonly FormField[]) => readonly FormField[]>> = {
  sorted: (fields) => fields.toSorted(byName((name) => name)),
  'as-sent': (fields) => fields,
  reversed: (fields) => fields.toSorted(byName((name) => name)).reverse(),
  'sorted-by-small-letters': (fields) => fields.toSorted(byName((name) => name.toLowerCase())),
};

function byName(keyOf: (name: string) => string): (a: FormField, b: FormField) => number {
  return (a, b) => compareText(keyOf(a.name), keyOf(b.name)) || compareText(a.value, b.value);
}

function textOf(fields: readonly FormField[], form: FieldsForm): string {
  const { between, joint, isEnded, order, hasBlanks, printer, encodesNames, leftOut } = form;
  const covered = fields.filter(({ name, value }) => (hasBlanks || value !== '') && name !== leftOut);
  const pairs = ORDERS[order](covered).map(({ name, value }) => {
    const names = printer && encodesNames ? formText(printer, name) : name;
    return names + between + (printer ? formText(printer, value) : value);
  });
  return pairs.join(joint) + (isEnded ? joint : '');
}

function optionsOf(options: TemplateOptions, form: FieldsForm): TemplateOptions {
  if (options.body === sortedFormLines) {
    const reading = {
      name: 'other-lines',
      read: ({ found }: Parameters<(typeof sortedFormLines)[number]['read']>[0]) =>
        utf8(textOf(found.form ?? [], form)),
    };
    return { ...options, body: [reading] };
  }
  const fields: MessageField = {
    ...SORTED_FORM,
    reader:
      () =>
      ({ found }) =>
        utf8Text(textOf(found.form ?? [], form)),
  };
  const [parts = []] = partsOf(options);
  const other = parts.map((part) => (isField(part) && part.field === 'form' ? fields : part));
  return { ...options, message: template(...other) };
}

/** The form’s text in place of its fields. @param isAlone whether nothing else is signed */
function rawOptions(options: TemplateOptions, isAlone: boolean): TemplateOptions {
  const { signature } = options;
  if ('field' in signature) return { ...options, body: bodyWithoutField(signature.field) };
  const { bodyDigest: _, ...rest } = options;
  const [parts = []] = partsOf(options);
  const other = isAlone
    ? [BODY]
    : parts.map((part) => (isField(part) && part.field === 'form' ? BODY : part));
  return { ...rest, message: template(...other) };
}

const QUOTED: Readonly<Record<string, string>> = { '\r\n': '\\r\\n', '\n': '\\n' };

/** E.g. name=value\r\n, or name=value&name=value. */
function layoutKey({ between, joint, isEnded }: FieldsForm): string {
  const pair = `name${between}value`;
  const separator = QUOTED[joint] ?? joint;
  return isEnded ? pair + separator : pair + separator + pair;
}

function* withForms(
  trial: Trial,
  change: (own: FieldsForm) => Iterable<FieldsForm>,
  detail: (form: FieldsForm) => string = layoutKey,
): Generator<Change> {
  const { options } = declaredAs(trial.scheme, 'template') ?? {};
  const own = options && ownForm(options);
  if (!own) return;
  const hasBlank = formFields(trial)?.some(({ value }) => value === '') === true;
  for (const form of change(own)) {
    for (const hasBlanks of hasBlank ? [own.hasBlanks, !own.hasBlanks] : [own.hasBlanks])
      yield* withTemplate(trial, (whole) => optionsOf(whole, { ...form, hasBlanks }), detail(form));
  }
}

const BETWEEN = ['=', '', ':'];
const JOINTS = ['&', '\r\n', '\n', '', '|', ',', ';'];

function* otherJoints(own: FieldsForm): Generator<FieldsForm> {
  for (const joint of JOINTS) {
    for (const between of BETWEEN) {
      for (const isEnded of joint === '' ? [false] : [false, true]) {
        const form = { ...own, between, joint, isEnded };
        if (layoutKey(form) !== layoutKey(own)) yield form;
      }
    }
  }
}

const PRINTERS = FORM_PRINTERS.filter(({ isSorted }) => !isSorted);

/** As they stand in a form, in the scheme’s own pattern and as a form is. */
function* encoded(own: FieldsForm): Generator<FieldsForm> {
  const asForm = { ...own, between: '=', joint: '&', isEnded: false };
  for (const form of [own, asForm]) {
    for (const order of form === own ? ([own.order] as const) : (['sorted', 'as-sent'] as const)) {
      for (const printer of PRINTERS) yield { ...form, order, printer, encodesNames: form !== own };
    }
  }
}

/** A form of more has no field that anybody looks for. */
const MAX_FIELDS = 40;

const AS_EXPECTED =
  'Have the sender build the text as the scheme describes it: what stands between name and value and between two fields, and in which order they stand.';

const MESSAGE_ROW = {
  part: 'message',
  steps: ['compare'],
  isTriedAlone: true,
  example: 'message-parts',
} as const;

/** `message-fields-joined` 36 trials at most, `-encoded` 21, `-order` 3, `-as-text` 2, `-left-out` 1 a field, twice as many where fields are blank; of schemes that sign fields. */
export const MESSAGE_FIELDS: readonly TrialHypothesis[] = [
  {
    ...MESSAGE_ROW,
    id: 'message-fields-joined',
    changes: (trial) => withForms(trial, otherJoints),
    says: (pattern) =>
      `The sender puts the fields of the form together otherwise: what it signs is ${pattern}.`,
    mend: () => AS_EXPECTED,
  },
  {
    ...MESSAGE_ROW,
    id: 'message-fields-order',
    changes: (trial) =>
      withForms(trial, (own) =>
        (['as-sent', 'reversed', 'sorted-by-small-letters'] as const).map((order) => ({ ...own, order })),
      ),
    says: () =>
      'The sender signs the fields of the form in another order than the scheme’s, which sorts them by name.',
    mend: () => AS_EXPECTED,
  },
  {
    ...MESSAGE_ROW,
    id: 'message-fields-as-text',
    *changes(trial) {
      const { options } = declaredAs(trial.scheme, 'template') ?? {};
      if (!options || !ownForm(options)) return;
      for (const isAlone of [true, false])
        yield* withTemplate(trial, (whole) => rawOptions(whole, isAlone), isAlone ? ' alone' : '');
    },
    says: (alone) =>
      `The sender signs the text of the form${alone}, name=value&name=value as it is sent, and not its fields, sorted and decoded.`,
    mend: () => AS_EXPECTED,
  },
  {
    ...MESSAGE_ROW,
    id: 'message-fields-encoded',
    changes: (trial) => withForms(trial, encoded),
    says: (pattern) =>
      `The sender signs the values as they are percent-encoded in the form, and not decoded: what it signs is ${pattern}.`,
    mend: () => 'Have the sender sign names and values decoded, as they are before the form is written.',
  },
  {
    ...MESSAGE_ROW,
    id: 'message-fields-left-out',
    *changes(trial) {
      const names = new Set(formFields(trial)?.map(({ name }) => name));
      if (names.size > MAX_FIELDS) return;
      for (const leftOut of names)
        yield* withForms(
          trial,
          (own) => [{ ...own, leftOut }],
          () => shownText(leftOut.slice(0, 80)),
        );
    },
    says: (name) => `The sender leaves the field ${name} out of what it signs.`,
    mend: (name) => `Have the sender sign every field of the form, ${name} as well.`,
  },
];

/** Forms that were parsed and written again, or made of another kind of body. */

import { utf8 } from '../../text/bytes.ts';
import type { FormField } from '../../text/form.ts';
import { parseUrlencoded } from '../../text/form.ts';
import { FORM_PRINTERS, type FormPrinter, formText, printForm } from '../form-printers.ts';
import type { Tried } from '../hypothesis.ts';
import { printTree } from '../json-print.ts';
import type { JsonTree } from '../json-tree.ts';
import { bodyJson, bodyText, changeableBody, otherBody, withBody, withTexts } from '../other-body.ts';
import type { Change, Trial } from '../trial.ts';
import { BODY_STEPS, COMPARED, RAW, SIGN_WHAT_IS_SENT } from './body-part.ts';
import { FEW_STYLES } from './few-styles.ts';
import { ordersOf } from './orders.ts';

const FORM = 'application/x-www-form-urlencoded';
const MAX_FIELDS = 100;

/** The fields of a body that can be a form; undefined where it is none. */
function fieldsOf(trial: Trial): readonly FormField[] | undefined {
  const body = changeableBody(trial);
  if (!body || !/^[\w.~*%+[\]-]+=/.test(bodyText(trial) ?? '')) return undefined;
  const fields = parseUrlencoded(body);
  return 'fault' in fields || fields.length > MAX_FIELDS ? undefined : fields;
}

function* withFields(
  trial: Trial,
  print: (fields: readonly FormField[]) => Iterable<string>,
): Generator<Change> {
  const fields = fieldsOf(trial);
  if (fields) yield* withTexts(trial, print(fields));
}

/** The same with the type of a form, which schemes ask for that read fields. */
function* asForm(trial: Trial, texts: Iterable<string>): Generator<Change> {
  const headers = trial.request.headers.with('Content-Type', FORM);
  for (const text of texts) {
    const body = utf8(text);
    for (const change of otherBody(trial, body))
      yield { ...change, request: { ...trial.request, headers, body } };
  }
}

/** The fields that an object of texts, numbers and such is; undefined where it holds others. */
function fieldsOfJson(tree: JsonTree | undefined): readonly FormField[] | undefined {
  if (tree?.kind !== 'object' || tree.members.length > MAX_FIELDS) return undefined;
  const fields: FormField[] = [];
  for (const { name, value } of tree.members) {
    if (value.kind === 'text') fields.push({ name, value: value.text });
    else if (value.kind === 'word') fields.push({ name, value: value.word === 'null' ? '' : value.word });
    else return undefined;
  }
  return fields;
}

function jsonOf(fields: readonly FormField[]): JsonTree {
  return {
    kind: 'object',
    members: fields.map(({ name, value }) => ({ name, value: { kind: 'text', text: value } })),
  };
}

/** Payloads of GitHub and Slack are one field that holds JSON. */
const PAYLOAD = 'payload';

const PRINTED: readonly Tried[] = FORM_PRINTERS.map(
  (printer: FormPrinter): Tried => ({
    id: `body-form-${printer.id}`,
    ...COMPARED,
    changes: (trial) => withFields(trial, (fields) => [printForm(printer, fields)]),
    says: () =>
      `The body is a form that was signed as ${printer.writer} writes it, and arrived as another program writes it: it was parsed and written again between, or the sender signs another text than it sends.`,
    mend: () => `${RAW} ${SIGN_WHAT_IS_SENT}`,
    example: 'raw-body',
  }),
);

/** One trial a printer; `body-form-order` 120 at most, the others 8 at most. */
export const BODY_FORM: readonly Tried[] = [
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
      if (!fieldsOf(trial)) return;
      yield* withBody(trial, (body) => body.replaceAll('+', '%2B'));
      yield* withBody(trial, (body) => body.replaceAll('%20', '+'));
      yield* withBody(trial, (body) => body.replaceAll('+', '%20'));
      yield* withBody(trial, (body) => body.replaceAll('%2B', '+'));
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
      if (!fieldsOf(trial)) return;
      const pairs = (bodyText(trial) ?? '').split('&');
      yield* withTexts(trial, [
        pairs.filter((pair) => !pair.endsWith('=')).join('&'),
        pairs.map((pair) => pair.replace(/=$/, '')).join('&'),
        pairs.map((pair) => (pair.includes('=') ? pair : `${pair}=`)).join('&'),
      ]);
    },
    says: () =>
      'Fields without a value were added to the form, or written otherwise (a= for a), after it was signed.',
    mend: () => `${RAW} ${SIGN_WHAT_IS_SENT}`,
    example: 'raw-body',
  },
  {
    id: 'body-form-lists',
    ...COMPARED,
    *changes(trial) {
      const open = '(?:\\[|%5B)';
      const close = '(?:\\]|%5D)';
      const numbered = new RegExp(`${open}(\\d*)${close}(?==)`, 'gi');
      if (!fieldsOf(trial)) return;
      yield* withBody(trial, (body) => body.replace(numbered, ''));
      yield* withBody(trial, (body) => body.replace(numbered, '[]'));
      yield* withBody(trial, (body) => body.replace(numbered, '%5B%5D'));
      yield* withBody(trial, (body) => numberedLists(body, '[', ']'));
      yield* withBody(trial, (body) => numberedLists(body, '%5B', '%5D'));
      yield* withBody(trial, (body) => body.replace(/%5B/gi, '[').replace(/%5D/gi, ']'));
      yield* withBody(trial, (body) => body.replaceAll('[', '%5B').replaceAll(']', '%5D'));
    },
    says: () =>
      'Lists in the form are written otherwise than when it was signed: a=1&a=2, a[]=1, a[0]=1, a%5B0%5D=1.',
    mend: () => `${RAW} ${SIGN_WHAT_IS_SENT}`,
    example: 'raw-body',
  },
  {
    id: 'body-form-line-ends',
    ...COMPARED,
    *changes(trial) {
      if (!fieldsOf(trial)) return;
      yield* withBody(trial, (body) => body.replace(/%0D%0A/gi, '%0A'));
      yield* withBody(trial, (body) => body.replace(/(?:%0D)?%0A/gi, '%0D%0A'));
    },
    says: () => 'Line ends in the form’s values were changed (LF and CR LF) after it was signed.',
    mend: () => `${RAW} Browsers and form libraries turn LF into CR LF.`,
    example: 'raw-body',
  },
  {
    id: 'body-form-of-json',
    ...BODY_STEPS,
    *changes(trial) {
      const fields = fieldsOfJson(bodyJson(trial));
      if (!fields || fields.length === 0) return;
      yield* asForm(
        trial,
        FORM_PRINTERS.map((printer) => printForm(printer, fields)),
      );
    },
    says: () => 'The body was signed as a form, and arrives as JSON.',
    mend: () => `${RAW} A parser, a function platform or an integration made JSON of its fields.`,
    example: 'raw-body',
  },
  {
    id: 'body-json-of-form',
    ...BODY_STEPS,
    *changes(trial) {
      const fields = fieldsOf(trial);
      if (!fields || fields.length === 0) return;
      const headers = trial.request.headers.with('Content-Type', 'application/json');
      for (const style of FEW_STYLES) {
        const body = utf8(printTree(style, jsonOf(fields)));
        yield { request: { ...trial.request, headers, body } };
      }
    },
    says: () => 'The body was signed as JSON, and arrives as a form.',
    mend: () =>
      'Have the sender send what it signs: Content-Type: application/json with the JSON as the body (json= in Python’s requests, not data=).',
    example: 'raw-body',
  },
  {
    id: 'body-form-field-alone',
    ...BODY_STEPS,
    *changes(trial) {
      const fields = fieldsOf(trial);
      const [only] = fields?.length === 1 ? fields : [];
      if (only && only.value !== '') yield* otherBody(trial, utf8(only.value));
    },
    says: () => 'The signature is of what stands in the form’s only field, and not of the form.',
    mend: () =>
      'Send the text itself as the body, with its own Content-Type; with curl: -H "Content-Type: application/json" --data-binary.',
    example: 'raw-body',
  },
  {
    id: 'body-payload-taken-out',
    ...BODY_STEPS,
    *changes(trial) {
      const text = bodyText(trial);
      if (text === undefined || !bodyJson(trial)) return;
      yield* asForm(
        trial,
        FORM_PRINTERS.map((printer) => `${PAYLOAD}=${formText(printer, text)}`),
      );
    },
    says: () =>
      'The signature is of the form payload=…, as GitHub and Slack send it, and the JSON was taken out of it.',
    mend: () => `${RAW} Or have GitHub send JSON: Content type application/json in the webhook’s settings.`,
    example: 'raw-body',
  },
  {
    id: 'body-form-order',
    ...COMPARED,
    changes: (trial) => withFields(trial, reordered),
    says: () => 'The form’s fields stand in another order than when it was signed.',
    mend: () => `${RAW} ${SIGN_WHAT_IS_SENT}`,
    example: 'raw-body',
  },
];

/** 5 fields have 120 orders. */
const MAX_REORDERED = 5;

function* reordered(fields: readonly FormField[]): Generator<string> {
  const [printer] = FORM_PRINTERS;
  if (fields.length < 2 || fields.length > MAX_REORDERED || !printer) return;
  for (const order of ordersOf(fields)) yield printForm(printer, order);
}

/** Fields of one name as a list of numbers. */
function numberedLists(body: string, open: string, close: string): string {
  const counts = new Map<string, number>();
  const pairs = body.split('&').map((pair): [string, string] => {
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    return [name.replace(/(?:\[\d*\]|%5B\d*%5D)$/i, ''), value];
  });
  return pairs
    .map(([name, value]) => {
      if (pairs.filter(([other]) => other === name).length < 2) return `${name}=${value}`;
      const count = counts.get(name) ?? 0;
      counts.set(name, count + 1);
      return `${name}${open}${count}${close}=${value}`;
    })
    .join('&');
}

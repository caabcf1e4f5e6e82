/** Forms that were made of another kind of body, or another kind of body of a form. */
import { utf8 } from '../../text/bytes.ts';
import { formFields, spellings } from '../form-fields.ts';
import { jsonTextsOf } from '../form-json.ts';
import { otherUnderscores } from '../form-names.ts';
import { FORM_PRINTERS, formText } from '../form-printers.ts';
import { formsOfTree, hasWords, isNested } from '../form-trees.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import type { JsonTree } from '../json-tree.ts';
import { bodyJson, bodyText, otherBody, withTexts } from '../other-body.ts';
import type { Change, Trial } from '../trial.ts';
import { BODY_STEPS, RAW } from './body-part.ts';

const FORM = 'application/x-www-form-urlencoded';

/** The same with the type of a form, which schemes ask for that read fields. */
function* asForm(trial: Trial, texts: Iterable<string>): Generator<Change> {
  const headers = trial.request.headers.with('Content-Type', FORM);
  for (const { request, ...change } of withTexts(trial, texts))
    if (request) yield { ...change, request: { ...request, headers } };
}

/** The forms whose fields make this JSON. Parsers of forms make texts of all values: where others stand, few are tried, and none where some are nested. */
function* formTextsOf(tree: JsonTree): Generator<string> {
  const isOfTexts = !hasWords(tree);
  if (!isOfTexts && isNested(tree)) return;
  for (const fields of formsOfTree(tree)) yield* spellings(fields, isOfTexts ? undefined : FEW_PRINTERS);
  if (!isOfTexts) return;
  for (const fields of formsOfTree(tree))
    for (const other of otherUnderscores(fields)) yield* spellings(other, FEW_PRINTERS);
}

const FEW_PRINTERS = 3;

/** Longer ones are printed too often. */
const MAX_PRINTED_BYTES = 16 * 1024;

/** Payloads of GitHub and Slack are one field that holds JSON. */
const PAYLOAD = 'payload';

function* payloadsOf(text: string): Generator<string> {
  for (const printer of FORM_PRINTERS) yield `${PAYLOAD}=${formText(printer, text)}`;
}

export const BODY_FORM_KINDS: readonly TrialHypothesis[] = [
  {
    id: 'body-form-of-json',
    ...BODY_STEPS,
    *changes(trial) {
      const tree = trial.request.body.length > MAX_PRINTED_BYTES ? undefined : bodyJson(trial);
      if (tree) yield* asForm(trial, formTextsOf(tree));
    },
    says: () => 'The body was signed as a form, and arrives as JSON.',
    mend: () => `${RAW} A parser, a function platform or an integration made JSON of its fields.`,
    example: 'raw-body',
  },
  {
    id: 'body-json-of-form',
    ...BODY_STEPS,
    *changes(trial) {
      const fields = trial.request.body.length > MAX_PRINTED_BYTES ? undefined : formFields(trial);
      if (!fields || fields.length === 0) return;
      const headers = trial.request.headers.with('Content-Type', 'application/json');
      for (const text of jsonTextsOf(fields)) {
        const body = utf8(text);
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
      const fields = formFields(trial);
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
      yield* asForm(trial, payloadsOf(text));
    },
    says: () =>
      'The signature is of the form payload=…, as GitHub and Slack send it, and the JSON was taken out of it.',
    mend: () =>
      `${RAW} GitHub can send JSON instead: Content type application/json in the webhook’s settings.`,
    example: 'raw-body',
  },
];

/** Bodies that hold a trace of what was done to them, and of which no trial can prove it: what they were is lost. */

import { decodeUtf8, isAscii } from '../../text/bytes.ts';
import { shownText } from '../../text/shown-text.ts';
import { declaredAs } from '../declared.ts';
import { formFields, readsFields } from '../form-fields.ts';
import type { SignHypothesis } from '../hypothesis.ts';
import { isInOrder } from '../orders.ts';
import { bodyJson, bodyText, bodyType, changeableBody } from '../other-body.ts';
import type { Trial } from '../trial.ts';
import { BODY_STEPS, RAW, SIGN_WHAT_IS_SENT } from './body-part.ts';

/** Longer ones are not looked through. */
const MAX_BYTES = 64 * 1024;
const MAX_NAME_CHARS = 80;

function shownName(name: string): string {
  return shownText(name.slice(0, MAX_NAME_CHARS));
}

const URLS = /[a-z][a-z\d+.-]*:\/\/[^\s"'<>]*/gi;

/** In a word, in its place, or at the beginning of one: a question mark of a sentence stands at the end of a word. */
const IN_WORDS = /\p{L}\?(?![\w-]*=)\p{L}|(?<![\p{L}\d?!)])\?{2,}(?![?!])|["'> ]\?\p{L}/u;

/** Whether letters have become question marks: none is left beyond ASCII, and none is escaped. */
function hasReplacedLetters(trial: Trial): boolean {
  if (trial.request.body.length > MAX_BYTES) return false;
  const text = bodyText(trial);
  if (text === undefined || !text.includes('?') || !isAscii(text)) return false;
  return (
    !/\\u[\da-f]{4}|%[89a-f][\da-f]|&#?\w{2,8};/i.test(text.replace(/&amp;|&lt;|&gt;|&quot;/g, '')) &&
    IN_WORDS.test(text.replace(URLS, ''))
  );
}

/** The member whose text is blanks alone, of a JSON without a letter beyond ASCII, escaped or not. */
function blankMember(trial: Trial): string | undefined {
  if (trial.request.body.length > MAX_BYTES) return undefined;
  const text = bodyText(trial);
  if (text === undefined || !isAscii(text) || /\\u[\da-f]{4}/i.test(text)) return undefined;
  const [, name] = /"([^"\\]{1,80})"\s*:\s*" +"/.exec(text) ?? [];
  return name !== undefined && bodyJson(trial) ? shownName(name) : undefined;
}

/** The field that holds the beginning only of the list that another has: `ids=1` beside `selected_ids=1,2`. */
function cutList(trial: Trial): string | undefined {
  const fields = formFields(trial) ?? [];
  const cut = fields.find(({ name, value }) =>
    fields.some(
      (other) => other.name.endsWith(`_${name}`) && value !== '' && other.value.startsWith(`${value},`),
    ),
  );
  return cut && shownName(cut.name);
}

/** So many are hardly in the order of their names by chance. */
const MIN_SORTED = 6;

/** Whether the fields are in the order of their names, where another order may have been signed. */
function isSorted(trial: Trial): boolean {
  const fields = readsFields(trial) ? [] : (formFields(trial) ?? []);
  const names = new Set(fields.map(({ name }) => name));
  return names.size >= MIN_SORTED && isInOrder(fields.map(({ name }) => name));
}

/** Whether the body says that it is UTF-8, as JSON is, and holds bytes that are none. */
function isOfOtherCharset(trial: Trial): boolean {
  const body = changeableBody(trial);
  if (!body || body.length > MAX_BYTES || decodeUtf8(body) !== undefined) return false;
  const isObject = body[0] === 0x7b || body[0] === 0x5b;
  const media = bodyType(trial);
  const isJson = isObject && (media === undefined || /[/+]json$/.test(media.type));
  const hasControls = body.some((byte) => byte < 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09);
  return !hasControls && (isJson || media?.parameters.get('charset')?.toLowerCase() === 'utf-8');
}

/** What Python prints of a dict or a list of texts or dicts. */
const PYTHON_DATA = /^(?:\{'[^']*': |\[(?:\{'[^']*': |'[^']*'(?:, |\]$)))/;

/** The first field that holds such a value. */
function fieldWith(trial: Trial, isIt: (value: string, name: string) => boolean): string | undefined {
  const field = formFields(trial)?.find(({ name, value }) => isIt(value, name));
  return field && shownName(field.name);
}

/** Who writes such boundaries, and what stands in the User-Agent of these. */
const BOUNDARIES: readonly { readonly form: RegExp; readonly writer: string; readonly agents: RegExp }[] = [
  { form: /^[\da-f]{32}$/, writer: 'Python’s requests', agents: /python|requests|urllib|httpx|aiohttp/i },
  { form: /^-{24}[\da-zA-Z]{16,22}$/, writer: 'curl', agents: /curl/i },
  { form: /^-{4}formdata-undici-\d+$/, writer: 'Node’s fetch', agents: /node|undici/i },
  { form: /^-{26}\d{24}$/, writer: 'Node’s form-data', agents: /node|axios|got|fetch|postman/i },
  { form: /^[\da-f]{60}$/, writer: 'Go', agents: /go-http/i },
  { form: /^-{4}WebKitFormBoundary\w{16}$/, writer: 'a browser', agents: /mozilla/i },
  { form: /^-+=_Part_\d+_\d+\.\d+$/, writer: 'Java', agents: /java|okhttp/i },
];

/** Who wrote the boundary, where the User-Agent names another program. */
function otherWriter(trial: Trial): string | undefined {
  const { request, scheme } = trial;
  const media = bodyType(trial);
  const boundary = media?.type.startsWith('multipart/') ? media.parameters.get('boundary') : undefined;
  const agent = request.headers.get('user-agent');
  if (boundary === undefined || agent === undefined || !scheme.readsBody) return undefined;
  const row = BOUNDARIES.find(({ form }) => form.test(boundary));
  return row?.agents.test(agent) === false ? row.writer : undefined;
}

/** Members that queues, functions and forwarders put beside what they hand on. */
const AROUND =
  /^(?:isBase64Encoded|requestContext|httpMethod|receiptHandle|MessageId|messageId|received_?[aA]t|headers|queryStringParameters|specversion|subscription|attributes)$/;
const INSIDE = ['body', 'Body', 'payload', 'data', 'Message', 'message', 'event', 'detail'];

/** The member that holds what was sent, of a body that is the event of a queue or function. */
/** A notification of SNS is such an event; where the gate is of SNS, it is what was signed. */
function payloadMember(trial: Trial): string | undefined {
  if (declaredAs(trial.scheme, 'certificate')) return undefined;
  const tree = bodyJson(trial);
  if (tree?.kind !== 'object') return undefined;
  const names = tree.members.map(({ name }) => name);
  const inside = INSIDE.find((name) => names.includes(name));
  return inside !== undefined && names.some((name) => AROUND.test(name)) ? inside : undefined;
}

export const BODY_TRACES: readonly SignHypothesis[] = [
  {
    id: 'body-letters-replaced',
    ...BODY_STEPS,
    certainty: 'likely',
    sees: (trial) => (hasReplacedLetters(trial) ? '' : undefined),
    says: () =>
      'Question marks stand in the words of the body where letters beyond ASCII were: it was encoded in a charset that lacks them after it was signed, and they are lost.',
    mend: () =>
      'Hand the gate the raw body, as bytes; where a text must be encoded, do it in UTF-8: in Java getBytes(UTF_8), in Python encode("utf-8") without errors="replace", in .NET Encoding.UTF8.',
    example: 'charset',
  },
  {
    id: 'body-letters-left-out',
    ...BODY_STEPS,
    certainty: 'possible',
    sees: blankMember,
    says: (name) =>
      `The text of ${name} in the body is a blank, and no letter beyond ASCII is left: if there were some, they were left out when the body was encoded in ASCII after it was signed.`,
    mend: () =>
      'Hand the gate the raw body, as bytes; where a text must be encoded, do it in UTF-8: in Python encode("utf-8"), not encode("ascii", "ignore").',
    example: 'charset',
  },
  {
    id: 'body-charset-other',
    ...BODY_STEPS,
    certainty: 'likely',
    sees: (trial) => (isOfOtherCharset(trial) ? '' : undefined),
    says: () =>
      'The body is not UTF-8, which it has to be: it was converted to another charset (Latin-1 or Windows-1252), and what that lacks is lost.',
    mend: () =>
      'Hand the gate the raw body, as bytes: nothing may make a text of it and bytes again. Where a text must be encoded, do it in UTF-8.',
    example: 'charset',
  },
  {
    id: 'body-form-of-objects',
    ...BODY_STEPS,
    certainty: 'likely',
    sees: (trial) => fieldWith(trial, (value) => /^\[object \w+\](?:,\[object \w+\])*$/.test(value)),
    says: (name) =>
      `The field ${name} of the form holds [object Object], what JavaScript calls an object: a parser made objects of nested fields, and another program wrote these as a form.`,
    mend: () => `${RAW} An object that a parser has made cannot be turned back into them.`,
    example: 'raw-body',
  },
  {
    id: 'body-form-sorted',
    ...BODY_STEPS,
    certainty: 'possible',
    sees: (trial) => (isSorted(trial) ? '' : undefined),
    says: () =>
      'The form’s fields stand in the order of their names, as Go’s url.Values.Encode and PHP’s ksort put them: if they were signed in another order, the form was parsed and written again.',
    mend: () => `${RAW} ${SIGN_WHAT_IS_SENT}`,
    example: 'raw-body',
  },
  {
    id: 'body-form-list-cut',
    ...BODY_STEPS,
    certainty: 'possible',
    sees: cutList,
    says: (name) =>
      `The field ${name} of the form holds only the beginning of a list that another field has: its value may have been cut at the first comma after it was signed.`,
    mend: () => `${RAW} Middlewares that clean or shorten values must come after the gate.`,
    example: 'raw-body',
  },
  {
    id: 'body-format-python-data',
    ...BODY_STEPS,
    certainty: 'likely',
    sees: (trial) => fieldWith(trial, (value) => PYTHON_DATA.test(value)),
    says: (name) =>
      `The field ${name} of the form holds what Python prints of a dict or list: JSON was signed, and what was sent is a form of its members.`,
    mend: () =>
      'Have the sender send what it signs: print the JSON once with json.dumps, sign that text, and send it as data= with Content-Type: application/json. A dict as data= makes a form of it.',
    example: 'raw-body',
  },
  {
    id: 'body-format-nested-names',
    ...BODY_STEPS,
    certainty: 'possible',
    sees: (trial) => fieldWith(trial, (_, name) => /^[^[\]]+\[[^[\]]+\]\[[^[\]]*\]|\[\d+\]$/.test(name)),
    says: (name) =>
      `The body is a form with names such as ${name}, which programs write that make a form of JSON: if JSON was signed, it was sent as a form.`,
    mend: () =>
      'Have the sender send what it signs: the JSON as the body, with Content-Type: application/json; http_build_query and the like make a form of it.',
    example: 'raw-body',
  },
  {
    id: 'body-multipart-rewritten',
    ...BODY_STEPS,
    certainty: 'possible',
    sees: otherWriter,
    says: (writer) =>
      `The boundary of the multipart body is one that ${writer} writes, and the User-Agent names another program: if the body was parsed and written again on its way, its boundary is another than the one that was signed.`,
    mend: () => `${RAW} A multipart body must not be parsed and built again on its way.`,
    example: 'raw-body',
  },
  {
    id: 'body-envelope-around',
    ...BODY_STEPS,
    certainty: 'possible',
    sees: payloadMember,
    says: (name) =>
      `The body is the event of a queue, a function or a forwarder, and what was sent stands in its member ${name}: if the signature is of that alone, it may have been parsed and printed again.`,
    mend: (name) =>
      `Hand the gate what the sender sent: the text of ${name}, decoded from base64 where it is, and not an object that was made of it.`,
    example: 'raw-body-lambda',
  },
];

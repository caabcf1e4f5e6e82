/** Bodies that are not the bytes that were signed: the likeliest first. */
import { allAloneExcept, type Hypothesis, isTried, rowsOf } from '../hypothesis.ts';
import { BODY_BLANKS } from './body-blanks.ts';
import { BODY_CHARSET } from './body-charset.ts';
import { BODY_CODING } from './body-coding.ts';
import { BODY_CURL_DATA, BODY_JSON_AS_FORM } from './body-curl-data.ts';
import { BODY_ENVELOPE } from './body-envelope.ts';
import { BODY_FORM } from './body-form.ts';
import { BODY_FORM_FIELDS } from './body-form-fields.ts';
import { BODY_FORM_KINDS } from './body-form-kinds.ts';
import { BODY_JSON } from './body-json.ts';
import { BODY_JSON_NUMBERS } from './body-json-numbers.ts';
import { BODY_JSON_ORDER } from './body-json-order.ts';
import { BODY_JSON_VALUES } from './body-json-values.ts';
import { BODY_LITERAL } from './body-literal.ts';
import { BODY_PERCENT } from './body-percent.ts';
import { BODY_SEEN } from './body-seen.ts';
import { BODY_TEXT } from './body-text.ts';
import { BODY_TRACES } from './body-traces.ts';
import { BODY_WHOLE } from './body-whole.ts';
import { BODY_WRAPPING } from './body-wrapping.ts';
import { BODY_XML } from './body-xml.ts';

/** Those that often come together with a mistake of another part. */
const TOGETHER = [
  'body-newline-added',
  'body-newline-cut',
  'body-crlf',
  'body-bom-added',
  'body-json-compact',
  'body-json-javascript',
  'body-json-python',
  'body-json-python-compact',
  'body-json-php',
  'body-json-go',
  'body-json-sorted',
  'body-base64',
  'body-stringified-twice',
  'body-signed-empty',
  'body-compressed',
  'body-form-javascript',
  'body-form-rfc3986',
];

/** Those with many trials: what is likelier must have its turn before. In this order. */
const RARE = [
  'body-form-percent-decoded',
  'body-charset-lookalikes',
  'body-xml',
  'body-envelope-off',
  'body-json-member-added',
  'body-json-big-number',
  'body-blanks-in-lines-cut',
  'body-line-ends-lost',
  'body-json-numbers',
  'body-json-order',
  'body-backslashes-lost',
  'body-form-values-trimmed',
  'body-decompressed',
  'body-form-order',
];

const ALL: readonly Hypothesis[] = allAloneExcept(TOGETHER, [
  // Says more than its line end alone.
  ...BODY_CURL_DATA,
  ...BODY_TEXT,
  ...BODY_JSON,
  ...BODY_WHOLE,
  ...BODY_WRAPPING,
  ...BODY_CODING,
  ...BODY_CHARSET,
  ...BODY_FORM,
  ...BODY_FORM_FIELDS,
  ...BODY_FORM_KINDS,
  ...BODY_PERCENT,
  ...BODY_XML,
  ...BODY_ENVELOPE,
  ...BODY_JSON_VALUES,
  ...BODY_BLANKS,
  ...BODY_JSON_NUMBERS,
  ...BODY_JSON_ORDER,
  ...BODY_LITERAL,
  ...BODY_SEEN,
  ...BODY_TRACES,
  ...BODY_JSON_AS_FORM,
]);

const RARE_ROWS = rowsOf(RARE, ALL);

export const BODY: readonly Hypothesis[] = ALL.filter((row) => !RARE_ROWS.includes(row));

/** To be tried last, and only where no other holds. */
export const BODY_RARE: readonly Hypothesis[] = RARE_ROWS.map((row) =>
  isTried(row) ? { ...row, isLast: true } : row,
);

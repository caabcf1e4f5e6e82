/** Urlencoded forms against `URLSearchParams`, and the strictness that it lacks. */
import { decodeUtf8 } from '../../packages/core/src/text/bytes.ts';
import {
  type FormFault,
  type FormField,
  findPair,
  MAX_FIELDS,
  parseForm,
} from '../../packages/core/src/text/form.ts';
import { require, target } from '../target.ts';

export const form = target<readonly FormField[] | FormFault>({
  about:
    'the fields that URLSearchParams finds, of a form that is UTF-8, each with a name and whole escapes; any other is refused',
  words: [
    'a=1&b=2',
    '%20',
    '%C3%A9',
    '%ed%a0%80',
    '%ff',
    '&&',
    '+',
    '%',
    '%0',
    '\u00e9',
    '\ufeff',
    '%EF%BB%BF',
    '=&',
  ],
  read: (body) => parseForm('application/x-www-form-urlencoded', body),
  judge(body, fields) {
    // Every byte that is not ASCII as an escape: a text cannot hold one that is no UTF-8.
    const text = Buffer.from(body)
      .toString('latin1')
      .replace(/[\x80-\xff]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
    const isGood = isStrict(text);
    require(isGood !== 'fault' in fields, isGood
      ? `a good form is refused: ${'fault' in fields && fields.fault}`
      : 'a broken form is taken');
    if ('fault' in fields) return;
    // A question mark at its beginning would be left out.
    const theirs = [...new URLSearchParams(`&${text}`)];
    require(JSON.stringify(fields.map(({ name, value }) => [name, value])) ===
      JSON.stringify(theirs), 'URLSearchParams reads other fields');
    for (const { name } of fields) judgePlace(body, name, fields);
  },
});

/** The grammar as the documentation has it, pair by pair. */
function isStrict(text: string): boolean {
  const pairs = text.replace(/&$/, '').split('&');
  const isSmall = text === '' || pairs.length <= MAX_FIELDS;
  return isSmall && pairs.every((pair) => pair === '' || isPair(pair));
}

function isPair(pair: string): boolean {
  const [, name, value = ''] = /^([^=]+)(?:=(.*))?$/s.exec(pair) ?? [];
  return name !== undefined && isPart(name) && isPart(value);
}

/** Whole escapes only, of bytes that are UTF-8. */
function isPart(part: string): boolean {
  if (!/^(?:[^%]|%[0-9a-f]{2})*$/is.test(part)) return false;
  const bytes = part.replace(/%(..)/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));
  return decodeUtf8(Buffer.from(bytes, 'latin1')) !== undefined;
}

function judgePlace(body: Uint8Array, name: string, fields: readonly FormField[]): void {
  const pair = findPair(body, name);
  require(pair !== undefined, 'a field is not where it was read');
  const [field] = parseForm(
    'application/x-www-form-urlencoded',
    body.subarray(pair.start, pair.end),
  ) as readonly FormField[];
  const first = fields.find((candidate) => candidate.name === name);
  require(field?.name === name && field.value === first?.value, 'the pair of a name is another field');
}

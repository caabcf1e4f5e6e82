/** How the usual libraries write a form’s fields (application/x-www-form-urlencoded). */

import { isWellFormed } from '../text/bytes.ts';
import { compareText } from '../text/compare-text.ts';
import type { FormField } from '../text/form.ts';

export interface FormPrinter {
  /** Kebab-case; part of a hypothesis’ id. */
  readonly id: string;
  /** Who writes so, after “as … writes it”. */
  readonly writer: string;
  /** What stays as it is beside letters and digits. */
  readonly kept: string;
  readonly space: '+' | '%20';
  readonly isSorted?: boolean;
  readonly isLowerCase?: boolean;
}

/** The likeliest first. Where two write the same, the first names both. */
export const FORM_PRINTERS: readonly FormPrinter[] = [
  {
    id: 'javascript',
    writer: 'JavaScript’s URLSearchParams, Java’s URLEncoder or Ruby’s encode_www_form',
    kept: '*-._',
    space: '+',
  },
  {
    id: 'python',
    writer: 'Python’s urlencode, or .NET’s FormUrlEncodedContent,',
    kept: '-._~',
    space: '+',
  },
  {
    id: 'rfc3986',
    writer: 'a writer with %20 for blanks (RFC 3986: rawurlencode, quote, qs)',
    kept: '-._~',
    space: '%20',
  },
  { id: 'php', writer: 'PHP’s http_build_query', kept: '-._', space: '+' },
  { id: 'component', writer: 'JavaScript’s encodeURIComponent', kept: "-._~!*'()", space: '%20' },
  {
    id: 'java-blanks',
    writer: 'Java’s URLEncoder, or JavaScript’s URLSearchParams, with its + made %20,',
    kept: '*-._',
    space: '%20',
  },
  { id: 'go', writer: 'Go’s url.Values, sorted by name,', kept: '-._~', space: '+', isSorted: true },
  {
    id: 'rfc3986-sorted',
    writer: 'a writer with %20 for blanks that sorts the fields (as OAuth 1.0 does)',
    kept: '-._~',
    space: '%20',
    isSorted: true,
  },
  {
    id: 'dotnet',
    writer: '.NET’s HttpUtility.UrlEncode, with small letters in %2f,',
    kept: '-._!*()',
    space: '+',
    isLowerCase: true,
  },
];

/** Which of a field’s brackets stay as they are: most printers encode all. */
export type Brackets = 'encoded' | 'kept-in-names' | 'kept';

export const BRACKETS: readonly Brackets[] = ['encoded', 'kept-in-names', 'kept'];

export function printForm(
  printer: FormPrinter,
  fields: readonly FormField[],
  brackets: Brackets = 'encoded',
): string {
  const pairs = printPairs(printer, fields, brackets);
  if (!printer.isSorted) return pairs.join('&');
  const order = fields
    .map((_, i) => i)
    .toSorted((a, b) => compareText(fields[a]?.name ?? '', fields[b]?.name ?? ''));
  return order.map((i) => pairs[i]).join('&');
}

/** Each field as it stands in a form. */
export function printPairs(
  printer: FormPrinter,
  fields: readonly FormField[],
  brackets: Brackets = 'encoded',
): readonly string[] {
  return fields.map(({ name, value }) => {
    const names = formText(printer, name);
    const values = formText(printer, value);
    return `${brackets === 'encoded' ? names : withBrackets(names)}=${brackets === 'kept' ? withBrackets(values) : values}`;
  });
}

/** A name as most programs write it. */
export function printName(name: string, brackets: Brackets): string {
  const text = formText(FORM_PRINTERS[0] as FormPrinter, name);
  return brackets === 'encoded' ? text : withBrackets(text);
}

function withBrackets(encoded: string): string {
  return encoded.includes('%5') ? encoded.replace(/%5b/gi, '[').replace(/%5d/gi, ']') : encoded;
}

/** Letters and digits, which every printer keeps. */
const BARE = /^\w*$/;

export function formText({ kept, space, isLowerCase }: FormPrinter, text: string): string {
  if (BARE.test(text)) return text;
  // The platform’s own function keeps -_.!~*'(), and most printers keep fewer.
  const whole = isWellFormed(text) ? text : text.replace(/\p{Surrogate}/gu, '\ufffd');
  let escaped = encodeURIComponent(whole);
  // In long texts the platform replaces a character far faster than it calls a function for each.
  for (const char of ESCAPABLE) if (!kept.includes(char)) escaped = escaped.replaceAll(char, escapeOf(char));
  const spaced = space === '+' ? escaped.replaceAll('%20', '+') : escaped;
  return isLowerCase ? spaced.replace(/(?:%..)+/g, (codes) => codes.toLowerCase()) : spaced;
}

/** What the platform’s own function keeps beside letters and digits. */
const ESCAPABLE = "-_.!~*'()";

function escapeOf(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}

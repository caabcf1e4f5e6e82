/**
 * Decimals and dates of structured fields. The parser makes JavaScript numbers of them, in which `1.0` is `1`, another
 * value of another type, and `Date`s, of which those beyond the year 275760 are none; so both go through it as tokens,
 * and are written as RFC 9651 §4.1.5 and §4.1.10 say afterwards.
 */

/** A field's text in which each decimal and date is a token. */
export interface WithoutDecimals {
  readonly text: string;
  /** Puts them back, each in its one spelling, into what was serialised of it. */
  restore(serialised: string): string;
}

/**
 * What may hold a decimal's letters and is none is passed over: display strings, strings (which reach to the end where
 * they are not closed: the parser refuses them, and nothing is read twice), tokens and keys. A decimal has 12
 * digits before the point and 3 behind it at most, a date 15 digits, and none of a token's letters next to them.
 */
const PIECES =
  /%"[^"]*(?:"|$)|"(?:[^"\\]|\\.?)*(?:"|$)|@(-?\d{1,15})(?![\w!#$%&'*+\-.^`|~:/])|@[-\d.]*|[A-Za-z*][\w!#$%&'*+\-.^`|~:/]*|(?<![\w.-])(-?\d{1,12}\.\d{1,3})(?![\w!#$%&'*+\-.^`|~:/])/gs;

/** Sets decimals and dates apart. */
export function withoutDecimals(text: string): WithoutDecimals {
  if (!/\d\.\d|@/.test(text)) return { text, restore: (serialised) => serialised };
  const mark = markFor(text);
  const marked = new RegExp(`${mark.replaceAll('*', '\\*')}(d?)(-?\\d+(?:\\.\\d+)?)`, 'g');
  return {
    text: text.replace(PIECES, (piece, date?: string, decimal?: string) => {
      if (date !== undefined) return `${mark}d${date}`;
      return decimal === undefined ? piece : mark + decimal;
    }),
    restore: (serialised) =>
      serialised.replace(marked, (_, date: string, number: string) =>
        date === '' ? canonicalDecimal(number) : `@${Number(number)}`,
      ),
  };
}

/** The beginning of a token that is nowhere in the text: short, however many like it the text holds. */
function markFor(text: string): string {
  const taken = new Set(Array.from(text.matchAll(/\*(\d{1,6})(?=\*)/g), ([, digits]) => digits));
  let free = 0;
  while (taken.has(String(free))) free++;
  return `*${free}*`;
}

/** At most 15 digits: a number holds them all, and prints them without an exponent. */
function canonicalDecimal(text: string): string {
  const value = Number(text);
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

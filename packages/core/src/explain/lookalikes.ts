/** Characters that look like those of ASCII, and are none. */

/** Letters of Cyrillic and Greek, and below each the Latin one. */
const LETTERS = {
  from: 'АВЕЅІЈКМНОРСТХҮԚԜаеѕіјорсухһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧονı',
  ascii: 'ABESIJKMHOPCTXYQWaesijopcyxhdqwABEZHIKMNOPTYXovi',
} as const;

const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/[\u2010-\u2015\u2212\ufe58\ufe63]/g, '-'],
  [/[\u2018-\u201b\u2032\u02bc\u00b4]/g, "'"],
  [/[\u201c-\u201f\u2033]/g, '"'],
  [/\u2026/g, '...'],
  [/[\u2044\u2215]/g, '/'],
  [/\u2217/g, '*'],
  [/\u2236/g, ':'],
  [/\u02c6/g, '^'],
  [/\u02dc/g, '~'],
];

/** The text with what ASCII has in place of each look-alike; full-width forms and ligatures too. */
export function inAscii(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text;
  const signs = SIGNS.reduce((changed, [pattern, sign]) => changed.replace(pattern, sign), text);
  const letters = Array.from(signs, (char) => {
    const at = LETTERS.from.indexOf(char);
    return at < 0 ? char : LETTERS.ascii.charAt(at);
  });
  return letters.join('').normalize('NFKC');
}

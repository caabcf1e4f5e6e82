/** What the JSON tests share: random values, and random but equal ways to write them. */
import fc from 'fast-check';

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (bytes: Uint8Array): string =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);

/** Strings with the characters that matter: controls, quotes, HTML, line separators, astral, lone surrogates. */
const spice = fc.constantFrom(
  '\u0000',
  '\b',
  '\t',
  '\n',
  '\u001f',
  '"',
  '\\',
  '/',
  '<',
  '>',
  '&',
  '\u007f',
  'ë',
  '\u2028',
  '\u2029',
  '～',
  '🚀',
  '\ufeff',
  'a',
  'b',
);
const wellFormed = fc.oneof(fc.string(), fc.string({ unit: spice }), fc.string({ unit: 'binary' }));
const name = wellFormed.filter((key) => key !== '__proto__');

const values = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
  object: fc.dictionary(name, tie('value'), { maxKeys: 20, noNullPrototype: true, depthIdentifier: 'json' }),
  value: fc.oneof(
    { depthIdentifier: 'json', maxDepth: 4 },
    fc.constantFrom(null, true, false),
    fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })),
    wellFormed,
    fc.array(tie('value'), { maxLength: 5, depthIdentifier: 'json' }),
    tie('object'),
  ),
}));

/** A JSON object whose strings are well-formed. */
export const jsonObject: fc.Arbitrary<Record<string, unknown>> = values.object;
/** Any JSON value whose strings are well-formed. */
export const jsonValue: fc.Arbitrary<unknown> = values.value;

/** Numbers from 0 up to below a bound, from a seed. */
export type Dice = (bound: number) => number;

export const dice: fc.Arbitrary<Dice> = fc.integer().map((seed) => {
  let state = seed | 0;
  return (bound) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    return ((state ^ (state >>> 13)) >>> 0) % bound;
  };
});

/** The same JSON with white space between its tokens. */
export function spaced(json: string, roll: Dice): string {
  const space = (): string => ['', '', '', ' ', '\t', '\n', '\r\n', '  '][roll(8)] as string;
  return json.replace(/"(?:[^"\\]|\\.)*"|[^"{}[\],:]+|[{}[\],:]/gs, (token) => space() + token + space());
}

/** The same JSON with some characters of its strings written as escapes. */
export function escaped(json: string, roll: Dice): string {
  const units = (char: string): string =>
    Array.from({ length: char.length }, (_, i) => {
      const hex = char.charCodeAt(i).toString(16).padStart(4, '0');
      return `\\u${roll(2) ? hex : hex.toUpperCase()}`;
    }).join('');
  return json.replace(/"((?:[^"\\]|\\.)*)"/gs, (_, inner: string) => {
    const text = inner.replace(/\\u.{4}|\\.|./gsu, (char) =>
      char[0] === '\\' || roll(4) ? char : units(char),
    );
    return `"${text}"`;
  });
}

/** Go's encoding/json, from values: what JSON.stringify writes, plus Go's own escapes, keys sorted by their UTF-8. */
export function goText(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value).replace(
      /[<>&\u2028\u2029]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  }
  if (Array.isArray(value)) return `[${value.map(goText).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `{${entries.map(([name, member]) => `${goText(name)}:${goText(member)}`).join()}}`;
}

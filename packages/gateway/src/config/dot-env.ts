/**
 * A `.env` file, read as `node --env-file` does (which takes the next line for a value of blanks alone), and what of it was hardly meant.
 *
 *     line     = blank | "#" any | ["export "] NAME "=" value
 *     value    = quoted [blank "#" any] | bare
 *     quoted   = "…" | '…' | `…`      may go on over lines; \n in two letters is a line end between " and " only
 *     bare     = up to the first "#" or the end of the line, blanks at its ends left out
 *
 * Lines end with LF or CRLF; a byte order mark at the start is left out. Nothing is filled in. Of a name that stands twice the last value counts.
 */
export interface DotEnv {
  readonly values: Readonly<Record<string, string>>;
  /** By the variable's name, a sentence: what was cut, passed over or read in another way than its writer may think. Quotes no value. */
  readonly notes: ReadonlyMap<string, string>;
}

const NAME = /^(?:export[ \t]+)?([A-Za-z_][\w.-]*)$/;
const QUOTES = '"\'`';

/** What there is where there is no file. */
export const NO_DOT_ENV: DotEnv = { values: {}, notes: new Map() };

/** Takes any text: what is no line of the grammar sets nothing, and is noted. */
export function readDotEnv(source: string): DotEnv {
  const text = source.replace(/^\ufeff/, '').replaceAll('\r', '');
  const values = new Map<string, string>();
  const notes = new Map<string, string>();
  for (let at = 0; at < text.length; ) {
    const lineEnd = endOfLine(text, at);
    const line = text.slice(at, lineEnd);
    const equals = line.indexOf('=');
    const name = NAME.exec(line.slice(0, Math.max(0, equals)).trim())?.[1];
    if (/^\s*(?:#|$)/.test(line)) at = lineEnd + 1;
    else if (name === undefined) {
      const place = text.slice(0, at).split('\n').length;
      for (const word of line.split('=', 1)[0]?.match(/[A-Za-z_]\w*/g) ?? [])
        notes.set(word, `Line ${place} of .env sets nothing: write NAME=value, without a word before it.`);
      at = lineEnd + 1;
    } else {
      const value = readValue(text, at + equals + 1, lineEnd);
      const oddity = values.has(name) ? 'twice' : value.oddity;
      notes.delete(name);
      if (oddity !== undefined) notes.set(name, ODDITIES[oddity](name));
      values.set(name, value.text);
      at = value.end + 1;
    }
  }
  return { values: Object.fromEntries(values), notes };
}

const ODDITIES = {
  cut: (name: string): string =>
    `.env cuts ${name} at a #, which begins a comment there: put the value in quotes if the # is part of it.`,
  behind: (name: string): string =>
    `.env has text behind the closing quote of ${name}, which is left out: put all of it into one pair of quotes.`,
  open: (name: string): string =>
    `.env opens a quote in ${name} that nothing closes, and it is part of the value: close it, or leave it out.`,
  twice: (name: string): string => `.env sets ${name} twice, and the last one counts: leave one out.`,
} as const;

interface ReadValue {
  readonly text: string;
  /** Where its line ends. */
  readonly end: number;
  readonly oddity?: keyof typeof ODDITIES | undefined;
}

function readValue(text: string, start: number, lineEnd: number): ReadValue {
  const written = text.slice(start, lineEnd).trimStart();
  const quote = written.charAt(0);
  if (quote === '' || !QUOTES.includes(quote)) return { ...bareValue(written), end: lineEnd };
  const open = lineEnd - written.length;
  const close = text.indexOf(quote, open + 1);
  if (close < 0) return { text: written, end: lineEnd, oddity: 'open' };
  const inner = text.slice(open + 1, close);
  const end = endOfLine(text, close);
  const isBehind = /^\s*[^\s#]/.test(text.slice(close + 1, end));
  return {
    text: quote === '"' ? inner.replaceAll('\\n', '\n') : inner,
    end,
    oddity: isBehind ? 'behind' : undefined,
  };
}

function bareValue(written: string): Omit<ReadValue, 'end'> {
  const hash = written.indexOf('#');
  if (hash < 0) return { text: written.trim() };
  // A comment that no blank stands before: one to the reader of the file, hardly to its writer.
  return {
    text: written.slice(0, hash).trim(),
    oddity: /\S#/.test(written.slice(0, hash + 1)) ? 'cut' : undefined,
  };
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

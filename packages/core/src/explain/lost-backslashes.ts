/** JSON from which a program has taken the backslashes (PHP’s stripslashes, a shell), with them put back. */

/** Letters that may have stood for a line end, a tab or the like: tried word by word. */
const MAX_WORDS = 96;

/** What is left where nobody took backslashes out. */
const LEFT = /\\(?:["/]|u[\da-fA-F]{4})/;

const BLANK = /\s/;

/** The texts that can have become this one: its quotes escaped, then `/`, `u00e9` and `n` as well. */
export function* withBackslashes(text: string): Generator<string> {
  const quoted = LEFT.test(text) ? undefined : withInnerQuotes(text);
  if (quoted === undefined) return;
  const escaped = quoted.replace(/(?<!\\)u(?=[\da-fA-F]{4})/g, '\\$&');
  const bases = new Set([quoted, escaped]);
  for (const base of bases) yield* [base, base.replaceAll('/', '\\/')];
  for (const base of bases) yield* withWords(base);
}

/** Each word with one of its letters as an escape, wherever it stands: `onenline` is `one\nline`. */
function* withWords(text: string): Generator<string> {
  const words = new Set(text.match(/[a-z]*[nrt][a-z]+/gi));
  if (words.size > MAX_WORDS) return;
  for (const word of words) {
    for (const { index } of word.matchAll(/[nrt]/g))
      yield text.replaceAll(word, () => `${word.slice(0, index)}\\${word.slice(index)}`);
  }
}

/** With each backslash and each quote inside of a string escaped; undefined where the text is no object or list. */
function withInnerQuotes(text: string): string | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  let out = '';
  let isInText = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (char === '"') {
      const isInner = isInText && !endsText(text, i + 1);
      out += isInner ? '\\"' : char;
      if (!isInner) isInText = !isInText;
    } else out += char === '\\' && isInText ? '\\\\' : char;
  }
  return out;
}

/** Whether what follows a quote can follow a string. */
function endsText(text: string, at: number): boolean {
  let next = at;
  while (BLANK.test(text[next] ?? '')) next++;
  if (text[next] !== ',') return next === text.length || ':]}'.includes(text[next] as string);
  next++;
  while (BLANK.test(text[next] ?? '')) next++;
  return /["{[\dtfn-]/.test(text[next] ?? '');
}

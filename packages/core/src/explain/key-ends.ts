/** What stands around a key, left out. By hand: an expression would try the end of each run again from each of its places. */

const QUOTES = `"'\`“”‘’«»`;
const FIRST_QUOTES = /^(?:\\?["'`“”‘’«»])+/;

/** Without quotes at either end, escaped or not, in pairs or not. */
export function withoutQuotes(text: string): string {
  const rest = text.replace(FIRST_QUOTES, '');
  let end = rest.length;
  while (end > 0 && QUOTES.includes(rest[end - 1] as string)) end -= rest[end - 2] === '\\' ? 2 : 1;
  return rest.slice(0, end);
}

export function withoutComment(text: string): string {
  const at = text.search(/\s(?:#|\/\/|;|--)/);
  return at < 0 ? text : text.slice(0, at).trimEnd();
}

export function withoutEscapedEnd(text: string): string {
  let end = text.length;
  while (/^\\[nrt]$/.test(text.slice(Math.max(0, end - 2), end))) end -= 2;
  return text.slice(0, end);
}

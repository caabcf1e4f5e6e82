/** Quotes around a text: people, shells and word processors put them around a key. */

/** One pair around the whole. */
const QUOTED = /^(?:"(.*)"|'(.*)'|`(.*)`|“(.*)”|‘(.*)’)$/s;

/** What stands in quotes; undefined where the text does not begin and end with a pair of them. */
export function unquoted(text: string): string | undefined {
  const [, ...inner] = QUOTED.exec(text) ?? [];
  return inner.find((quoted) => quoted !== undefined);
}

/** Without any quote, white space and byte order mark at either end, whether or not quotes are in pairs. */
export function bareText(text: string): string {
  const start = text.search(/[^\s\ufeff"'`“”‘’]/);
  // From the end by hand: an expression would try the end of each run again from each of its places.
  let end = text.length;
  while (end > start && AROUND.test(text[end - 1] as string)) end--;
  return start < 0 ? '' : text.slice(start, end);
}

const AROUND = /[\s\ufeff"'`“”‘’]/;

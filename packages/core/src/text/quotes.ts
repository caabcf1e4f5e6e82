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
  return text.replace(/^[\s\ufeff"'`“”‘’]+|[\s\ufeff"'`“”‘’]+$/g, '');
}

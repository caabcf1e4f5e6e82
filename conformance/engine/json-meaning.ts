/** A JSON text as a value: white space, escapes and the order of members left out, duplicate members and the text of numbers kept. */

/** @returns undefined where it is no JSON. @param without members of the outermost object that are no content */
export function jsonMeaning(bytes: Uint8Array, without: readonly string[]): string | undefined {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    JSON.parse(text);
  } catch {
    return undefined;
  }
  // The runtime has judged the grammar: what follows need not.
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s"{}[\]:,]+/g) ?? [];
  return valueAt({ tokens, at: 0 }, without);
}

interface Cursor {
  readonly tokens: readonly string[];
  at: number;
}

function valueAt(cursor: Cursor, without: readonly string[]): string {
  const token = cursor.tokens[cursor.at++] as string;
  if (token === '[') return `[${itemsUntil(cursor, ']', () => valueAt(cursor, [])).join()}]`;
  if (token !== '{') return plain(token);
  const members = itemsUntil(cursor, '}', () => {
    const name = plain(cursor.tokens[cursor.at++] as string);
    cursor.at++;
    return { name, value: valueAt(cursor, []) };
  });
  const counted = members.filter(({ name }) => !without.some((other) => JSON.stringify(other) === name));
  return `{${counted
    .map(({ name, value }) => `${name}:${value}`)
    .toSorted()
    .join()}}`;
}

function itemsUntil<Item>(cursor: Cursor, end: string, read: () => Item): Item[] {
  const items: Item[] = [];
  while (cursor.tokens[cursor.at] !== end) {
    items.push(read());
    if (cursor.tokens[cursor.at] === ',') cursor.at++;
  }
  cursor.at++;
  return items;
}

/** A string in its one spelling; a number, `true`, `false` or `null` as it stands. */
function plain(token: string): string {
  return token.startsWith('"') ? JSON.stringify(JSON.parse(token)) : token;
}

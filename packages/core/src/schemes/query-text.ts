/** What a message has of a query’s text. */

/** A query without one parameter: the other pairs as received; undefined where it was the only one. */
export function withoutParameter(query: string, name: string | undefined): string | undefined {
  if (name === undefined) return query;
  const pairs = query.split('&').filter((pair) => pair !== name && !pair.startsWith(`${name}=`));
  return pairs.length === 0 ? undefined : pairs.join('&');
}

/** Its pairs as received, in the order of their names; those of one name in the order that they came in. */
export function sortedQuery(query: string): string {
  const pairs = query.split('&').map((pair) => ({ pair, name: pair.split('=', 1)[0] as string }));
  return pairs
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ pair }) => pair)
    .join('&');
}

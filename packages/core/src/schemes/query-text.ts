/** What a message has of a query’s text. */
import { type Objection, objection } from '../objection.ts';
import { MAX_FIELDS, parseUrlencoded } from '../text/form.ts';

/**
 * A query without one parameter, however its name is spelt: the other pairs as received; undefined where it was the only one.
 * @param name the parameter’s, decoded
 */
export function withoutParameter(query: string, name: string | undefined): string | undefined {
  if (name === undefined) return query;
  const pairs = query.split('&').filter((pair) => nameOf(pair) !== name);
  return pairs.length === 0 ? undefined : pairs.join('&');
}

/** Decoded as the parameter is found by it; undefined where it does not decode. */
function nameOf(pair: string): string | undefined {
  const [written = ''] = pair.split('=', 1);
  if (!/[%+]/.test(written)) return written;
  const fields = parseUrlencoded(written);
  return 'fault' in fields ? undefined : fields[0]?.name;
}

/** Its pairs as received, in the order of their names; those of one name in the order that they came in. */
export function sortedQuery(query: string): string | Objection {
  const texts = query.split('&', MAX_FIELDS + 1);
  if (texts.length > MAX_FIELDS) return TOO_MANY;
  return texts
    .map((pair) => ({ pair, name: pair.split('=', 1)[0] as string }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ pair }) => pair)
    .join('&');
}

const TOO_MANY: Objection = objection(
  'missing-part',
  `the query has more than ${MAX_FIELDS} parameters, and the message covers them in order`,
  'Send fewer: the rest in the body, say.',
);

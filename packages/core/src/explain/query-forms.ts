/** One path or query as the usual encoders write it. */
import { decoded } from '../text/decoded.ts';

/** A char that is a byte, percent-encoded. */
export const percent = (char: string): string =>
  `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

/** All but RFC 3986’s unreserved characters: PHP’s rawurlencode, Python’s quote with safe='', AWS. */
export const strictly = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, percent);

/** WHATWG’s form encoding: URLSearchParams. */
const asForm = (text: string): string =>
  strictly(text).replaceAll('%20', '+').replaceAll('%2A', '*').replaceAll('~', '%7E');

interface QueryEncoder {
  /** After “as … writes it”. */
  readonly writer: string;
  readonly encode: (text: string) => string;
}

export const QUERY_ENCODERS: readonly QueryEncoder[] = [
  { writer: 'JavaScript’s encodeURIComponent', encode: encodeURIComponent },
  { writer: 'JavaScript’s URLSearchParams', encode: asForm },
  { writer: 'RFC 3986 (PHP’s rawurlencode)', encode: strictly },
  {
    writer: 'Python’s urlencode (quote_plus)',
    encode: (text) => strictly(text).replaceAll('%20', '+'),
  },
  {
    writer: 'PHP’s http_build_query or urlencode',
    encode: (text) => strictly(text).replaceAll('%20', '+').replaceAll('~', '%7E'),
  },
  {
    writer: 'Java’s URLEncoder',
    encode: (text) => strictly(text).replaceAll('%20', '+').replaceAll('~', '%7E').replaceAll('%2A', '*'),
  },
  {
    writer: 'a URL that only percent-encodes what it must (encodeURI)',
    encode: (text) => encodeURI(text).replace(/[&=+]/g, percent),
  },
];

/** Each name and value by itself; what separates them stays. */
export function eachPart(query: string, change: (part: string) => string): string {
  return query
    .split('&')
    .map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? change(pair) : `${change(pair.slice(0, at))}=${change(pair.slice(at + 1))}`;
    })
    .join('&');
}

/** `+` is a blank. */
export function decodedPart(part: string): string {
  return decoded(part.replaceAll('+', ' '));
}

export function hexIn(letterCase: 'upper' | 'lower', text: string): string {
  return text.replace(/%[0-9a-f]{2}/gi, (octet) =>
    letterCase === 'upper' ? octet.toUpperCase() : octet.toLowerCase(),
  );
}

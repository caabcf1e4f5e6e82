/** Tokens that stand otherwise in their header than the gate reads them, or in another. */
import type { TokenForm } from '../../schemes/shared-token.ts';
import { bareText } from '../../text/quotes.ts';
import { declaredAs } from '../declared.ts';
import type { Tried } from '../hypothesis.ts';
import { tokenDeclared } from '../other-options.ts';
import { TOKEN } from '../read-token.ts';
import type { Change, Trial } from '../trial.ts';

const STEPS = ['extract', 'compare'] as const;

/** More headers than these are not tried. */
const MOST = 12;

const PREFIXES: Readonly<Record<TokenForm, string>> = { plain: '', bearer: 'Bearer ', basic: 'Basic ' };

/** Where the gate looks for the token, and what it wants before it. */
interface TokenPlace {
  readonly header: string;
  readonly prefix: string;
}

function placeOf({ scheme }: Trial): TokenPlace | undefined {
  const token = tokenDeclared(scheme)?.options;
  if (token) return { header: token.header, prefix: token.prefix ?? '' };
  const shared = declaredAs(scheme, 'shared-token')?.options;
  return shared && { header: shared.header, prefix: PREFIXES[shared.form] };
}

/** A row of how the token is written. @param change of the header’s value; undefined where there is nothing to change */
function headerRow(
  row: Pick<Tried, 'id' | 'says' | 'mend'>,
  change: (value: string, place: TokenPlace) => string | undefined,
): Tried {
  return {
    ...row,
    part: 'token',
    steps: STEPS,
    example: 'signature-header',
    *changes(trial) {
      const place = placeOf(trial);
      const value = place && trial.request.headers.single(place.header);
      if (!value) return;
      const other = change(value, place);
      if (other !== undefined && other !== value) yield withHeader(trial, place.header, other);
    },
  };
}

function withHeader({ request }: Trial, name: string, value: string, detail?: string): Change {
  return {
    request: { ...request, headers: request.headers.with(name, value) },
    ...(detail !== undefined && { detail }),
  };
}

/** A word of an authentication scheme before a token. */
const SCHEME = /^(?:[A-Za-z][\w-]{0,24})(?::| ) */;

const withoutWords = (value: string): string => value.replace(/^(?:[A-Za-z][\w-]{0,24}(?:: *| +))+/, '');

export const TOKEN_HEADER: readonly Tried[] = [
  headerRow(
    {
      id: 'token-scheme-missing',
      says: (detail) =>
        `The token is right, and the word is missing before it that names the scheme${detail}.`,
      mend: () =>
        'Have the client send the word and a blank before the token, e.g. Authorization: Bearer TOKEN.',
    },
    (value, { prefix }) => (prefix === '' || SCHEME.test(value) ? undefined : prefix + value),
  ),
  headerRow(
    {
      id: 'token-scheme-doubled',
      says: () => 'The token is right, and the word before it stands there twice, as in Bearer Bearer.',
      mend: () =>
        'Look for two places that add it: the client’s library, and the variable that already holds it.',
    },
    (value, { prefix }) => {
      const word = prefix.trim();
      return word !== '' && new RegExp(`^(?:${word}:? +){2,}`, 'i').test(value)
        ? prefix + withoutWords(value)
        : undefined;
    },
  ),
  headerRow(
    {
      id: 'token-scheme-superfluous',
      says: () =>
        'The token is right, and a word stands before it, such as Bearer, where this header has the token alone.',
      mend: () => 'Have the client send the token without it.',
    },
    (value, { prefix }) => (prefix === '' && SCHEME.test(value) ? withoutWords(value) : undefined),
  ),
  headerRow(
    {
      id: 'token-scheme-other',
      says: () => 'The token is right, and stands behind another word than the gate wants.',
      mend: () =>
        'Have the client send the scheme’s own word: Bearer for bearer tokens, DPoP for tokens that come with a proof.',
    },
    (value, { prefix }) => {
      const isOther = SCHEME.test(value) && !value.toLowerCase().startsWith(prefix.toLowerCase());
      return prefix !== '' && isOther ? prefix + withoutWords(value) : undefined;
    },
  ),
  headerRow(
    {
      id: 'token-in-quotes',
      says: () => 'The token is right, and stands in quotes.',
      mend: () => 'Have the client send the text without them: it took the JSON of a text for the text.',
    },
    (value, { prefix }) => {
      if (!/["'`“”‘’]/.test(value)) return undefined;
      const word = SCHEME.exec(bareText(value))?.[0] ?? '';
      const rest = bareText(value).slice(word.length);
      return (prefix === '' ? '' : prefix) + bareText(rest);
    },
  ),
  headerRow(
    {
      id: 'token-white-space',
      says: () => 'The token is right but for white space in it or around it.',
      mend: () =>
        'Have the client cut line ends and blanks off: reading a token from a file or a terminal keeps them.',
    },
    (value, { prefix }) => {
      const hasWord = value.toLowerCase().startsWith(prefix.trim().toLowerCase());
      return hasWord ? prefix + value.slice(prefix.trim().length).replace(/\s+/g, '') : undefined;
    },
  ),
  {
    id: 'token-other-header',
    part: 'token',
    steps: STEPS,
    example: 'signature-header',
    *changes(trial) {
      const place = placeOf(trial);
      if (!place || place.header !== trial.scheme.headers.token[0]) return;
      const others = [...trial.request.headers].filter(
        ([name, value]) => name.toLowerCase() !== place.header && TOKEN.test(value),
      );
      for (const [name, value] of others.slice(0, MOST))
        yield withHeader(
          trial,
          place.header,
          place.prefix + (TOKEN.exec(value)?.[0] ?? ''),
          name.toLowerCase(),
        );
    },
    says: (detail) => `The token is right, and stands in the header ${detail}, where the gate does not look.`,
    mend: (detail) =>
      `Have the client send it in the gate’s header; or, where that can be set, set header: ${detail}.`,
  },
];

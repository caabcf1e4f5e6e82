/** Tokens that stand otherwise in their header than the gate reads them. */
import { utf8 } from '../../text/bytes.ts';
import { encodeBase64 } from '../../text/encodings.ts';
import { bareText } from '../../text/quotes.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { TOKEN } from '../read-token.ts';
import {
  basicTexts,
  decodedTexts,
  inTokenPlace,
  placedValue,
  SCHEME_WORD,
  type TokenPlace,
  tokenPlace,
  withoutWords,
} from '../token-place.ts';
import type { Trial } from '../trial.ts';

/** A row of how the token is written. @param change of the header’s value, likeliest first */
function headerRow(
  row: Pick<TrialHypothesis, 'id' | 'says' | 'mend'>,
  change: (value: string, place: TokenPlace, trial: Trial) => readonly string[],
): TrialHypothesis {
  return {
    ...row,
    part: 'token',
    steps: ['extract', 'compare'],
    example: 'token-header',
    *changes(trial) {
      const place = tokenPlace(trial);
      const value = place && placedValue(trial, place);
      if (!place || value === undefined) return;
      for (const other of new Set(change(value, place, trial)))
        if (other !== value) yield inTokenPlace(trial, place, other);
    },
  };
}

const base64 = (text: string): string => encodeBase64(utf8(text));

/** How often a value begins with that word, and what stands behind. */
function withoutWord(value: string, word: string): readonly [number, string] {
  let [count, rest] = [0, value];
  while (word !== '' && rest.toLowerCase().startsWith(word.toLowerCase())) {
    const behind = /^:? +(.*)$/s.exec(rest.slice(word.length))?.[1];
    if (behind === undefined) break;
    [count, rest] = [count + 1, behind];
  }
  return [count, rest];
}

/** User names of the gate’s, where its secrets are user and password. */
function usersOf({ keys = [] }: Trial): readonly string[] {
  return keys.flatMap(({ secret }) => {
    const text = typeof secret === 'string' ? secret : '';
    return text.includes(':') ? [text.slice(0, text.indexOf(':'))] : [];
  });
}

/** User and password of Basic, the password first. */
function credentials(value: string): readonly string[] {
  const [, text = ''] = /^basic:? +(\S+)$/i.exec(value) ?? [];
  return decodedTexts(text).flatMap((decoded) => {
    const colon = decoded.indexOf(':');
    const both = colon < 0 ? [] : [decoded.slice(colon + 1), decoded.slice(0, colon)];
    return both.filter((credential) => credential !== '');
  });
}

export const TOKEN_HEADER: readonly TrialHypothesis[] = [
  headerRow(
    {
      id: 'token-as-basic-password',
      says: () =>
        'The token is right, and was sent as user or password of Basic, in base64, as curl -u :TOKEN does.',
      mend: () =>
        "Have the client send it as the gate wants it: curl -H 'Authorization: Bearer TOKEN' (or --oauth2-bearer TOKEN) in place of -u; in an HTTP library the setting for a bearer token, not that for user and password.",
    },
    (value, { prefix, form }) => (form === 'basic' ? [] : credentials(value).map((text) => prefix + text)),
  ),
  headerRow(
    {
      id: 'token-scheme-missing',
      says: () => 'The token is right, and the word is missing before it that names the scheme.',
      mend: () =>
        'Have the client send the word and a blank before the token, e.g. Authorization: Bearer TOKEN.',
    },
    (value, { prefix, form }) => {
      const hasPrefix = value.toLowerCase().startsWith(prefix.trim().toLowerCase());
      // Nobody can tell whether a secret has words in it.
      const isAlone = form === 'signed' ? !SCHEME_WORD.test(value) : !hasPrefix;
      return prefix !== '' && isAlone ? [prefix + value] : [];
    },
  ),
  headerRow(
    {
      id: 'token-scheme-doubled',
      says: () => 'The token is right, and the word before it stands there twice, as in Bearer Bearer.',
      mend: () =>
        'Look for two places that add it: the client’s library, and the variable that already holds it.',
    },
    (value, { prefix }) => {
      const [count, rest] = withoutWord(value, prefix.trim());
      return count > 1 ? [prefix + rest] : [];
    },
  ),
  headerRow(
    {
      id: 'token-scheme-superfluous',
      says: () =>
        'The token is right, and a word stands before it, such as Bearer, where this header has the token alone.',
      mend: () => 'Have the client send the token without it.',
    },
    (value, { prefix }) =>
      prefix === '' && SCHEME_WORD.test(value)
        ? [withoutWords(value), value.replace(SCHEME_WORD, ''), ...basicTexts(value)]
        : [],
  ),
  headerRow(
    {
      id: 'token-basic-plain',
      says: () => 'User and password are right, and stand in the header as they are, not in base64.',
      mend: () =>
        'Have the client send Basic, a blank and the base64 of USER:PASSWORD (RFC 7617), e.g. by its HTTP library’s own setting for it.',
    },
    (value, { prefix, form }) => {
      const text = value.replace(/^basic:? +/i, '');
      return form === 'basic' && text.includes(':') ? [prefix + base64(text)] : [];
    },
  ),
  headerRow(
    {
      id: 'token-scheme-other',
      says: () => 'The token is right, and stands behind another word than the gate wants.',
      mend: () =>
        'Have the client send the scheme’s own word: Bearer for bearer tokens, DPoP for tokens that come with a proof, Basic for user and password in base64.',
    },
    (value, { prefix, form }, trial) => {
      const isOther = SCHEME_WORD.test(value) && !value.toLowerCase().startsWith(prefix.toLowerCase());
      if (prefix === '' || !isOther) return [];
      const rest = withoutWords(value);
      const texts =
        form === 'basic'
          ? [rest, base64(rest), ...usersOf(trial).map((user) => base64(`${user}:${rest}`))]
          : [rest, value.replace(SCHEME_WORD, ''), ...basicTexts(value)];
      return texts.map((text) => prefix + text);
    },
  ),
  headerRow(
    {
      id: 'token-in-quotes',
      says: () => 'The token is right, and stands in quotes.',
      mend: () => 'Have the client send the text without them: it took the JSON of a text for the text.',
    },
    (value, { prefix }) => {
      if (!/["'`“”‘’]/.test(value)) return [];
      const word = SCHEME_WORD.exec(bareText(value))?.[0] ?? '';
      return [prefix + bareText(bareText(value).slice(word.length)), prefix + bareText(value)];
    },
  ),
  headerRow(
    {
      id: 'token-white-space',
      says: () =>
        'The token is right but for white space in it or around it, as it is or as an escape (%0A, %20).',
      mend: () =>
        'Have the client cut line ends and blanks off: reading a token from a file or a terminal keeps them.',
    },
    (value, { prefix }) => {
      const word = prefix.trim();
      const hasWord = value.toLowerCase().startsWith(word.toLowerCase());
      const text = value.slice(word.length).replace(/\s+/g, '');
      return hasWord ? [prefix + text, prefix + text.replace(/%(?:0[9ad]|20)/gi, '')] : [];
    },
  ),
  headerRow(
    {
      id: 'token-encoded-twice',
      says: () => 'The token is right, and was encoded once more as a whole, in base64 or hex.',
      mend: () =>
        'Have the client send the token as it was given: a JSON Web Token begins with eyJ and has two dots; Bearer takes no base64 around it, and Basic takes it once.',
    },
    (value, { prefix, form }) => {
      const hasPrefix = value.toLowerCase().startsWith(prefix.toLowerCase());
      const texts = decodedTexts(hasPrefix ? value.slice(prefix.length).trim() : value.trim());
      return texts
        .filter((text) => form !== 'signed' || TOKEN.test(text))
        .map(
          (text) =>
            prefix + (text.toLowerCase().startsWith(prefix.toLowerCase()) ? text.slice(prefix.length) : text),
        );
    },
  ),
];

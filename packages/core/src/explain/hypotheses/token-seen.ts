/** What a request has in place of a token: the verdict says it, and no trial can prove it. */
import type { RefusalReason } from '../../refusals.ts';
import { parseSegment, splitToken } from '../../schemes/jwt/token-text.ts';
import { shownText } from '../../text/shown-text.ts';
import type { SignHypothesis } from '../hypothesis.ts';
import { placedToken, placedValue, SCHEME_WORD, type TokenPlace, tokenPlace } from '../token-place.ts';
import type { Trial } from '../trial.ts';
import { UNSET_TEXT } from '../unset-text.ts';

/** A row of a request without a token that could be read. @param sees what came in its place */
function placeRow(
  row: Pick<SignHypothesis, 'id' | 'certainty' | 'says' | 'mend'>,
  reasons: readonly RefusalReason[],
  sees: (trial: Trial, place: TokenPlace) => string | undefined,
): SignHypothesis {
  return {
    ...row,
    isFallback: true,
    part: 'token',
    steps: ['extract', 'compare'],
    example: 'token-header',
    sees: (trial, { verdict }) => {
      const place = tokenPlace(trial);
      if (verdict.ok || !place || !reasons.includes(verdict.reason)) return undefined;
      return sees(trial, place);
    },
  };
}

/** Other ways to log in, by the word before the credentials. */
const OTHER_SCHEMES = [
  'Basic',
  'Bearer',
  'DPoP',
  'Digest',
  'Negotiate',
  'NTLM',
  'AWS4-HMAC-SHA256',
  'Hawk',
  'Signature',
  'ApiKey',
  'Api-Key',
  'Token',
  'OAuth',
];

/** A text that is no token, by how it looks. */
interface TextKind {
  readonly looks: RegExp;
  /** What it is. */
  says(text: string): string;
}

/** What people send in place of a token, by how it looks; none of it is quoted but what is no secret. */
const KINDS_OF_UNSET: readonly TextKind[] = [
  { looks: UNSET_TEXT, says: (text) => `the text ${shownText(text)}: a variable that held no token` },
  {
    looks: /^(?:\$\{.*|\$[A-Za-z_]\w*|\{\{.*|<[\w -]+>|%\w+%|(?:your|my)(?=[\w-]*token)[\w-]+)$/i,
    says: () => 'a placeholder that nobody filled in',
  },
];

/** What mobile libraries give where they have no token. */
const STATES =
  /^(?:NO|POOR|BAD|MISSING|NOT|UNKNOWN|UNPROTECTED|MITM|INTERNAL|NETWORK|TOKEN|APPROOV)(?:_(?:NO|APPROOV|SERVICE|NETWORK|PERMISSION|URL|INITIALIZED|DETECTED|ERROR|FAILED|FAILURE|LIB|DEPENDENCY|AVAILABLE|FOUND|TOKEN|EXPIRED|TIMEOUT)){1,4}$/;

/** The same of a JSON Web Token. */
const KINDS: readonly TextKind[] = [
  ...KINDS_OF_UNSET,
  {
    looks: /^[A-Z][A-Z\d]*(?:_[A-Z\d]+)+$/,
    // A key of another platform may look so.
    says: (text) =>
      `${STATES.test(text) ? text : 'a word in capitals'}, the name of an error or a state: what fetches the token got none`,
  },
  {
    looks: /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i,
    says: () =>
      'a UUID, such as a debug token or the id of a session, which must be exchanged for a token first',
  },
  {
    looks: /^eyJ[\w-]*(?:\.[\w-]*){4}$/,
    says: () => 'an encrypted token (JWE), which only its audience can read',
  },
  { looks: /^v[1-4]\.(?:local|public)\./, says: () => 'a PASETO' },
  {
    looks:
      /^(?:ya29\.|gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|(?:sk|pk|rk)_(?:live|test)_|sk-|AKIA|AIza|npm_|dop_v1_)/,
    says: () => 'an API key or an access token of another platform, which its own API takes',
  },
  { looks: /^[{[]/, says: () => 'a JSON text: the issuer’s whole answer, or another object' },
  { looks: /^(?:<|PHNhbW|PD94bW)/, says: () => 'XML, such as a SAML assertion' },
  { looks: /^-----BEGIN /, says: () => 'a key or a certificate' },
  { looks: /^https?:\/\//i, says: () => 'an address' },
  { looks: /^[A-Za-z'’]+(?: [\w'’,.:!-]+)+$/, says: () => 'a sentence, such as the message of an error' },
];

/** What stands where a JSON Web Token should; undefined where it is the beginning of one. */
function textOfNoToken(trial: Trial): string | undefined {
  const text = placedToken(trial)?.text;
  const token = text === undefined ? undefined : splitToken(text);
  return token && typeof parseSegment(token.header) !== 'string' ? undefined : text;
}

function kindOf(text: string, kinds: readonly TextKind[] = KINDS): string | undefined {
  return kinds.find(({ looks }) => looks.test(text))?.says(text);
}

export const TOKEN_SEEN: readonly SignHypothesis[] = [
  placeRow(
    {
      id: 'token-preflight',
      certainty: 'likely',
      says: () =>
        'The request is a browser’s preflight of CORS: OPTIONS, which never has a token. It asks whether the page may send one.',
      mend: (header) =>
        `Answer OPTIONS before the gate, by the framework’s or proxy’s setting of CORS, with the page’s origin and with ${header} in Access-Control-Allow-Headers; the request that follows has the token.`,
    },
    ['missing-token'],
    ({ request: { method, headers } }, { header }) =>
      method === 'OPTIONS' && headers.count('access-control-request-method') > 0 ? header : undefined,
  ),
  placeRow(
    {
      id: 'token-missing',
      certainty: 'likely',
      says: (header) => `The request came without a token: it has no header ${header}, or an empty one.`,
      mend: (header) =>
        `Have the client send ${header} with each request. If it does, look for what drops it: HTTP clients leave Authorization out when they follow a redirect to another host; Apache hands it to CGI and PHP with CGIPassAuth On only; nginx drops names with _; a CDN or a gateway passes the headers on that it is told to.`,
    },
    ['missing-token'],
    ({ request }, { header }) => (request.headers.get(header) ? undefined : header),
  ),
  placeRow(
    {
      id: 'token-other-credentials',
      certainty: 'likely',
      says: (detail) =>
        `The header of the token holds something else: ${detail}, a proxy’s own or another client’s.`,
      mend: () =>
        'Look for a proxy that puts its own Authorization in place of the client’s (nginx: proxy_set_header or proxy_pass with a user in its address; a front end with Basic authentication): have it pass the client’s on, or send the token in another header. If the client sent this, have it log in as the gate wants.',
    },
    ['missing-token', 'malformed-token'],
    (trial, place) => {
      const value = placedValue(trial, place) ?? '';
      const word = (SCHEME_WORD.exec(value)?.[0] ?? '').replace(/[: ]+$/, '').toLowerCase();
      if (word === place.prefix.trim().toLowerCase()) return undefined;
      const scheme = OTHER_SCHEMES.find((name) => name.toLowerCase() === word);
      return scheme && `credentials of the scheme ${scheme}`;
    },
  ),
  placeRow(
    {
      id: 'token-of-another-kind',
      certainty: 'likely',
      says: (kind) => `What came in place of the token is none: it is ${kind}.`,
      mend: () =>
        'Have the client send what its issuer gives it for this API, and no request at all where it got nothing: look in its log for why it got none.',
    },
    ['malformed-token', 'signature-mismatch'],
    (trial, { form }) => {
      const text = form === 'signed' ? textOfNoToken(trial) : placedToken(trial)?.text;
      return text === undefined ? undefined : kindOf(text, form === 'signed' ? KINDS : KINDS_OF_UNSET);
    },
  ),
  placeRow(
    {
      id: 'token-opaque',
      certainty: 'possible',
      says: (length) =>
        `What came in place of the token is no JSON Web Token: ${length} characters without its two dots, as opaque tokens, session ids and API keys are.`,
      mend: () =>
        'Have the client ask its issuer for a token of this API: many issuers give an opaque one where no audience or resource is named, which only they can look up.',
    },
    ['malformed-token'],
    (trial, { form }) => {
      const text = form === 'signed' ? textOfNoToken(trial) : undefined;
      const isOpaque = text !== undefined && /^[\w+/=~-]{8,}$/.test(text) && !/^eyJ/.test(text);
      return isOpaque && kindOf(text) === undefined ? String(text.length) : undefined;
    },
  ),
];

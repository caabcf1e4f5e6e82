/** Tokens that say of themselves what no gate takes: no signature, another algorithm, claims that can be read in two ways or in none. */
import { isHmacJwt } from '../../schemes/jwt/algorithms.ts';
import { parseSegment, segmentBytes, splitToken, type TokenText } from '../../schemes/jwt/token-text.ts';
import { byteText } from '../../text/bytes.ts';
import { shownClaim, shownText } from '../../text/shown-text.ts';
import type { Trace } from '../../trace.ts';
import type { Seen } from '../hypothesis.ts';
import { tokenDeclared } from '../other-options.ts';
import { tokenOf } from '../read-token.ts';
import { placedToken } from '../token-place.ts';
import type { Trial } from '../trial.ts';

function textRow(
  row: Pick<Seen, 'id' | 'certainty' | 'says' | 'mend'>,
  reason: 'algorithm-not-allowed' | 'malformed-token',
  sees: (trial: Trial, problem: string) => string | undefined,
): Seen {
  return {
    ...row,
    isFallback: true,
    part: 'token',
    steps: ['extract', 'compare'],
    example: 'token-key',
    sees: (trial, { verdict }: Trace) =>
      !verdict.ok && verdict.reason === reason ? sees(trial, verdict.message) : undefined,
  };
}

function splitOf(trial: Trial): TokenText | undefined {
  const placed = placedToken(trial);
  return placed?.place.form === 'signed' ? splitToken(placed.text) : undefined;
}

/** What the token says that it is signed with; undefined where its header cannot be read, or it is about another token. */
function namedAlgorithm(trial: Trial, problem: string): { readonly alg: unknown } | undefined {
  const text = splitOf(trial);
  const header = text && problem.startsWith('the token’s alg is ') ? parseSegment(text.header) : undefined;
  return header === undefined || typeof header === 'string' ? undefined : { alg: header['alg'] };
}

const isUnsigned = (alg: unknown): boolean => alg === undefined || /^none$/i.test(String(alg));

const UNREADABLE = /^the token’s (header|payload) (cannot be read: (.*), at byte (\d+)|is not UTF-8)$/;

/** The member’s name that begins there, in quotes. */
function nameAt(trial: Trial, part: string, at: number): string {
  const text = splitOf(trial);
  const bytes = text && segmentBytes(part === 'header' ? text.header : text.payload);
  const [name] = /^"(?:[^"\\]|\\.)*"/.exec(bytes ? byteText(bytes.subarray(at)) : '') ?? [];
  return name === undefined ? 'a name' : shownText(name);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value !== 'string') return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
  return /^\d{4}-\d\d/.test(value) ? 'a text, a date' : 'a text';
}

export const TOKEN_TEXT_SEEN: readonly Seen[] = [
  textRow(
    {
      id: 'token-unsigned',
      certainty: 'possible',
      says: (alg) =>
        `The token is not signed: its header says alg ${alg}. A library that was given no key makes such tokens; so does whoever tries whether a gate takes them.`,
      mend: () =>
        'If it is your issuer’s, give its library the key and the algorithm to sign with. An unsigned token proves nothing, and no setting of a gate takes it.',
    },
    'algorithm-not-allowed',
    (trial, problem) => {
      const named = namedAlgorithm(trial, problem);
      return named && isUnsigned(named.alg) ? shownClaim(named.alg) : undefined;
    },
  ),
  textRow(
    {
      id: 'token-other-algorithm',
      certainty: 'possible',
      says: (detail) => `The token’s header says that it is signed with ${detail}.`,
      mend: () =>
        'Look at which algorithm the issuer is set to, and set it, or the gate’s algorithm and key, to one of both: a gate never follows the token. If both are right, the token is another issuer’s.',
    },
    'algorithm-not-allowed',
    (trial, problem) => {
      const named = namedAlgorithm(trial, problem);
      const own = tokenDeclared(trial.scheme)?.options.algorithms ?? [];
      if (!named || isUnsigned(named.alg)) return undefined;
      // Of secret and key pair another row speaks.
      const isSecret = /^HS(?:256|384|512)$/.test(String(named.alg));
      const isOfPairs = /^(?:[RPE]S(?:256|384|512)|EdDSA|Ed25519)$/.test(String(named.alg));
      if (own.some((name) => (isHmacJwt(name) ? isOfPairs : isSecret))) return undefined;
      return `${shownClaim(named.alg)}, and the gate takes ${own.join(' or ')}`;
    },
  ),
  textRow(
    {
      id: 'token-name-twice',
      certainty: 'likely',
      says: (detail) =>
        `The token’s JSON has a name twice: ${detail}. Two readers would take two different values.`,
      mend: () =>
        'Have the issuer print its claims by a JSON library from one object, and not put the text together itself; a claim that it adds must replace the one that is there.',
    },
    'malformed-token',
    (trial, problem) => {
      const [, part = '', , fault = '', at = ''] = UNREADABLE.exec(problem) ?? [];
      return fault.includes('occurs twice') ? `${nameAt(trial, part, Number(at))} in its ${part}` : undefined;
    },
  ),
  textRow(
    {
      id: 'token-not-json',
      certainty: 'likely',
      says: (detail) => `The token’s ${detail}.`,
      mend: () =>
        'Have the issuer write each of both parts as one JSON object in UTF-8, and encode that text in base64url once. If it does, look for what cuts or changes the token on the way.',
    },
    'malformed-token',
    (_, problem) => {
      const [, part = '', what = '', fault = ''] = UNREADABLE.exec(problem) ?? [];
      return part === '' || fault.includes('occurs twice') ? undefined : `${part} ${what}`;
    },
  ),
  textRow(
    {
      id: 'token-claim-type',
      certainty: 'likely',
      says: (detail) => `The token’s ${detail}.`,
      mend: () =>
        'Have the issuer write exp, nbf and iat as numbers of Unix seconds, without quotes: Math.floor(Date.now() / 1000); and kid as a text.',
    },
    'malformed-token',
    (trial, problem) => {
      const [, name = '', fault] =
        /^the claim (\w+) (?:is not a number|(is not a time before the year 10000))$/.exec(problem) ?? [];
      if (name !== '')
        return `claim ${name} ${fault ?? `is ${typeOf(tokenOf(trial)?.claims[name])}, and must be a number`}`;
      return problem === 'the token’s kid is not text' ? 'kid is no text' : undefined;
    },
  ),
];

/** Tokens that say of themselves what no gate takes: no signature, another algorithm, claims that can be read in two ways or in none. */
import { MAX_TIME_MS, SECOND } from '../../freshness.ts';
import type { Step } from '../../refusals.ts';
import { isHmacJwt, type JwtAlgorithm } from '../../schemes/jwt/algorithms.ts';
import { parseSegment, segmentBytes, splitToken, type TokenText } from '../../schemes/jwt/token-text.ts';
import { byteText } from '../../text/bytes.ts';
import type { JsonObject } from '../../text/is-object.ts';
import { TWICE } from '../../text/json-names.ts';
import { isJsonFault, scanJsonObject } from '../../text/json-text.ts';
import { shownClaim, shownText } from '../../text/shown-text.ts';
import type { Trace } from '../../trace.ts';
import type { SignHypothesis } from '../hypothesis.ts';
import { tokenDeclared } from '../other-options.ts';
import { tokenOf } from '../read-token.ts';
import { placedToken } from '../token-place.ts';
import type { Trial } from '../trial.ts';

function textRow(
  row: Pick<SignHypothesis, 'id' | 'certainty' | 'says' | 'mend'>,
  reason: 'algorithm-not-allowed' | 'malformed-token',
  sees: (trial: Trial, step: Step) => string | undefined,
): SignHypothesis {
  return {
    ...row,
    isFallback: true,
    part: 'token',
    steps: ['extract', 'compare'],
    example: 'token-key',
    sees: (trial, { verdict }: Trace) =>
      !verdict.ok && verdict.reason === reason ? sees(trial, verdict.step) : undefined,
  };
}

function splitOf(trial: Trial): TokenText | undefined {
  const placed = placedToken(trial);
  return placed?.place.form === 'signed' ? splitToken(placed.text) : undefined;
}

function headerOf(trial: Trial): JsonObject | undefined {
  const text = splitOf(trial);
  const header = text && parseSegment(text.header);
  return typeof header === 'string' ? undefined : header;
}

/** What the token says that it is signed with, where the gate takes another; undefined where that cannot be read. */
function otherAlgorithm(
  trial: Trial,
): { readonly alg: unknown; readonly own: readonly JwtAlgorithm[] } | undefined {
  const { algorithms: own = [] } = tokenDeclared(trial.scheme)?.options ?? {};
  const header = headerOf(trial);
  if (!header || own.some((name) => name === header['alg'])) return undefined;
  return { alg: header['alg'], own };
}

const isUnsigned = (alg: unknown): boolean => alg === undefined || /^none$/i.test(String(alg));

interface TextFault {
  readonly part: 'header' | 'payload';
  /** The name that is there twice, in quotes; undefined where it is another fault. */
  readonly twice: string | undefined;
  readonly fault: string;
}

/** Why the token’s JSON cannot be read, in its first part that cannot. */
function textFault(trial: Trial): TextFault | undefined {
  const text = splitOf(trial);
  for (const part of ['header', 'payload'] as const) {
    const bytes = text && segmentBytes(text[part]);
    if (!bytes) return undefined;
    const scanned = scanJsonObject(bytes);
    if (isJsonFault(scanned)) {
      const { fault, offset } = scanned;
      const [name] = /^"(?:[^"\\]|\\.)*"/.exec(byteText(bytes.subarray(offset))) ?? [];
      const twice = fault === TWICE ? shownText(name ?? 'a name') : undefined;
      return { part, twice, fault: `cannot be read as JSON: ${fault}, at byte ${offset}` };
    }
  }
  return undefined;
}

/** What is wrong with the first claim of time that is none; undefined where it is one in milliseconds, of which another row speaks. */
function timeFault(trial: Trial): string | undefined {
  const claims = tokenOf(trial)?.claims ?? {};
  for (const name of ['exp', 'nbf', 'iat']) {
    const value = claims[name];
    if (value === undefined) continue;
    if (typeof value !== 'number') return `claim ${name} is ${typeOf(value)}, and must be a number`;
    if (Math.abs(value) > MAX_TIME_MS) return `claim ${name} is not a time before the year 10000`;
    if (Math.abs(value) > MAX_TIME_MS / SECOND) return undefined;
  }
  return undefined;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value !== 'string') return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
  return /^\d{4}-\d\d/.test(value) ? 'a text, a date' : 'a text';
}

export const TOKEN_TEXT_SEEN: readonly SignHypothesis[] = [
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
    (trial) => {
      const named = otherAlgorithm(trial);
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
    (trial) => {
      const named = otherAlgorithm(trial);
      if (!named || isUnsigned(named.alg)) return undefined;
      // Another row speaks of a secret beside a key pair.
      const isSecret = /^HS(?:256|384|512)$/.test(String(named.alg));
      const isOfPairs = /^(?:[RPE]S(?:256|384|512)|EdDSA|Ed25519)$/.test(String(named.alg));
      if (named.own.some((name) => (isHmacJwt(name) ? isOfPairs : isSecret))) return undefined;
      return `${shownClaim(named.alg)}, and the gate takes ${named.own.join(' or ')}`;
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
    (trial) => {
      const { part, twice } = textFault(trial) ?? {};
      return twice === undefined ? undefined : `${twice} in its ${part}`;
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
    (trial) => {
      const { part, twice, fault } = textFault(trial) ?? {};
      return twice === undefined && fault !== undefined ? `${part} ${fault}` : undefined;
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
    (trial, step) => {
      // The times are judged once a key has proved the token, the rest before.
      if (step === 'compare') return timeFault(trial);
      const kid = headerOf(trial)?.['kid'];
      return kid === undefined || typeof kid === 'string'
        ? undefined
        : `kid is ${typeOf(kid)}, and must be a text`;
    },
  ),
];

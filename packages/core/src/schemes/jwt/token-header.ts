/** The header of a token: its algorithm, type and key id, held against what the gate is set to. */
import { type Objection, objection } from '../../objection.ts';
import { shownClaim } from '../../text/shown-text.ts';
import { isHmacJwt, type JwtAlgorithm } from './algorithms.ts';
import { parseSegment, type TokenSegment } from './token-text.ts';

/** What a token's header says, once it is found good. */
export interface GoodHeader {
  /** The algorithm's place in the list. */
  readonly variant: number;
  /** The key that it names. */
  readonly kid: string | undefined;
  /** The same of a token of secrets, where it names none for certain. */
  readonly hints: readonly string[];
}

/** By the option that decided: what to do where a provider leaves it to no gate. */
export type TokenRemedies = Readonly<Partial<Record<'algorithm' | 'typ' | 'issuer' | 'audience', string>>>;

export const AS_JSON =
  'The issuer must write one JSON object, each name in it once, in base64url. If it does, look for truncation on the way.';

export const AS_RFC_7519 =
  'The issuer must write it as RFC 7515 and 7519 do: kid as a text; exp, nbf and iat as numbers of Unix seconds.';

/** Judges the first segment. @param typ what the header must say of the token's type; undefined: anything */
export function judgeHeader(
  segment: TokenSegment,
  algorithms: readonly JwtAlgorithm[],
  typ: string | undefined,
  remedies: TokenRemedies = {},
): GoodHeader | Objection {
  const header = parseSegment(segment);
  if (typeof header === 'string') return malformed(`the token’s header ${header}`, AS_JSON);
  const variant = algorithms.indexOf(header['alg'] as JwtAlgorithm);
  if (variant < 0) {
    const named = shownClaim(header['alg']);
    return objection(
      'algorithm-not-allowed',
      `the token’s alg is ${named}, not ${algorithms.join(' or ')}`,
      header['alg'] === undefined || header['alg'] === 'none'
        ? 'The token is not signed, so that anybody could have written it: look at who sends it.'
        : (remedies.algorithm ??
            'Set the gate’s algorithm to the one that the issuer signs with, if that is it; the gate never follows the token.'),
    );
  }
  // RFC 7515 §4.1.11: an extension that is not understood must be refused; none is.
  if (header['crit'] !== undefined) {
    return malformed(
      'the token’s header has critical extensions (crit)',
      'None is understood here: have the issuer leave them out.',
    );
  }
  if (typ !== undefined && mediaType(header['typ']) !== mediaType(typ)) {
    const named = shownClaim(header['typ']);
    return malformed(
      `the token’s typ is ${named}, not ${typ}`,
      remedies.typ ?? 'It is a token for something else, or the gate’s typ is wrong.',
    );
  }
  const { kid } = header;
  if (kid !== undefined && typeof kid !== 'string')
    return malformed('the token’s kid is not text', AS_RFC_7519);
  // A ring of secrets tries all: an id given to one there is the operator's own.
  const isNaming = !isHmacJwt(algorithms[variant] as JwtAlgorithm);
  return { variant, kid: isNaming ? kid : undefined, hints: isNaming || kid === undefined ? [] : [kid] };
}

/** RFC 7515 §4.1.9: `application/` may be left out; media types are compared without regard to case. */
function mediaType(value: unknown): string | undefined {
  return typeof value === 'string' ? value.toLowerCase().replace(/^application\/(?=[^/]*$)/, '') : undefined;
}

export function malformed(message: string, remedy?: string): Objection {
  return objection('malformed-token', message, remedy);
}

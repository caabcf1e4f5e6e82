/** The header of a detached signature (RFC 7515 appendix F), held against what the gate is set to. */
import { type Objection, objection } from '../../objection.ts';
import { shownClaim, shownText } from '../../text/shown-text.ts';
import { isToken } from '../../text/token.ts';
import type { JwtAlgorithm } from '../jwt/algorithms.ts';
import { isSignatureLength, signatureBytesOf } from '../jwt/find-token.ts';
import { judgeHeader } from '../jwt/token-header.ts';
import { MAX_TOKEN_CHARS, parseSegment, segmentBytes, splitToken } from '../jwt/token-text.ts';
import type { DetachedJwsOptions } from './detached-jws-options.ts';

/** What is found of a signature that its header makes one for this gate. */
export interface DetachedHeader {
  /** As it stands in the signature, which covers it so. */
  readonly segment: string;
  /** The place of its algorithm in the gate’s list. */
  readonly variant: number;
  readonly signature: Uint8Array;
  readonly kid: string | undefined;
  /** Where the sender says that its keys are. Nobody follows it. */
  readonly jku: unknown;
  /** The headers that it covers besides, as it writes them, in its order. */
  readonly names: readonly string[];
}

/** More headers than these nobody signs, and each is looked for. */
const MAX_NAMES = 32;

/** @param value the header that carries the signature */
export function readDetachedHeader(
  { algorithms, headersParameter, parameters = {}, requiredHeaders = [] }: DetachedJwsOptions,
  value: string,
): DetachedHeader | Objection {
  if (value.length > MAX_TOKEN_CHARS) {
    return malformed(`the signature is ${value.length} characters long; at most ${MAX_TOKEN_CHARS} are read`);
  }
  const parts = splitToken(value);
  if (!parts) return malformed('the signature does not have three segments with a dot between each');
  const { header, payload } = parts;
  if (payload.end > payload.start) {
    return malformed('the signature has a payload of its own in place of the request');
  }
  const judged = judgeHeader(header, algorithms, undefined);
  if ('reason' in judged) return ofSignature(judged);
  const signature = segmentBytes(parts.signature);
  const exact = signatureBytesOf(algorithms[judged.variant] as JwtAlgorithm);
  if (!signature || !isSignatureLength(signature.length, exact)) {
    return malformed('its last segment is not base64url of a signature’s length');
  }
  // What judgeHeader has read is an object.
  const members = parseSegment(header) as Readonly<Record<string, unknown>>;
  for (const [name, due] of Object.entries(parameters)) {
    if (members[name] === due) continue;
    return malformed(`the signature’s ${name} is ${shownClaim(members[name])}, not ${JSON.stringify(due)}`);
  }
  const names = namesOf(members[headersParameter], headersParameter);
  if ('reason' in names) return names;
  const lower = names.map((name) => name.toLowerCase());
  const missing = requiredHeaders.find((name) => !lower.includes(name));
  if (missing !== undefined) {
    return objection(
      'missing-part',
      `the signature does not cover the header ${missing}, which the gate demands`,
      'Have the sender sign it, or take it out of the gate’s requiredHeaders.',
    );
  }
  return {
    segment: value.slice(header.start, header.end),
    variant: judged.variant,
    signature,
    kid: judged.kid,
    jku: members['jku'],
    names,
  };
}

/** Names with commas between; none where there is no list. */
function namesOf(list: unknown, parameter: string): readonly string[] | Objection {
  if (list === undefined || list === '') return [];
  if (typeof list !== 'string') return malformed(`the signature’s ${parameter} is not text`);
  const names = list.split(',');
  if (names.length > MAX_NAMES) {
    return malformed(`the signature covers ${names.length} headers; at most ${MAX_NAMES} are looked for`);
  }
  const other = names.find((name) => !isToken(name));
  if (other !== undefined) {
    return malformed(`the signature’s ${parameter} names "${shownText(other)}", which is no header`);
  }
  const lower = names.map((name) => name.toLowerCase());
  if (new Set(lower).size < lower.length) {
    return malformed(`the signature’s ${parameter} names a header twice`);
  }
  return names;
}

/** The same fault in the words of signatures. */
function ofSignature(fault: Objection): Objection {
  const problem = fault.problem.replaceAll('the token', 'the signature');
  return fault.reason === 'algorithm-not-allowed'
    ? objection(fault.reason, problem, OTHER_ALGORITHM)
    : malformed(problem);
}

const OTHER_ALGORITHM =
  'Look at who sends it: the gate takes no other algorithm, whatever a signature names.';

export function malformed(problem: string): Objection {
  return objection(
    'malformed-signature',
    problem,
    'Compare it with what the sender’s page says; look for a proxy that cuts or changes the header.',
  );
}

/** A request as its sender would sign it now: what of an earlier one goes into it, and what is made anew. */

import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { effectiveRequest, type Gate, HeaderList, SetupError, type SignedRequest } from '@countersign/core';
import { isObject } from '@countersign/core/internal/is-object';
import { sampleNonce } from '@countersign/core/internal/signing-recipe';
import { withoutProof } from '@countersign/core/internal/without-proof';
import { MINUTE } from '../config/units.ts';
import { Problem } from './problem.ts';

/** A request yet to be signed, as it was received or made up. */
export interface UnsignedRequest
  extends Pick<SignedRequest, 'method' | 'url' | 'headers' | 'body' | 'forwarded'> {}

/** A connection's own, what proxies add, and what is counted anew. */
const LEFT_OUT =
  /^(?:host|connection|content-length|transfer-encoding|keep-alive|proxy-connection|upgrade|expect|te|trailer|forwarded|x-forwarded-.*)$/i;

/** Its claims, where the proof is a token. */
const TOKEN_MS: number = 5 * MINUTE;
const OF_TIME = ['exp', 'iat', 'nbf', 'jti'];
const MAX_TOKEN_CHARS = 16_384;

/**
 * Signed with the gate's active key, its URL a path and its Host field there; without a proof where the gate takes unsigned requests.
 * @param host where the request names none
 */
export async function signAnew(
  gate: Gate | undefined,
  request: UnsignedRequest,
  { host, nowMs }: { readonly host: string; readonly nowMs: number },
): Promise<SignedRequest | Problem> {
  const effective = effectiveRequest(request);
  if ('reason' in effective) return new Problem('cannot-sign', effective.problem);
  const { path, query, host: ownHost, port } = effective;
  const authority = ownHost === undefined ? host : port === '' ? ownHost : `${ownHost}:${port}`;
  // One that is empty may be a secret that was withheld.
  const kept = [...request.headers].filter(([name, value]) => !LEFT_OUT.test(name) && value !== '');
  const headers = new HeaderList(['Host', authority, ...kept.flat()]);
  const { method, body } = request;
  const url = query === undefined ? path : `${path}?${query}`;
  const anew = { method, url, headers, body };
  if (gate === undefined) return anew;
  try {
    const claims =
      gate.scheme.proof === 'token' ? claimsOf(request.headers, gate.proofHeaders, nowMs) : undefined;
    return await gate.sign({
      ...(await withoutProof(gate, anew)),
      ...(claims && { claims }),
      ...sampleNonce(gate.scheme, randomUUID()),
    });
  } catch (error) {
    if (error instanceof SetupError) return new Problem('cannot-sign', `${error.problem}. ${error.remedy}`);
    throw error;
  }
}

/** Those of the token that it had, which say what it is for; times are of now. */
function claimsOf(
  headers: SignedRequest['headers'],
  proof: readonly string[],
  nowMs: number,
): Readonly<Record<string, unknown>> {
  const [token = ''] = proof
    .map((name) => headers.get(name)?.replace(/^\w+ +/, '') ?? '')
    .filter((text) => text !== '');
  const before = payloadOf(token.slice(0, MAX_TOKEN_CHARS));
  const lasting = Object.entries(before).filter(([name]) => !OF_TIME.includes(name));
  return { ...Object.fromEntries(lasting), exp: Math.floor((nowMs + TOKEN_MS) / 1000) };
}

function payloadOf(token: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

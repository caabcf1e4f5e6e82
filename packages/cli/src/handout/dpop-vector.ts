/** A DPoP proof for a test vector: made here, of a key that can be printed, and judged by core. */

import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { createGate, type Draft, type Gate, type SignedRequest } from '@countersign/core';
import { familyOf, hashOf } from './algorithms.ts';
import type { AnyRecipe } from './any-recipe.ts';
import type { SigningPlan } from './signing-plan.ts';
import { throwAwaySecret } from './throw-away-key.ts';

export interface DpopVector {
  /** A gate of the same demands on proofs, whose access tokens are signed by a throw-away key. */
  gate(now: () => number): Gate;
  request(gate: Gate, draft: Draft): Promise<SignedRequest>;
}

export interface DpopVectorInput {
  /** Of the client’s private key. */
  readonly key: string;
  readonly of: AnyRecipe;
  readonly plan: SigningPlan;
  readonly timeMs: number;
  readonly id: string;
}

/** Undefined where no proof of DPoP is asked for. */
export function dpopOf({ key, of, plan, timeMs, id }: DpopVectorInput): DpopVector | undefined {
  const dpop = of.kind === 'token' ? of.recipe.dpop : undefined;
  if (dpop === undefined) return undefined;
  const privateKey = createPrivateKey(key);
  const { algorithms, origin } = dpop;
  return {
    gate: (now) =>
      createGate({
        provider: {
          id: 'dpop',
          proofAlgorithm: [...algorithms],
          ...(origin !== undefined && { origin }),
        },
        keys: [throwAwaySecret('utf8', '')],
        now,
      }),
    async request(gate, draft) {
      const jwk = createPublicKey(privateKey).export({ format: 'jwk' });
      const cnf = { jkt: hashOfText(JSON.stringify(Object.fromEntries(thumbprintMembers(jwk)))) };
      const token = await gate.sign({ ...draft, claims: { cnf } });
      const access = token.headers.get('authorization') ?? '';
      const header = { typ: 'dpop+jwt', alg: algorithmOf(plan), jwk };
      const claims = {
        jti: id,
        htm: plan.method,
        htu: (origin ?? new URL(plan.url).origin) + new URL(plan.url).pathname,
        ath: hashOfText(access.replace('DPoP ', '')),
        iat: timeMs / 1000,
      };
      const message = `${segment(header)}.${segment(claims)}`;
      const proof = `${message}.${signatureOf(message, plan, privateKey).toString('base64url')}`;
      return { ...token, headers: token.headers.with('dpop', proof) };
    },
  };
}

/** As plans have it in their text. */
export function algorithmOf({ computed }: SigningPlan): string {
  const header = computed.find(({ variable }) => variable === 'header');
  const text = header && 'of' in header && header.of[0] && 'text' in header.of[0] ? header.of[0].text : '';
  return /"alg":"([^"]+)"/.exec(text)?.[1] ?? '';
}

function signatureOf(message: string, plan: SigningPlan, key: KeyObject): Buffer {
  const family = familyOf(plan);
  const hash = family === 'ed25519' ? null : hashOf(plan);
  return sign(hash, Buffer.from(message), {
    key,
    ...(family === 'ecdsa-raw' && { dsaEncoding: 'ieee-p1363' }),
    // RSASSA-PSS with a salt as long as its hash.
    ...(family === 'rsa-pss' && { padding: 6, saltLength: -1 }),
  });
}

function segment(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function hashOfText(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** RFC 7638 §3.2: the required members in the order of their names. */
function thumbprintMembers(jwk: object): readonly (readonly [string, unknown])[] {
  return Object.entries(jwk)
    .filter(([name]) => ['crv', 'e', 'kty', 'n', 'x', 'y'].includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

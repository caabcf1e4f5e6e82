/** What DPoP’s scheme was declared as (RFC 9449): the options of its access token, and how old its proofs may be. */
import type { Tolerance } from '../freshness.ts';
import type { Declared, Scheme } from '../scheme.ts';
import { DPOP_TOLERANCE } from '../schemes/jwt/dpop-scheme.ts';
import type { JwtOptions } from '../schemes/jwt/token-options.ts';
import { declaredAs } from './declared.ts';

/** The declaration of the token that a proof comes with. */
export function boundToken(scheme: Scheme): Declared<JwtOptions> | undefined {
  const declared = declaredAs(scheme, 'dpop');
  if (!declared) return undefined;
  const { options, build } = declared;
  return { type: 'token', options: options.token, build: (token) => build({ ...options, token }) };
}

/** The same scheme with another tolerance of its proofs; undefined for others. */
export function withProofTolerance(scheme: Scheme, other: Partial<Tolerance>): Scheme | undefined {
  const declared = declaredAs(scheme, 'dpop');
  const { tolerance = DPOP_TOLERANCE } = declared?.options ?? {};
  return declared?.build({ ...declared.options, tolerance: { ...tolerance, ...other } });
}

/** What a gate demands of a DPoP proof (RFC 9449), as plain data: see `signing-recipe.ts`. */
import type { Tolerance } from './freshness.ts';
import { originText } from './origin-text.ts';
import type { Scheme } from './scheme.ts';
import type { PublicKeyJwtAlgorithm } from './schemes/jwt/algorithms.ts';
import { DPOP_TOLERANCE, type DpopOptions } from './schemes/jwt/dpop-scheme.ts';

/** How a DPoP proof must be made. */
export interface DpopRecipe {
  /** Lower-case name of the header that carries it. */
  readonly header: string;
  readonly algorithms: readonly PublicKeyJwtAlgorithm[];
  readonly tolerance: Tolerance;
  /** Scheme and authority as the gate says them. Absent: what the request says. */
  readonly origin?: string;
}

/** With the options of the access token beside it; undefined for another scheme. */
export function dpopRecipe({
  declared,
}: Scheme): { readonly token: DpopOptions['token']; readonly proof: DpopRecipe } | undefined {
  if (declared.type !== 'dpop') return undefined;
  // The type says what the options are: each is written in one place.
  const { token, proofAlgorithms, tolerance = DPOP_TOLERANCE, origin } = declared.options as DpopOptions;
  return {
    token,
    proof: {
      header: 'dpop',
      algorithms: proofAlgorithms,
      tolerance,
      ...(origin && { origin: originText(origin) }),
    },
  };
}

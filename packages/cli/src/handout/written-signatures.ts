/** How a signature’s bytes are written: for programs, in formulas, in tables. */
import type { SigningRecipe } from '@countersign/core/internal/signing-recipe';

/** How programs write one. */
export type PlanSignatureEncoding = 'hex' | 'base64' | 'base64url';

export interface WrittenSignature {
  /** Absent where no program writes it so. */
  readonly encoding?: PlanSignatureEncoding;
  readonly name: string;
  readonly format: string;
}

export const WRITTEN_SIGNATURES: Readonly<Record<SigningRecipe['signature']['encoding'], WrittenSignature>> =
  {
    hex: { encoding: 'hex', name: 'hex', format: 'lower-case hex' },
    'hex-any-case': { encoding: 'hex', name: 'hex', format: 'hex' },
    base64: { encoding: 'base64', name: 'base64', format: 'base64' },
    'base64-unpadded': { name: 'base64', format: 'base64 without padding' },
    base64url: { encoding: 'base64url', name: 'base64url', format: 'base64url' },
    text: { name: 'text', format: 'text' },
  };

/**
 * Why there is no token, where the upstream did not say: it refuses those that it has just issued, what it issued
 * is no good, or the manager is closed.
 */
export type TokenErrorCode = 'refused' | 'unusable' | 'closed';

/** There is no token to use. Holds none. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
  readonly code: TokenErrorCode;

  constructor(code: TokenErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

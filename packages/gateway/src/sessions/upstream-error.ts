/** Why a vendor's server could not be used. */

/**
 * Why a call came to nothing. `unreachable`: no connection, so nothing was done there. `circuit-open`: not tried.
 * `lost`: sent, and no whole answer came. `status`: answered otherwise than 2xx. `malformed`: 2xx, and not as described.
 */
export type UpstreamErrorCode = 'unreachable' | 'circuit-open' | 'timeout' | 'lost' | 'status' | 'malformed';

/** A call that came to nothing. Holds nothing that the upstream or the caller said. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly code: UpstreamErrorCode;
  /** Where the code is `status`. */
  readonly status: number | undefined;
  /** Where the code is `circuit-open`. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: UpstreamErrorCode,
    message: string,
    more: { readonly status?: number; readonly retryAfterMs?: number; readonly cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.status = more.status;
    this.retryAfterMs = more.retryAfterMs;
  }

  /** Whether the upstream may have done what it was asked to. */
  get mayBeDone(): boolean {
    if (this.code === 'status') return this.status === 502 || this.status === 504;
    return this.code === 'timeout' || this.code === 'lost' || this.code === 'malformed';
  }
}

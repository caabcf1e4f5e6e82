/** A request as a platform would put it on the wire, built and signed but not yet sent. */

/** One header field, as it goes on the wire. */
export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

/** A signed request, ready to send any number of times: the same object is the same bytes. */
export interface SandboxRequest {
  /** What this request is, for logs and tables, e.g. `flowent/go`. */
  readonly name: string;
  readonly method: string;
  /** Path and query, from the root: `/actions/send_email`. */
  readonly path: string;
  readonly headers: readonly HeaderField[];
  /** Empty for a request without a body. */
  readonly body: Uint8Array;
}

/** The first value of a request's header, found without regard to case. */
export function headerOf(request: SandboxRequest, name: string): string | undefined {
  const lower = name.toLowerCase();
  return request.headers.find((field) => field.name.toLowerCase() === lower)?.value;
}

/** The UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A key that the receiver does not hold: what a sender of another tenant or environment would sign with. */
export function otherKey(key: string): string {
  return `${key}-of-another-environment`;
}

/** How far a `stale` or `future` request's clock is off: beyond the tolerance of every provider (300 s at most). */
export const CLOCK_ERROR_MS: number = 600_000;

/** How far off the clock of a signer with that fault is: 0 for all others. */
export function clockErrorMs(fault: string | undefined): number {
  if (fault === 'stale') return -CLOCK_ERROR_MS;
  return fault === 'future' ? CLOCK_ERROR_MS : 0;
}

/** A Unix time in whole seconds. */
export function unixSeconds(nowMs: number): number {
  return Math.floor(nowMs / 1000);
}

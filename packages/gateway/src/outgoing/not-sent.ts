/** Whether a call that failed ever left: where there was no connection, nothing was done at the other end. */

/** https://nodejs.org/api/errors.html#common-system-errors, and undici's own. */
const NOT_SENT: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Of `AddressRefused`. */
const REFUSED_ADDRESS = /^REFUSED_[A-Z_]+_ADDRESS$/;

/** True only where it is certain. @param code of the error that the call failed with. */
export function wasNotSent(code: unknown): boolean {
  return NOT_SENT.has(code) || (typeof code === 'string' && REFUSED_ADDRESS.test(code));
}

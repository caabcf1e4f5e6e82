/** What a request of a standard says of the scheme by which it is signed. */
import type { RawOptions } from '../options.ts';

/** A scheme to try, and when the request was signed, where it says so. */
export interface StandardCandidate {
  readonly scheme: RawOptions;
  readonly signedMs: number | undefined;
}

/** A longer header is not looked into. */
export const MAX_CHARS: number = 8 * 1024;

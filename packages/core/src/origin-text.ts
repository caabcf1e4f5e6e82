/** An origin as a text. */
import type { Origin } from './effective-request.ts';

/** Scheme and authority, e.g. `https://api.example:8443`. */
export function originText({ scheme, host, port }: Origin): string {
  return `${scheme}://${host}${port === '' ? '' : `:${port}`}`;
}

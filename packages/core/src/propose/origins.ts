/** Whom a request may have been sent to, where it does not say so itself. */
import { isAbsolute } from '../effective-request.ts';
import type { SignedRequest } from '../model.ts';

/** The other scheme: behind a proxy that ends TLS, a request does not say what its sender has called. */
export function otherOrigins({ url, headers }: SignedRequest): readonly string[] {
  const scheme = isAbsolute(url) && url.startsWith('http:') ? 'https' : 'http';
  const host = isAbsolute(url) ? new URL(url).host : headers.get('host');
  return host === undefined || !/^[\w.:[\]-]+$/.test(host) ? [] : [`${scheme}://${host}`];
}

/** Scheme and host that the client spoke to, in the words of a trusted proxy. */
import type { HeaderList } from './headers.ts';
import type { SignedRequest } from './model.ts';
import { trimSpace } from './text/white-space.ts';

type Forwarded = NonNullable<SignedRequest['forwarded']>;

/**
 * Reads X-Forwarded-Proto and X-Forwarded-Host. Proxies in a row append theirs, or pass on what the client wrote: where
 * entries differ nobody knows whose is whose, and none is believed. A protocol that is not HTTP is none.
 */
export function forwardedOrigin(headers: HeaderList): Forwarded {
  const host = onlyEntry(headers, 'x-forwarded-host');
  const scheme = onlyEntry(headers, 'x-forwarded-proto');
  return {
    ...(host !== undefined && { host }),
    ...((scheme === 'https' || scheme === 'http') && { scheme }),
  };
}

/** The entry that all fields of a name agree on, in lower case. */
function onlyEntry(headers: HeaderList, name: string): string | undefined {
  let only: string | undefined;
  for (const [key, value] of headers) {
    if (key.toLowerCase() !== name) continue;
    for (const entry of value.toLowerCase().split(',')) {
      const text = trimSpace(entry);
      if (text === '') continue;
      if (only !== undefined && only !== text) return undefined;
      only = text;
    }
  }
  return only;
}

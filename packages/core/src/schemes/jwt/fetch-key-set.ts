/** One fetch of a JWKS: bounded in time and size, redirects not followed. */
import { memberOf, messageOf } from '../../given.ts';
import { parseKeyJson } from '../../keys/jwk.ts';
import { counted, duration } from '../../text/amounts.ts';
import { readUpTo } from '../../text/collect-bytes.ts';
import { quotesSecretOf } from '../../text/shown-url.ts';
import { type PublishedKeySet, readPublishedKeySet } from './token-key-text.ts';

export interface KeySetRequest {
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** The set, or a text that says why there is none; never throws. */
export async function fetchKeySet({
  url,
  fetch,
  timeoutMs,
  maxBytes,
}: KeySetRequest): Promise<PublishedKeySet | string> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      credentials: 'omit',
      headers: { accept: 'application/jwk-set+json, application/json' },
      signal,
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      // An opaque redirect has status 0.
      const isRedirect = response.status === 0 || (response.status >= 300 && response.status < 400);
      return isRedirect ? 'it redirects, which is not followed' : `it answered ${response.status}`;
    }
    const body = response.body === null ? new Uint8Array(0) : await readUpTo(response.body, maxBytes);
    if (!body) return `it is larger than ${counted(maxBytes, 'byte')}`;
    const json = parseKeyJson(body);
    return json ? await readPublishedKeySet(json) : 'it is not a JSON object';
  } catch (error) {
    if (signal.aborted) return `it did not answer within ${duration(timeoutMs)}`;
    return `it cannot be reached (${reasonOf(error, url)})`;
  }
}

/** `fetch failed` says nothing; its cause does: ECONNREFUSED, or of one without a code its message (bad port). A message that quotes a secret in the address gives way to its kind. */
function reasonOf(error: unknown, url: string): string {
  const cause = memberOf(error, 'cause');
  const words = [
    memberOf(cause, 'code'),
    memberOf(cause, 'message'),
    messageOf(error),
    memberOf(error, 'name'),
  ].find((text): text is string => typeof text === 'string' && !quotesSecretOf(url, text));
  return words ?? 'for a reason that quotes a secret in its address';
}

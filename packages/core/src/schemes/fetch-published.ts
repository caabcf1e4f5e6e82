/** One fetch of what is published at an address: bounded in time and size, redirects not followed. */
import { memberOf, messageOf } from '../given.ts';
import { counted, duration } from '../text/amounts.ts';
import { readUpTo } from '../text/collect-bytes.ts';
import { quotesSecretOf } from '../text/shown-url.ts';

export interface FetchRequest {
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  /** Of the whole of it. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export interface PublishedRequest extends FetchRequest {
  /** The media types that are asked for. */
  readonly accept: string;
}

/** The bytes, or why there are none: a sentence that goes on from what was asked, and the status where there was one. */
export type FetchedBytes =
  | { readonly bytes: Uint8Array }
  | { readonly fault: string; readonly status?: number };

/** The bytes, or a text that says why there are none; never throws. */
export async function fetchPublished({ accept, ...request }: PublishedRequest): Promise<Uint8Array | string> {
  const answer = await fetchBytes(request, { headers: { accept } });
  return 'fault' in answer ? answer.fault : answer.bytes;
}

/** Never throws. @param init what is sent; its header values are checked before: an error would quote one that cannot be sent */
export async function fetchBytes(
  { url, fetch, timeoutMs, maxBytes }: FetchRequest,
  init: RequestInit,
): Promise<FetchedBytes> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', credentials: 'omit', signal });
    const { status } = response;
    if (status !== 200) {
      await response.body?.cancel();
      // An opaque redirect has status 0.
      const isRedirect = status === 0 || (status >= 300 && status < 400);
      const fault = isRedirect ? 'it redirects, which is not followed' : `it answered ${status}`;
      return { fault, status };
    }
    const bytes = response.body === null ? new Uint8Array(0) : await readUpTo(response.body, maxBytes);
    return bytes ? { bytes } : { fault: `it is larger than ${counted(maxBytes, 'byte')}` };
  } catch (error) {
    if (signal.aborted) return { fault: `it did not answer within ${duration(timeoutMs)}` };
    return { fault: `it cannot be reached (${reasonOf(error, url)})` };
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

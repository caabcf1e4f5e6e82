/** Sends a built request with its bytes untouched, and measures the answer. */
import { shownUrl } from '@countersign/core/internal/shown-url';
import type { HeaderField, SandboxRequest } from './sandbox-request.ts';

/** What came back. */
export interface SandboxResponse {
  readonly status: number;
  readonly headers: readonly HeaderField[];
  readonly body: Uint8Array;
  /** From the call to the last byte of the answer. */
  readonly durationMs: number;
}

export interface SendOptions {
  /** Default: the runtime's `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
  /** Covers connecting, sending and reading the answer. Default 10,000 ms. */
  readonly timeoutMs?: number;
  /** A clock that never goes back, in milliseconds. Default `performance.now`. */
  readonly monotonicMs?: () => number;
}

/**
 * Sends a request to a server and reads the whole answer. Redirects are not followed: an answer is what the server said.
 * @param baseUrl `http://127.0.0.1:8787`, or with a path that the request's path is appended to.
 * @throws TypeError where `baseUrl` is no http(s) URL; Error where no answer came in time.
 */
export async function send(
  request: SandboxRequest,
  baseUrl: string,
  options: SendOptions = {},
): Promise<SandboxResponse> {
  const url = targetUrl(baseUrl, request.path);
  const { fetch = globalThis.fetch, timeoutMs = 10_000, monotonicMs = () => performance.now() } = options;
  const startedMs = monotonicMs();
  try {
    const response = await fetch(url, {
      method: request.method,
      headers: request.headers.map((field) => [field.name, field.value]),
      // fetch refuses a body with GET, even an empty one.
      body: request.body.length === 0 ? null : new Uint8Array(request.body),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const body = new Uint8Array(await response.arrayBuffer());
    const headers = [...response.headers].map(([name, value]) => ({ name, value }));
    return { status: response.status, headers, body, durationMs: monotonicMs() - startedMs };
  } catch (error) {
    throw new Error(`${request.name}: ${request.method} ${shownUrl(url)} got no answer: ${causeOf(error)}`, {
      cause: error,
    });
  }
}

function targetUrl(baseUrl: string, path: string): string {
  const base = URL.parse(baseUrl);
  if (base === null || !/^https?:$/.test(base.protocol) || base.search !== '' || base.hash !== '') {
    throw new TypeError('baseUrl must be an http or https URL without query, e.g. http://127.0.0.1:8787');
  }
  return base.origin + base.pathname.replace(/\/$/, '') + path;
}

/** fetch says only "fetch failed"; its cause says why. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}

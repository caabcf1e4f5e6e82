/** One outgoing call, bounded in time and size. What became of it is a value; what it means is the caller's. */

import { readUpTo } from '@countersign/core/collect-bytes';
import { parseExactJson } from '@countersign/core/internal/parse-exact-json';
import { isTooDeep } from '../input/find-hazard.ts';
import { wasNotSent } from './not-sent.ts';

export interface OutgoingCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Ends the call. */
  readonly signal?: AbortSignal | undefined;
}

/** An answer of any status. */
export interface OutgoingAnswer {
  readonly kind: 'answered';
  readonly status: number;
  readonly headers: Headers;
  /** Undefined where it is longer than an answer may be. */
  readonly body: Uint8Array | undefined;
}

/**
 * No whole answer came. `not-sent`: no connection, or none to such an address, so nothing was done there. `timeout`: not within the
 * time. `given-up`: the call's signal ended it. `lost`: it broke off. After the last three nobody knows what was done.
 */
export interface OutgoingFailure {
  readonly kind: 'not-sent' | 'timeout' | 'given-up' | 'lost';
  /** Such as `ECONNREFUSED`. */
  readonly code: string | undefined;
  /** The code, or where there is none what the error says. */
  readonly reason: string;
  readonly cause: unknown;
}

export interface OutgoingClientOptions {
  /** Its address policy is the calls'. @see createOutgoingFetch */
  readonly fetch: typeof fetch;
  /** Of one call, its answer's body included. */
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
}

export interface OutgoingClient {
  /** Does not reject. */
  send(call: OutgoingCall): Promise<OutgoingAnswer | OutgoingFailure>;
}

/** Makes a client. It follows no redirect: what the headers carry is for the call's address and no other. */
export function createOutgoingClient(options: OutgoingClientOptions): OutgoingClient {
  const { timeoutMs, maxAnswerBytes } = options;
  return {
    send: async ({ url, method, headers, body, signal }) => {
      const timeout = new AbortController();
      const timer = setTimeout(() => timeout.abort(), timeoutMs);
      try {
        const response = await options.fetch(url, {
          method,
          headers,
          ...(body !== undefined && { body }),
          redirect: 'manual',
          signal: signal === undefined ? timeout.signal : AbortSignal.any([signal, timeout.signal]),
        });
        const bytes =
          response.body === null ? new Uint8Array(0) : await readUpTo(response.body, maxAnswerBytes);
        return { kind: 'answered', status: response.status, headers: response.headers, body: bytes };
      } catch (cause) {
        const said = reasonOf(cause);
        if (signal?.aborted) return { kind: 'given-up', ...said, cause };
        if (timeout.signal.aborted) return { kind: 'timeout', ...said, cause };
        return { kind: wasNotSent(said.code) ? 'not-sent' : 'lost', ...said, cause };
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** Whether a status is one of success. */
export function isSuccess({ status }: Pick<OutgoingAnswer, 'status'>): boolean {
  return status >= 200 && status < 300;
}

/** An answer's JSON; undefined where it is none, or is nested so deeply that no code should be given it. */
export function parseAnswer(bytes: Uint8Array): unknown {
  const value = parseJson(bytes);
  return isTooDeep(value) ? undefined : value;
}

/** A body's JSON; undefined where it is none. The error is dropped: it quotes the text, and that can hold a token. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return parseExactJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** `fetch` says "fetch failed" and puts the reason, such as ECONNREFUSED, into its cause. */
function reasonOf(error: unknown): Pick<OutgoingFailure, 'code' | 'reason'> {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(inner instanceof Error)) return { code: undefined, reason: String(inner) };
  const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : undefined;
  return { code, reason: code ?? inner.message };
}

/** Sends the calls of the platform API: bounded in time and size, tried again where that can help. */
import { readUpTo } from '@countersign/core/collect-bytes';
import type { CallBudget } from './call-budget.ts';
import { MalformedAnswer, readErrorText } from './flowent-answers.ts';
import type { FlowentErrorCode } from './flowent-api.ts';
import { codeOfStatus, type FailedCall, type FlowentFailure, flowentError } from './flowent-failure.ts';
import { platformText } from './platform-text.ts';
import { parseRetryAfter } from './retry-after.ts';

export interface FlowentCall<T> extends FailedCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  /** Reads a successful answer's JSON. Default: the answer's body is of no interest. @throws MalformedAnswer */
  readonly read: ((answer: unknown) => T) | undefined;
  /** Is told of a try that may have reached the platform, and of which no answer came. */
  readonly onLostAnswer?: () => void;
}

export interface SendOptions {
  /** The token of the header `authorization`; none for the exchange. */
  readonly bearer?: string;
  readonly signal?: AbortSignal | undefined;
}

export interface FlowentHttp {
  /** @throws FlowentError; the signal's reason. */
  send<T>(call: FlowentCall<T>, options: SendOptions): Promise<T>;
}

export interface FlowentHttpOptions {
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly random: () => number;
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Of one try, its answer's body included. */
  readonly timeoutMs: number;
  readonly maxTries: number;
  readonly budget: CallBudget;
  /** What never appears in an error, besides the bearer token. */
  readonly secret: () => string;
}

const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
/** Whoever asks for more patience than this is told to the caller and not waited for. */
const MAX_RETRY_AFTER_MS = 60_000;
const FIRST_BACK_OFF_MS = 1_000;
const MAX_BACK_OFF_MS = 30_000;
const TRIED_AGAIN: ReadonlySet<FlowentErrorCode> = new Set(['rate-limited', 'unavailable', 'timeout']);

type Tried<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: FlowentFailure };

/** Makes a sender. It holds nothing open but what `fetch` does. */
export function createFlowentHttp(options: FlowentHttpOptions): FlowentHttp {
  const { now, random, wait, maxTries, timeoutMs, budget } = options;

  async function tryOnce<T>(
    call: FlowentCall<T>,
    body: string | undefined,
    { bearer, signal }: SendOptions,
  ): Promise<Tried<T>> {
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), timeoutMs);
    try {
      const response = await options.fetch(options.baseUrl + call.path, {
        method: call.method,
        headers: {
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        },
        ...(body !== undefined && { body }),
        // The token is for this address and no other.
        redirect: 'manual',
        signal: signal === undefined ? timeout.signal : AbortSignal.any([signal, timeout.signal]),
      });
      const bytes = await readBounded(response);
      return response.ok
        ? { ok: true, value: readAnswer(call, bytes) }
        : { ok: false, failure: failureOf(call, response, bytes, bearer) };
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      if (cause instanceof MalformedAnswer) {
        const problem = `was answered with something else than described: ${cause.message}`;
        return { ok: false, failure: { code: 'malformed-answer', problem } };
      }
      return timeout.signal.aborted
        ? { ok: false, failure: { code: 'timeout', problem: `had no whole answer within ${timeoutMs} ms` } }
        : {
            ok: false,
            failure: { code: 'unavailable', problem: `had no answer (${reasonOf(cause)})`, cause },
          };
    } finally {
      clearTimeout(timer);
    }
  }

  function failureOf(
    { path }: FailedCall,
    { status, headers }: Response,
    bytes: Uint8Array | undefined,
    bearer: string | undefined,
  ): FlowentFailure {
    const errorText = readErrorText(bytes && parseJson(bytes));
    const secrets = bearer === undefined ? [options.secret()] : [options.secret(), bearer];
    const said = errorText === undefined ? '' : `: ${platformText(errorText, secrets)}`;
    const redirect = status >= 300 && status < 400 ? ', a redirect, which is not followed' : '';
    const retryAfter = status === 429 || status >= 500 ? headers.get('retry-after') : null;
    return {
      code: codeOfStatus(status, path, errorText),
      problem: `was answered ${status}${redirect}${said}`,
      status,
      retryAfterMs: retryAfter === null ? undefined : parseRetryAfter(retryAfter, now()),
    };
  }

  async function send<T>(call: FlowentCall<T>, sending: SendOptions): Promise<T> {
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    for (let tries = 1; ; tries++) {
      sending.signal?.throwIfAborted();
      const retryAfterMs = budget.take();
      if (retryAfterMs > 0) {
        const problem = 'was not sent: the calls of this hour are used up';
        throw flowentError(call, { code: 'rate-limited', problem, retryAfterMs }, now());
      }
      const tried = await tryOnce(call, body, sending);
      if (tried.ok) return tried.value;
      const { failure } = tried;
      if (failure.code === 'unavailable' || failure.code === 'timeout') call.onLostAnswer?.();
      const askedMs = failure.retryAfterMs ?? 0;
      if (!TRIED_AGAIN.has(failure.code) || tries >= maxTries || askedMs > MAX_RETRY_AFTER_MS) {
        const problem = tries === 1 ? failure.problem : `${failure.problem} (try ${tries})`;
        throw flowentError(call, { ...failure, problem }, now());
      }
      const backOffMs = Math.min(MAX_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** (tries - 1)) * random();
      await wait(Math.max(askedMs, Math.round(backOffMs)), sending.signal);
    }
  }

  return { send };
}

/** The body; undefined where it is longer than an answer may be. */
async function readBounded({ body }: Response): Promise<Uint8Array | undefined> {
  return body === null ? new Uint8Array(0) : readUpTo(body, MAX_ANSWER_BYTES);
}

function readAnswer<T>({ read }: FlowentCall<T>, bytes: Uint8Array | undefined): T {
  if (read === undefined) return undefined as T;
  if (bytes === undefined) throw new MalformedAnswer('more than 4 MiB');
  const answer = parseJson(bytes);
  if (answer === undefined) throw new MalformedAnswer('no JSON');
  return read(answer);
}

/** Undefined where the bytes are no JSON. The error is dropped: it quotes the text, and that can hold a token. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** `fetch` says "fetch failed" and puts the reason, such as ECONNREFUSED, into its cause. */
function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(inner instanceof Error)) return String(inner);
  return 'code' in inner && typeof inner.code === 'string' ? inner.code : inner.message;
}

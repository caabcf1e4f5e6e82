/** Sends the calls of the platform API: bounded in time and size, tried again where that can help. */

import { duration } from '@countersign/core/internal/amounts';
import { MINUTE, SECOND } from '../config/units.ts';
import type { CallBudget } from '../outgoing/call-budget.ts';
import {
  createOutgoingClient,
  isSuccess,
  type OutgoingAnswer,
  type OutgoingClient,
  type OutgoingFailure,
  parseAnswer,
} from '../outgoing/outgoing-client.ts';
import { parseRetryAfter } from '../outgoing/retry-after.ts';
import { fullJitterMs, tryAgain } from '../outgoing/try-again.ts';
import { MalformedAnswer, readErrorText } from './flowent-answers.ts';
import type { FlowentErrorCode } from './flowent-api.ts';
import { codeOfStatus, type FailedCall, type FlowentFailure, flowentError } from './flowent-failure.ts';
import { platformText } from './platform-text.ts';

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
  readonly fetch: typeof globalThis.fetch;
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
const MAX_RETRY_AFTER_MS: number = MINUTE;
const FIRST_BACK_OFF_MS = SECOND;
const MAX_BACK_OFF_MS = 30 * SECOND;
const TRIED_AGAIN: ReadonlySet<FlowentErrorCode> = new Set(['rate-limited', 'unavailable', 'timeout']);

type Tried<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: FlowentFailure };

/** Makes a sender. It holds nothing open but what `fetch` does. */
export function createFlowentHttp(options: FlowentHttpOptions): FlowentHttp {
  return new HttpSender(options);
}

class HttpSender implements FlowentHttp {
  readonly #options: FlowentHttpOptions;
  readonly #client: OutgoingClient;

  constructor(options: FlowentHttpOptions) {
    const { fetch, timeoutMs } = options;
    this.#options = options;
    this.#client = createOutgoingClient({ fetch, timeoutMs, maxAnswerBytes: MAX_ANSWER_BYTES });
  }

  async send<T>(call: FlowentCall<T>, sending: SendOptions): Promise<T> {
    const { maxTries, wait, now } = this.#options;
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const { result, tries } = await tryAgain(() => this.#withinBudget(call, body, sending), {
      // The platform takes a change twice; of a creation the client finds out (`onLostAnswer`).
      mayRepeat: true,
      maxTries,
      waitMsAfter: (tried, number) => this.#waitMsAfter(tried, number),
      wait: (ms) => wait(ms, sending.signal),
    });
    if (result.ok) return result.value;
    const { failure } = result;
    const problem = tries === 1 ? failure.problem : `${failure.problem} (try ${tries})`;
    throw flowentError(call, { ...failure, problem }, now());
  }

  async #withinBudget<T>(
    call: FlowentCall<T>,
    body: string | undefined,
    sending: SendOptions,
  ): Promise<Tried<T>> {
    sending.signal?.throwIfAborted();
    const retryAfterMs = this.#options.budget.take();
    if (retryAfterMs === 0) return this.#tryOnce(call, body, sending);
    const problem = 'was not sent: the calls of this hour are used up';
    throw flowentError(call, { code: 'rate-limited', problem, retryAfterMs }, this.#options.now());
  }

  async #tryOnce<T>(
    call: FlowentCall<T>,
    body: string | undefined,
    { bearer, signal }: SendOptions,
  ): Promise<Tried<T>> {
    const { baseUrl, timeoutMs } = this.#options;
    const answer = await this.#client.send({
      method: call.method,
      url: baseUrl + call.path,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      },
      body,
      signal,
    });
    if (answer.kind === 'answered') {
      return isSuccess(answer)
        ? readAnswer(call, answer)
        : { ok: false, failure: this.#refusalOf(call, answer, bearer) };
    }
    if (answer.kind === 'given-up') throw signal?.reason;
    call.onLostAnswer?.();
    return { ok: false, failure: failureOf(answer, timeoutMs) };
  }

  #refusalOf(
    { path, onLostAnswer }: FlowentCall<unknown>,
    { status, headers, body }: OutgoingAnswer,
    bearer: string | undefined,
  ): FlowentFailure {
    const { secret, now } = this.#options;
    const errorText = readErrorText(body && parseAnswer(body));
    const secrets = bearer === undefined ? [secret()] : [secret(), bearer];
    const said = errorText === undefined ? '' : `: ${platformText(errorText, secrets)}`;
    const redirect = status >= 300 && status < 400 ? ', a redirect, which is not followed' : '';
    const retryAfter = status === 429 || status >= 500 ? headers.get('retry-after') : null;
    const code = codeOfStatus(status, path, errorText);
    if (code === 'unavailable') onLostAnswer?.();
    return {
      code,
      problem: `was answered ${status}${redirect}${said}`,
      status,
      retryAfterMs: retryAfter === null ? undefined : parseRetryAfter(retryAfter, now()),
    };
  }

  /** Undefined where another try cannot help, or not soon. */
  #waitMsAfter(tried: Tried<unknown>, tries: number): number | undefined {
    if (tried.ok || !TRIED_AGAIN.has(tried.failure.code)) return undefined;
    const askedMs = tried.failure.retryAfterMs ?? 0;
    if (askedMs > MAX_RETRY_AFTER_MS) return undefined;
    const { random } = this.#options;
    return Math.max(
      askedMs,
      fullJitterMs(tries, { firstMs: FIRST_BACK_OFF_MS, capMs: MAX_BACK_OFF_MS, random }),
    );
  }
}

function failureOf({ kind, reason, cause }: OutgoingFailure, timeoutMs: number): FlowentFailure {
  return kind === 'timeout'
    ? { code: 'timeout', problem: `had no whole answer within ${duration(timeoutMs)}` }
    : { code: 'unavailable', problem: `had no answer (${reason})`, cause };
}

function readAnswer<T>({ read }: FlowentCall<T>, { body }: OutgoingAnswer): Tried<T> {
  try {
    return { ok: true, value: read === undefined ? (undefined as T) : read(jsonOf(body)) };
  } catch (error) {
    if (!(error instanceof MalformedAnswer)) throw error;
    const problem = `was answered with something else than described: ${error.message}`;
    return { ok: false, failure: { code: 'malformed-answer', problem } };
  }
}

/** @throws MalformedAnswer */
function jsonOf(body: Uint8Array | undefined): unknown {
  if (body === undefined) throw new MalformedAnswer('more than 4 MiB');
  const answer = parseAnswer(body);
  if (answer === undefined) throw new MalformedAnswer('no JSON');
  return answer;
}

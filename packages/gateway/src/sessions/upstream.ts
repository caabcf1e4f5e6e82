/** Calls of a vendor's API: bounded in time and size, tried again only where that is safe, behind a circuit. */

import { duration } from '@countersign/core/internal/amounts';
import { isObject } from '@countersign/core/internal/is-object';
import { createCircuit, throughCircuit } from '../outgoing/circuit.ts';
import {
  createOutgoingClient,
  isSuccess,
  type OutgoingFailure,
  parseAnswer,
} from '../outgoing/outgoing-client.ts';
import { tryAgain } from '../outgoing/try-again.ts';
import { UpstreamError } from './upstream-error.ts';

export interface UpstreamCall {
  readonly method: 'GET' | 'POST';
  /** Below the base URL, with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
}

/** What an upstream answered with 2xx: a JSON object. */
export type UpstreamAnswer = Readonly<Record<string, unknown>>;

export interface Upstream {
  /** @throws UpstreamError */
  call(call: UpstreamCall): Promise<UpstreamAnswer>;
}

export interface UpstreamOptions {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  /** Of one try, its answer's body included. */
  readonly timeoutMs: number;
  readonly onCircuit: (isOpen: boolean) => void;
  /** Ends what is in flight. */
  readonly signal: AbortSignal;
}

const MAX_ANSWER_BYTES = 1024 * 1024;
const MAX_TRIES = 2;
const BACK_OFF_MS = 200;

export function createUpstream(options: UpstreamOptions): Upstream {
  const { baseUrl, timeoutMs, signal, wait } = options;
  const circuit = createCircuit({ now: options.now, onChange: options.onCircuit });
  const client = createOutgoingClient({ fetch: options.fetch, timeoutMs, maxAnswerBytes: MAX_ANSWER_BYTES });

  async function tryOnce({ method, path, headers }: UpstreamCall, body: string | undefined): Promise<Tried> {
    const name = `${method} ${(baseUrl + path).split('?', 1)[0]}`;
    const answer = await client.send({
      method,
      url: baseUrl + path,
      headers: { accept: 'application/json', ...headers },
      body,
      signal,
    });
    if (answer.kind !== 'answered') return failureOf(name, answer, timeoutMs);
    const { status } = answer;
    if (!isSuccess(answer)) return new UpstreamError('status', `${name} was answered ${status}.`, { status });
    const object = answer.body && objectOf(answer.body);
    if (object !== undefined) return object;
    const message = `${name} was answered ${status} with something other than a JSON object.`;
    return new UpstreamError('malformed', message);
  }

  return {
    call: async (call) => {
      const body = call.body === undefined ? undefined : textOf(call.body);
      const attempt = (): Promise<Tried> =>
        throughCircuit(circuit, () => tryOnce(call, body), { outcomeOf, whenOpen });
      const { result } = await tryAgain(attempt, {
        // A GET changes nothing; of a POST nobody knows, unless it never left.
        mayRepeat: call.method === 'GET',
        maxTries: MAX_TRIES,
        waitMsAfter: (tried) => (isPassing(tried) ? BACK_OFF_MS : undefined),
        wait,
      });
      if (result instanceof UpstreamError) throw result;
      return result;
    },
  };
}

type Tried = UpstreamAnswer | UpstreamError;

function whenOpen(retryAfterMs: number): UpstreamError {
  const message =
    'The upstream was not called: it has failed again and again, and is left alone for a while.';
  return new UpstreamError('circuit-open', message, { retryAfterMs });
}

/** A status below 500 is an answer, if not what was hoped for. */
function outcomeOf(tried: Tried): 'well' | 'ill' {
  if (!(tried instanceof UpstreamError)) return 'well';
  return tried.code === 'status' && (tried.status ?? 500) < 500 ? 'well' : 'ill';
}

function isPassing(tried: Tried): boolean {
  if (!(tried instanceof UpstreamError)) return false;
  if (tried.code === 'status') return [502, 503, 504].includes(tried.status ?? 0);
  return tried.code === 'unreachable' || tried.code === 'lost';
}

function failureOf(
  name: string,
  { kind, code = 'no code' }: OutgoingFailure,
  timeoutMs: number,
): UpstreamError {
  if (kind === 'timeout') {
    return new UpstreamError('timeout', `${name} had no whole answer within ${duration(timeoutMs)}.`);
  }
  return new UpstreamError(kind === 'not-sent' ? 'unreachable' : 'lost', `${name} had no answer (${code}).`);
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

/** Undefined where the bytes are no JSON object. */
function objectOf(bytes: Uint8Array): UpstreamAnswer | undefined {
  const value = parseAnswer(bytes);
  return isObject(value) ? value : undefined;
}

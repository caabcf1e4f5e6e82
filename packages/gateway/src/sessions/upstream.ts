/** Calls of a vendor's API: bounded in time and size, tried again only where that is safe, behind a circuit. */
import { readUpTo } from '@countersign/core/collect-bytes';
import { wasNotSent } from '../not-sent.ts';
import { type Circuit, createCircuit } from './circuit.ts';

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

/**
 * Why a call came to nothing. `unreachable`: no connection, so nothing was done there. `circuit-open`: not tried.
 * `lost`: sent, and no whole answer came. `status`: answered otherwise than 2xx. `malformed`: 2xx, and not as described.
 */
export type UpstreamErrorCode = 'unreachable' | 'circuit-open' | 'timeout' | 'lost' | 'status' | 'malformed';

/** A call that came to nothing. Holds nothing that the upstream or the caller said. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly code: UpstreamErrorCode;
  /** Where the code is `status`. */
  readonly status: number | undefined;
  /** Where the code is `circuit-open`. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: UpstreamErrorCode,
    message: string,
    more: { readonly status?: number; readonly retryAfterMs?: number; readonly cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.status = more.status;
    this.retryAfterMs = more.retryAfterMs;
  }

  /** Whether the upstream may have done what it was asked to. */
  get mayBeDone(): boolean {
    if (this.code === 'status') return this.status === 502 || this.status === 504;
    return this.code === 'timeout' || this.code === 'lost' || this.code === 'malformed';
  }
}

export interface UpstreamOptions {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
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
  const circuit = createCircuit({ now: options.now, onChange: options.onCircuit });
  return {
    call: async (call) => {
      for (let tries = 1; ; tries++) {
        try {
          return await throughCircuit(circuit, () => tryOnce(call, options));
        } catch (error) {
          // A GET changes nothing; of a POST nobody knows, unless it never left.
          if (call.method !== 'GET' || tries >= MAX_TRIES || !isPassing(error)) throw error;
        }
        await options.wait(BACK_OFF_MS);
      }
    },
  };
}

async function throughCircuit<T>(circuit: Circuit, work: () => Promise<T>): Promise<T> {
  const retryAfterMs = circuit.enter();
  if (retryAfterMs > 0) {
    const message =
      'The upstream was not called: it has failed again and again, and is left alone for a while.';
    throw new UpstreamError('circuit-open', message, { retryAfterMs });
  }
  try {
    const answer = await work();
    circuit.report('well');
    return answer;
  } catch (error) {
    // It answers, if not what was hoped for.
    const isAnswer = error instanceof UpstreamError && error.code === 'status' && (error.status ?? 500) < 500;
    circuit.report(isAnswer ? 'well' : 'ill');
    throw error;
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof UpstreamError)) return false;
  if (error.code === 'status') return [502, 503, 504].includes(error.status ?? 0);
  return error.code === 'unreachable' || error.code === 'lost';
}

async function tryOnce(
  call: UpstreamCall,
  { baseUrl, timeoutMs, ...options }: UpstreamOptions,
): Promise<UpstreamAnswer> {
  const { method, path } = call;
  const name = `${method} ${path.split('?', 1)[0]}`;
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  try {
    const response = await options.fetch(baseUrl + path, {
      method,
      headers: { accept: 'application/json', ...call.headers },
      ...(call.body !== undefined && { body: textOf(call.body) }),
      // What the headers carry is for this address and no other.
      redirect: 'manual',
      signal: AbortSignal.any([timeout.signal, options.signal]),
    });
    const bytes = await readBounded(response);
    if (!response.ok) {
      throw new UpstreamError('status', `${name} was answered ${response.status}.`, {
        status: response.status,
      });
    }
    const answer = bytes && parseObject(bytes);
    if (answer === undefined) {
      throw new UpstreamError(
        'malformed',
        `${name} was answered ${response.status} with something else than a JSON object.`,
      );
    }
    return answer;
  } catch (cause) {
    if (cause instanceof UpstreamError) throw cause;
    if (timeout.signal.aborted) {
      throw new UpstreamError('timeout', `${name} had no whole answer within ${timeoutMs} ms.`);
    }
    const reason = reasonOf(cause);
    throw new UpstreamError(
      wasNotSent(reason) ? 'unreachable' : 'lost',
      `${name} had no answer (${reason}).`,
    );
  } finally {
    clearTimeout(timer);
  }
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

/** The body; undefined where it is longer than an answer may be. */
async function readBounded({ body }: Response): Promise<Uint8Array | undefined> {
  return body === null ? new Uint8Array(0) : readUpTo(body, MAX_ANSWER_BYTES);
}

/** Undefined where the bytes are no JSON object. The error is dropped: it quotes the text, and that can hold a token. */
function parseObject(bytes: Uint8Array): UpstreamAnswer | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as UpstreamAnswer)
      : undefined;
  } catch {
    return undefined;
  }
}

/** `fetch` says "fetch failed" and puts the reason, such as ECONNREFUSED, into its cause. */
function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return inner instanceof Error && 'code' in inner && typeof inner.code === 'string' ? inner.code : 'no code';
}

/** Deliveries by HTTP/1.1: over connections that are kept open, to judged addresses, and never on to where an answer points. */
import { Buffer } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { LookupFunction } from 'node:net';
import { SetupError } from '@countersign/core/internal/setup-error';
import type { Dispatcher } from 'undici';
import type { AddressPolicy } from '../../outgoing/address-policy.ts';
import { loadUndici } from '../../outgoing/load-undici.ts';
import { createPinnedConnect } from '../../outgoing/pinned-connect.ts';
import { createTurns, type Turns } from '../../turns.ts';
import { AnswerBytes } from '../answer-bytes.ts';
import { closedDestination, endedBy } from '../attempt-failed.ts';
import { connectionFailure } from '../connection-faults.ts';
import type { AttemptResult, Destination, Message } from '../destination.ts';
import { resultOfAnswer } from '../http-answers.ts';

export interface HttpDestinationOptions {
  /** Where to, without a user and a password: those belong into the header Authorization. */
  readonly url: string;
  /** `configured`: the address is the operator's own. */
  readonly policy: AddressPolicy;
  /** Requests under way at once; more wait. Default 32. */
  readonly maxConnections?: number;
  /** For a connection to be made. Default 10,000. */
  readonly connectTimeoutMs?: number;
  /** Resolves names, below the policy. Default: the system's resolver. */
  readonly lookup?: LookupFunction;
  /** Default `Date.now`. */
  readonly now?: () => number;
}

const MAX_CONNECTIONS = 32;
const CONNECT_TIMEOUT_MS = 10_000;

/** How much of an answer is read over, so that its connection can be used again; a longer one costs a new connection. */
const MAX_READ_BYTES = 65_536;

/** How long the rest of an answer is waited for once its head is there, which alone decides. */
const MAX_REST_MS = 1_000;

/** What sends go by. */
interface Work {
  readonly pool: Dispatcher;
  readonly turns: Turns;
  readonly path: string;
  readonly host: string;
  readonly now: () => number;
}

/**
 * Loads undici; connects at the first send.
 * @throws SetupError for an address that nothing can be sent to.
 */
export async function createHttpDestination(options: HttpDestinationOptions): Promise<Destination> {
  const { policy, lookup, maxConnections = MAX_CONNECTIONS, now = Date.now } = options;
  const { connectTimeoutMs: timeoutMs = CONNECT_TIMEOUT_MS } = options;
  const url = checkedUrl(options.url);
  const { Pool } = await loadUndici();
  const pool = new Pool(url.origin, {
    connections: maxConnections,
    connect: await createPinnedConnect({ policy, timeoutMs, allowH2: false, ...(lookup && { lookup }) }),
    allowH2: false,
    // How long an attempt may take is its signal's to say.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const turns = createTurns({ concurrency: maxConnections, queue: Number.POSITIVE_INFINITY });
  const work: Work = { pool, turns, path: `${url.pathname}${url.search}`, host: url.host, now };
  let closing: Promise<void> | undefined;
  return {
    kind: 'http',
    send: (message, signal) => {
      if (closing !== undefined) return Promise.resolve(closedDestination());
      if (signal.aborted) return Promise.resolve(endedBy(signal));
      return new Promise((resolve) => new Exchange(work, message, signal, resolve).begin());
    },
    close: () => {
      turns.close();
      closing ??= pool.destroy();
      return closing;
    },
  };
}

function checkedUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new SetupError(
      'url',
      'it is no address of HTTP',
      'Write it in full, e.g. https://example.com/webhooks.',
    );
  if (url.username !== '' || url.password !== '')
    throw new SetupError(
      'url',
      'it holds a user or a password',
      'Leave them out of the address, and set the header Authorization.',
    );
  return url;
}

/** One attempt: waits for its turn, is sent, settles once, and gives its turn back when its connection is free. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #work: Work;
  readonly #message: Message;
  readonly #signal: AbortSignal;
  readonly #resolve: (result: AttemptResult) => void;
  readonly #answer: AnswerBytes = new AnswerBytes();
  #controller: Dispatcher.DispatchController | undefined;
  #head: { readonly status: number; readonly headers: IncomingHttpHeaders } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isSettled = false;
  #isOver = false;

  constructor(work: Work, message: Message, signal: AbortSignal, resolve: (result: AttemptResult) => void) {
    this.#work = work;
    this.#message = message;
    this.#signal = signal;
    this.#resolve = resolve;
  }

  begin(): void {
    const { turns } = this.#work;
    this.#signal.addEventListener('abort', this, { once: true });
    if (turns.take()) this.#dispatch();
    else turns.wait(this.#onTurn);
  }

  /** The signal was aborted. */
  handleEvent(): void {
    this.#work.turns.leave(this.#onTurn);
    this.#settle(this.#head === undefined ? endedBy(this.#signal) : this.#resultOfHead());
    // One that no connection has taken yet is let go in the moment in which one does.
    this.#controller?.abort(STOPPED);
  }

  readonly #onTurn = (isTurn: boolean): void => {
    if (isTurn) this.#dispatch();
    else this.#settle(closedDestination());
  };

  #dispatch(): void {
    const { method, headers, body } = this.#message;
    this.#work.pool.dispatch(
      {
        path: this.#work.path,
        method: method as Dispatcher.HttpMethod,
        headers: headers as string[],
        // A view of no bytes upon a buffer of some is not what undici takes for empty.
        body: body.length === 0 ? null : Buffer.from(body.buffer, body.byteOffset, body.length),
      },
      this,
    );
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isSettled) controller.abort(STOPPED);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    // 103 and the like announce the answer.
    if (status < 200) return;
    this.#head = { status, headers };
    // Most answers are there as a whole, and no timer is made for them.
    queueMicrotask(() => {
      if (!this.#isOver) this.#timer = setTimeout(() => this.#cut(), MAX_REST_MS);
    });
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#answer.add(chunk);
    if (this.#answer.passed > MAX_READ_BYTES) this.#cut();
  }

  onResponseEnd(): void {
    this.#end(this.#resultOfHead());
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    const { host } = this.#work;
    const wasSent = this.#controller !== undefined;
    // The head decides, whatever becomes of the rest.
    if (this.#head !== undefined) this.#end(this.#resultOfHead());
    else if ('code' in error && error.code === 'UND_ERR_DESTROYED') this.#end(closedDestination());
    else this.#end(connectionFailure({ error, host, wasSent }));
  }

  /** The rest of an answer that is too long or too slow is not waited for: its connection goes with it. */
  #cut(): void {
    this.#settle(this.#resultOfHead());
    this.#controller?.abort(STOPPED);
  }

  #resultOfHead(): AttemptResult {
    const { host, now } = this.#work;
    const { status = 0, headers = {} } = this.#head ?? {};
    return resultOfAnswer({ status, headers, host, nowMs: now() }, this.#answer.bytes());
  }

  #end(result: AttemptResult): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#settle(result);
    this.#work.turns.give();
  }

  #settle(result: AttemptResult): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#signal.removeEventListener('abort', this);
    this.#resolve(result);
  }
}

const STOPPED: Error = new Error('the attempt is over');

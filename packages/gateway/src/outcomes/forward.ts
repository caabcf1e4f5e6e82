/** The outcome `forward`: passes the request to an upstream as received, and streams its answer back. */
import type { Readable } from 'node:stream';
import type { Gate, RefusalReason } from '@countersign/core';
import type { Dispatcher, Pool } from 'undici';
import { plainRefusal } from '../answers/refusal-answer.ts';
import type { Call, Outcome, Reply } from '../call.ts';
import type { ForwardConfig, GateConfig } from '../config/config.ts';
import { wasNotSent } from '../outgoing/not-sent.ts';
import { createPinnedConnect } from '../outgoing/pinned-connect.ts';
import type { StreamListener } from '../stream-body.ts';
import { createUpstreamHeaders, downstreamHeaders } from './forward-headers.ts';

export interface ForwardOptions {
  readonly gate: GateConfig;
  readonly config: ForwardConfig;
  /** What proves the gate's requests. Undefined: nothing. */
  readonly scheme: Gate['scheme'] | undefined;
}

/** Connections to one upstream. More requests wait for a free one. */
const MAX_CONNECTIONS = 256;

/** Loads undici, which only a gateway with such a gate pays for. */
export async function createForwardOutcome({ gate, config, scheme }: ForwardOptions): Promise<Outcome> {
  const { Pool } = await import('undici');
  const target = new URL(config.to);
  const base = target.pathname.replace(/\/+$/, '');
  const { timeoutMs } = config;
  const pool = new Pool(target.origin, {
    connections: MAX_CONNECTIONS,
    connect: await createPinnedConnect({ policy: 'configured', timeoutMs }),
    // The time to the answer's head is ours (below); between two pieces of its body it is undici's.
    headersTimeout: 0,
    bodyTimeout: timeoutMs,
  });
  const stripped = config.stripPrefix?.split('/').slice(1).length ?? 0;
  const makeHeaders = createUpstreamHeaders({ gateName: gate.name, scheme, keepsProof: config.keepProof });
  return {
    kind: 'forward',
    run: (call) => {
      const path = base + withoutSegments(call.path, stripped) + call.query;
      const { alsoCommitOn } = config;
      const headers = makeHeaders(call);
      const length = call.bodyStream?.length;
      if (length !== undefined) headers.push('content-length', String(length));
      return forward(pool, call, { path, headers, timeoutMs, alsoCommitOn });
    },
    refusal: plainRefusal,
    handshake: (test) => ({ answer: test.answer }),
    drain: () => {},
    // By now nobody waits for an answer.
    close: () => pool.destroy(),
  };
}

interface Passage {
  readonly path: string;
  readonly headers: string[];
  readonly timeoutMs: number;
  readonly alsoCommitOn: ForwardConfig['alsoCommitOn'];
}

async function forward(
  pool: Pool,
  call: Call,
  { path, headers, timeoutMs, alsoCommitOn }: Passage,
): Promise<Reply> {
  const { request } = call;
  const abort = new AbortController();
  let gaveUp: RefusalReason | undefined;
  const giveUp = (reason: RefusalReason): void => {
    gaveUp ??= reason;
    abort.abort();
  };
  const patience = createPatience(timeoutMs, () => giveUp('upstream-timeout'));
  const body = openBody(call, {
    onFault: giveUp,
    onTurn: (turn) => (turn === 'reader' ? patience.start() : patience.pause()),
  });
  // A claim's request is passed on to its end: a sender who frees the claim by leaving could have it run again and again.
  const stopListening = call.claim === undefined ? call.onSenderLeft(() => giveUp('sender-left')) : undefined;
  try {
    const response = await pool.request({
      method: request.method as Dispatcher.HttpMethod,
      path,
      headers,
      body,
      signal: abort.signal,
      responseHeaders: 'raw',
    });
    // It may break off before it is sent.
    response.body.on('error', () => {});
    return replyOf(response, alsoCommitOn);
  } catch (error) {
    return failure(gaveUp ?? 'upstream-failed', error);
  } finally {
    patience.end();
    stopListening?.();
  }
}

/**
 * Every answer passes through. What is not 2xx frees the claim, unless the gate says otherwise: a 404 during a deploy or a 429 handled
 * nothing, and its sender sends again.
 */
function replyOf(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  alsoCommitOn: ForwardConfig['alsoCommitOn'],
): Reply {
  // With `responseHeaders: 'raw'` they are names and values in turn, whatever the type says.
  const flat = headers as unknown as readonly string[];
  const answer = { status: statusCode, headers: downstreamHeaders(flat), body };
  const isDone =
    (statusCode >= 200 && statusCode < 300) ||
    alsoCommitOn.some((one) => (one === '3xx' ? statusCode >= 300 && statusCode < 400 : one === statusCode));
  return {
    answer,
    claim: isDone ? 'committed' : 'aborted',
    passedOn: true,
    ...(statusCode >= 500 && { reason: 'upstream-failed' as const }),
  };
}

function failure(reason: RefusalReason, error: unknown): Reply {
  const answer = plainRefusal({ reason });
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const passedOn = !wasNotSent(code);
  if (!BY_SENDER.has(reason)) return { answer, reason, error, passedOn };
  // Who breaks his own body off has used his claim: he could have the upstream act on its beginning again and again.
  return { answer, reason, passedOn, claim: 'committed' };
}

const BY_SENDER: ReadonlySet<RefusalReason> = new Set(['sender-left', 'body-too-large']);

function openBody({ request, bodyStream }: Call, listener: StreamListener): Readable | Uint8Array | null {
  if (bodyStream !== undefined) return bodyStream.open(listener);
  return request.body.length === 0 ? null : request.body;
}

/** How long the upstream is waited for: not while it waits for the sender. */
interface Patience {
  /** From now on, anew. */
  start(): void;
  pause(): void;
  end(): void;
}

function createPatience(timeoutMs: number, onTimeout: () => void): Patience {
  let timer: NodeJS.Timeout | undefined = setTimeout(onTimeout, timeoutMs);
  let isOver = false;
  const pause = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    start() {
      if (isOver) return;
      if (timer === undefined) timer = setTimeout(onTimeout, timeoutMs);
      else timer.refresh();
    },
    pause,
    end() {
      isOver = true;
      pause();
    },
  };
}

/** The gate matched the first segments, however they are spelled. */
function withoutSegments(path: string, count: number): string {
  let at = 0;
  for (let i = 0; i < count; i++) {
    at = path.indexOf('/', at + 1);
    if (at < 0) return '/';
  }
  return path.slice(at);
}

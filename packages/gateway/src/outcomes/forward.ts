/** The outcome `forward`: passes the request to an upstream as received, and streams its answer back. */
import type { Readable } from 'node:stream';
import type { Gate, RefusalReason } from '@countersign/core';
import { plainRefusal } from '../answers/refusal-answer.ts';
import type { Call, Outcome, Reply, StreamListener } from '../call.ts';
import type { ForwardConfig, GateConfig } from '../config/config.ts';
import { downstreamHeaders } from '../passing-headers.ts';
import { createUpstreamHeaders } from './forward-headers.ts';
import { openUpstream, type Unsent, type Upstream, type UpstreamAnswer } from './upstream.ts';

export interface ForwardOptions {
  readonly gate: GateConfig;
  readonly config: ForwardConfig;
  /** What proves the gate's requests. Undefined: nothing. */
  readonly scheme: Gate['scheme'] | undefined;
}

/** Opens the outcome; it connects with the first request. */
export async function createForwardOutcome({ gate, config, scheme }: ForwardOptions): Promise<Outcome> {
  const target = new URL(config.to);
  const base = target.pathname.replace(/\/+$/, '');
  const { timeoutMs, maxConnections } = config;
  const upstream = await openUpstream({ origin: target.origin, timeoutMs, maxConnections });
  const stripped = config.stripPrefix?.split('/').slice(1).length ?? 0;
  const makeHeaders = createUpstreamHeaders({
    gateName: gate.name,
    scheme,
    keepsProof: config.keepProof,
    keepHeaders: config.keepHeaders,
  });
  return {
    kind: 'forward',
    run: (call) => {
      const path = base + withoutSegments(call.path, stripped) + call.query;
      const { alsoCommitOn } = config;
      const headers = makeHeaders(call);
      const length = call.bodyStream?.length;
      if (length !== undefined) headers.push('content-length', String(length));
      return forward(upstream, call, { path, headers, timeoutMs, alsoCommitOn });
    },
    refusal: plainRefusal,
    handshake: (test) => ({ answer: test.answer }),
    drain: () => upstream.drain(),
    // By now nobody waits for an answer.
    close: () => upstream.close(),
  };
}

/** What a gate's calls of its upstream need besides the request. */
interface UpstreamCall {
  readonly path: string;
  readonly headers: string[];
  readonly timeoutMs: number;
  readonly alsoCommitOn: ForwardConfig['alsoCommitOn'];
}

async function forward(
  upstream: Upstream,
  call: Call,
  { path, headers, timeoutMs, alsoCommitOn }: UpstreamCall,
): Promise<Reply> {
  const abort = new AbortController();
  const { signal } = abort;
  let gaveUp: RefusalReason | undefined;
  const giveUp = (reason: RefusalReason): void => {
    gaveUp ??= reason;
    abort.abort();
  };
  const patience = createPatience(timeoutMs, () => giveUp('upstream-timeout'));
  let isSent = false;
  const stopListening = call.onSenderLeft(() => giveUp('sender-left'));
  try {
    const unsent = upstream.turn(signal);
    const why = unsent instanceof Promise ? await unsent : unsent;
    if (why !== undefined) return notSent(why, gaveUp);
    if (gaveUp !== undefined) {
      upstream.giveBack();
      return notSent('aborted', gaveUp);
    }
    // A claim's request is passed on to its end: a sender who frees the claim by leaving could have it run again and again.
    if (call.claim !== undefined) stopListening();
    const body = openBody(call, {
      onFault: giveUp,
      onTurn: (turn) => (turn === 'reader' ? patience.start() : patience.pause()),
    });
    const response = await upstream.send({
      method: call.request.method,
      path,
      headers,
      body,
      signal,
      onSend: () => {
        isSent = true;
      },
    });
    // It may break off before it is sent.
    response.body.on('error', () => {});
    return replyOf(response, alsoCommitOn);
  } catch (error) {
    return failure(gaveUp ?? 'upstream-failed', error, isSent);
  } finally {
    patience.end();
    stopListening();
  }
}

/** The claim is free again, whatever its proof is for. */
function notSent(why: Unsent, gaveUp: RefusalReason | undefined): Reply {
  const reason = why === 'closed' ? 'draining' : gaveUp === 'sender-left' ? gaveUp : 'upstream-busy';
  return { answer: plainRefusal({ reason }), reason };
}

/**
 * Every answer passes through. What is not 2xx frees the claim, unless the gate says otherwise: a 404 during a deploy or a 429 handled
 * nothing, and its sender sends again.
 */
function replyOf(
  { statusCode, headers, body }: UpstreamAnswer,
  alsoCommitOn: ForwardConfig['alsoCommitOn'],
): Reply {
  // With `responseHeaders: 'raw'` they are names and values in turn, whatever the type says.
  const flat = headers as unknown as readonly string[];
  const answer = { status: statusCode, headers: downstreamHeaders(flat), body };
  const isDone =
    (statusCode >= 200 && statusCode < 300) ||
    alsoCommitOn.some((status) =>
      status === '3xx' ? statusCode >= 300 && statusCode < 400 : status === statusCode,
    );
  return {
    answer,
    claim: isDone ? 'committed' : 'aborted',
    passedOn: true,
    ...(statusCode >= 500 && { reason: 'upstream-failed' as const }),
  };
}

/** @param isSent whether a connection took the request: one that none took is nobody's, and its claim free. */
function failure(reason: RefusalReason, error: unknown, isSent: boolean): Reply {
  const answer = plainRefusal({ reason });
  if (!BY_SENDER.has(reason)) return { answer, reason, error, passedOn: isSent };
  // Senders who break their own body off have used their claim: they could have the upstream act on its beginning again and again.
  return { answer, reason, passedOn: isSent, claim: isSent ? 'committed' : 'aborted' };
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

/** Answers what the receiver takes in, and writes down what became of it. */
import type { Readable } from 'node:stream';
import type { RepeatView } from '@countersign/api';
import { REFUSALS, type RefusalReason, type Refused } from '@countersign/core';
import { refusalAnswer } from '../answers/refusal-answer.ts';
import { withRequestId } from '../answers/request-id.ts';
import type { Handled, Reply } from '../call.ts';
import { crashOf } from '../gates/crash-of.ts';
import type { OpenGate } from '../gates/open-gate.ts';
import { dropBody, type HttpAnswer, isStream } from '../http-answer.ts';
import type { Log } from '../log/log.ts';
import type { OutsideCounts } from '../metrics/outside-counts.ts';
import type { VerdictCounts } from '../metrics/verdict-counts.ts';
import { isWorthKeeping } from '../refused/refused-request.ts';
import type { RequestTrace } from '../telemetry/tracer.ts';
import { AnswerRoom } from './answer-room.ts';
import { type AnswerSender, createAnswerSender, sendAnswerAndHangUp } from './answer-sender.ts';
import { endsSoon } from './ends-soon.ts';
import type { Exchange, ExchangeListener } from './exchange.ts';
import { withCors } from './gate-cors.ts';
import { type RequestLog, type VerdictRecord, verdictRecord } from './request-log.ts';

export interface ResponderOptions {
  /** How long a streamed answer waits for its reader. */
  readonly slowReaderTimeoutMs: number;
  readonly requestLog: RequestLog;
  readonly outside: OutsideCounts;
  readonly log: Log;
}

/** How a refusal is told beside its reason's own words. */
interface HowRefused {
  readonly headers?: readonly string[];
  /** Default: where much is left of the request. */
  readonly hangUp?: boolean;
  /** For the operator. */
  readonly problem?: string | undefined;
  /** For the operator. Default: the reason’s own. */
  readonly remedy?: string;
}

/** Answers each request once. */
export class Responder implements ExchangeListener {
  /** Nothing is taken any more. */
  isDraining = false;
  /** Each connection ends with its answer. */
  isHangingUp = false;
  readonly #options: ResponderOptions;
  readonly #sender: AnswerSender;
  readonly #room: AnswerRoom = new AnswerRoom();

  constructor(options: ResponderOptions) {
    const { slowReaderTimeoutMs, log } = options;
    this.#options = options;
    this.#sender = createAnswerSender({
      waitMs: slowReaderTimeoutMs,
      onSlow: () => log.warn({}, 'a connection was ended: its reader took a streamed answer too slowly'),
    });
  }

  onEarlyAnswer(exchange: Exchange, { answer, reason, error }: Reply): void {
    const { accepted, claim, refused, proof, gate } = exchange;
    // The claim stays begun: the outcome is still on its way.
    const handled: Handled = {
      answer,
      ...(refused === undefined
        ? { verdict: accepted === undefined ? 'unsigned' : 'accepted', reason }
        : monitoredRefusal(refused)),
      proof: proof?.label,
      error,
      keyId: accepted?.keyId,
      tenant: accepted?.tenant,
      claim: claim && 'begun',
      claimId: claim?.identity,
    };
    const signed = gate?.sign(exchange, handled) ?? handled;
    if (!(signed instanceof Promise)) this.respond(exchange, signed);
    else
      void signed
        .then((value) => this.respond(exchange, value))
        .catch((fault) => this.crash(exchange, fault));
  }

  onStreamFailed({ requestId, gate }: Exchange, error: unknown): void {
    this.#options.log.error({ requestId, gate: gate?.config.name, error }, 'a streamed answer broke off');
  }

  respond(exchange: Exchange, handled: Handled, hangUp = false): void {
    if (exchange.answered) {
      dropBody(handled.answer.body);
      return;
    }
    const origins = exchange.gate?.config.corsOrigins;
    const readable =
      origins === undefined ? handled.answer : withCors(handled.answer, origins, exchange.request.headers);
    const answer = withRequestId(readable, exchange.requestId);
    exchange.answered = true;
    exchange.trace?.step('respond');
    exchange.connection.answer();
    if (hangUp) {
      exchange.connection.end();
      sendAnswerAndHangUp(exchange.response, answer);
    } else {
      if (isStream(answer.body)) dropWithSender(exchange, answer.body);
      this.#send(exchange, answer);
    }
    const { gate } = exchange;
    if (gate !== undefined && handled.verdict === 'refused') keepRefused(exchange, gate, handled);
    const record = verdictRecord(exchange, handled);
    if (exchange.trace !== undefined) endTrace(exchange, exchange.trace, record);
    (gate?.counts ?? this.#countsOutside(exchange)).count(handled, exchange.requestId);
    gate?.durations.request.observe(record.durationMs);
    this.#options.requestLog.write(record, handled.error);
  }

  /** Ends a request that a bug has stopped: whatever a sender does, the process goes on. */
  crash(exchange: Exchange, error: unknown): void {
    exchange.dropBody();
    try {
      this.respond(exchange, crashOf(error));
    } catch (again) {
      const { requestId } = exchange;
      this.#options.log.error({ requestId, error: again }, 'a request could not be answered');
      exchange.incoming.socket.destroy();
    }
  }

  /** Refuses what no gate has judged. */
  refuse(
    exchange: Exchange,
    reason: RefusalReason,
    { headers = [], hangUp = !endsSoon(exchange), problem, remedy }: HowRefused = {},
  ): void {
    exchange.dropBody();
    const { step } = REFUSALS[reason];
    const plain = exchange.gate?.outcome.refusal({ reason }) ?? refusalAnswer({ reason });
    const answer = headers.length === 0 ? plain : { ...plain, headers: withFields(plain.headers, headers) };
    this.respond(exchange, { answer, verdict: 'refused', reason, step, problem, remedy }, hangUp);
  }

  /** One of the gateway's own answers: not logged. */
  respondUnlogged(exchange: Exchange, answer: HttpAnswer): void {
    const named = withRequestId(answer, exchange.requestId);
    exchange.connection.answer();
    this.#send(exchange, named, !endsSoon(exchange));
  }

  #countsOutside({ session }: Exchange): VerdictCounts {
    const { sessions, unrouted } = this.#options.outside;
    return (session === undefined ? undefined : sessions.get(session)) ?? unrouted;
  }

  #send(exchange: Exchange, answer: HttpAnswer, close = false): void {
    // Without a socket it waits behind another of its connection.
    const full = exchange.response.socket === null ? this.#room.take(exchange, answer) : undefined;
    if (full !== undefined) {
      const { connection, requestId } = exchange;
      this.#options.log.warn({ requestId }, full);
      dropBody(answer.body);
      connection.end();
      connection.socket.destroy();
      return;
    }
    this.#sender.send(exchange.response, answer, close || this.isHangingUp);
  }
}

/** @param fields which stand in place of those of the same name */
function withFields(headers: readonly string[], fields: readonly string[]): readonly string[] {
  const others = headers.filter((_, i) => !fields.includes(headers[i - (i % 2)] ?? ''));
  return [...others, ...fields];
}

/** What is told of a request that is refused, and whose gate let it through. */
function monitoredRefusal({ reason, step, message, remedy }: Refused): Omit<Handled, 'answer'> {
  return { verdict: 'refused', reason, step, problem: message, remedy, letThrough: true };
}

/** Once the answer is with the system, or its sender has left. */
function endTrace(exchange: Exchange, trace: RequestTrace, record: VerdictRecord): void {
  const {
    requestId,
    method,
    gate,
    session,
    verdict,
    reason,
    step: refusedAt,
    keyId,
    tenant,
    status,
  } = record;
  const route = exchange.gate?.config.path;
  exchange.response.once('close', () =>
    trace.end({ requestId, method, route, gate, session, verdict, reason, refusedAt, keyId, tenant, status }),
  );
}

/** Behind its answer: where the gate keeps refused requests, and there is something to explain. */
function keepRefused(exchange: Exchange, { refusals }: OpenGate, handled: Handled): void {
  const { reason, step, problem, answer, letThrough, isProbe } = handled;
  if (isProbe === true || refusals === undefined || reason === undefined || step === undefined) return;
  if (isWorthKeeping(reason, answer.status) || (letThrough === true && reason !== 'replayed'))
    refusals.offer(exchange, { reason, step, problem, repeat: repeatView(handled) });
}

/** What is kept of a repeat; undefined where it was none. */
function repeatView({ claim, claimId, repeat }: Handled): RepeatView | undefined {
  if (claim !== 'repeat' || claimId === undefined) return undefined;
  const { state, ...rest } = repeat ?? { state: 'committed' };
  return {
    state,
    ...('retryAfterMs' in rest && { retryAfterMs: Math.ceil(rest.retryAfterMs) }),
    claimId: Buffer.from(claimId).toString('hex'),
  };
}

/** A response that waits behind another has no socket yet, and is not told that its connection has ended. */
function dropWithSender({ connection }: Exchange, body: Readable): void {
  body.once(
    'close',
    connection.onEnd(() => dropBody(body)),
  );
}

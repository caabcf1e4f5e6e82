/** respond: what the sender is answered, so that no receiver has to map reasons to statuses itself. */
import type { Received } from './gate.ts';
import { describeGiven, memberOf } from './given.ts';
import type { Refused } from './model.ts';
import { isRefusalReason, neutralText, REFUSALS } from './refusals.ts';
import { SetupError } from './setup-error.ts';

/** An answer that tells the sender a status and nothing of the reason. Fits `new Response(reply.body, reply)`. */
export interface GateReply {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The part of a refusal that shapes its answer. */
export type Refusing = Pick<Refused, 'reason' | 'repeat'>;

const NO_HEADERS: Readonly<Record<string, string>> = {};
const RECEIVED: GateReply = { status: 200, headers: NO_HEADERS, body: '' };
const FAILED: GateReply = textReply(500, neutralText(500));

/**
 * The answer to what `Gate.receive` came to: 200 where the handler is done, with nothing or what the sender wants to read there; 200 and nothing for a repeat that is to be
 * acknowledged; 500 where it failed, so that the sender tries again; what the platform wants to hear where it tested the endpoint; else the refusal's status, a neutral text and
 * `retry-after` where the same request should be sent again.
 *
 * @throws SetupError for what is no result of `Gate.receive`; most often it is a promise of one that was not awaited.
 *
 * A handshake that names an action (`received.handshake.action`) is answered as if there were such an action: look first.
 *
 * @example
 * const { status, headers, body } = replyTo(await gate.receive(request, handle));
 * response.status(status).set(headers).send(body);
 */
export function replyTo(received: Received<unknown>): GateReply {
  if (typeof memberOf(received, 'kind') !== 'string') throw notReceived(received);
  switch (received.kind) {
    case 'done': {
      const { acknowledgement } = received;
      return acknowledgement === undefined ? RECEIVED : textReply(200, acknowledgement);
    }
    case 'failed':
      return FAILED;
    case 'handshake': {
      const { status, contentType, body, headers } = received.handshake;
      return {
        status,
        headers: { ...headers, 'content-type': contentType, 'x-content-type-options': 'nosniff' },
        body,
      };
    }
    case 'refused':
      return replyToRefusal(received.verdict);
    default:
      throw notReceived(received);
  }
}

function notReceived(value: unknown): SetupError {
  return new SetupError(
    'received',
    `it is ${describeGiven(value)}`,
    'Hand over what gate.receive came to, awaited; a verdict that refuses goes to replyToRefusal.',
  );
}

/** The answer to a refused request; to a repeat whose first request ended well, as its provider says. */
export function replyToRefusal(refused: Refusing): GateReply {
  const reason = memberOf(refused, 'reason');
  if (typeof reason !== 'string' || !isRefusalReason(reason)) throw notReceived(refused);
  const { repeat } = refused;
  if (repeat?.state === 'committed' && repeat.acknowledge) return RECEIVED;
  const { status, text, retryAfterS } = REFUSALS[refused.reason];
  const seconds = repeat?.state === 'in-flight' ? Math.ceil(repeat.retryAfterMs / 1000) : retryAfterS;
  const retry = seconds === undefined ? NO_HEADERS : { 'retry-after': String(Math.max(1, seconds)) };
  return textReply(status, text, retry);
}

function textReply(status: number, body: string, headers = NO_HEADERS): GateReply {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body };
}

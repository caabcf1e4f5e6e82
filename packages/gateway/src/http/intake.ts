/** How a request's body is taken in: refused from the head, passed on while it comes, or read whole. */
import type { IncomingMessage } from 'node:http';
import type { MaybePromise } from '@countersign/core';
import { counted } from '@countersign/core/internal/amounts';
import type { Handled } from '../call.ts';
import { isStream } from '../http-answer.ts';
import { readOver } from './answer-sender.ts';
import type { BodyBudget } from './body-budget.ts';
import { endsSoon } from './ends-soon.ts';
import type { Exchange } from './exchange.ts';
import { announcesBody, type BodyFault, readBody } from './read-body.ts';
import type { Responder } from './responder.ts';
import { STREAM_FROM_BYTES, streamBody } from './stream-body.ts';

/** A gate, or a session's route. */
export interface Recipient {
  readonly maxBodyBytes: number;
  readonly streams: boolean;
  refuseHead(exchange: Exchange): Handled | undefined;
  handle(exchange: Exchange): MaybePromise<Handled>;
}

/** What the receiver does next. */
export interface IntakeSteps {
  readonly bodies: BodyBudget;
  readonly responder: Responder;
  /** Has the recipient handle it; the body is whole, or passed on. */
  pass(exchange: Exchange, to: Recipient): void;
}

/** Passes on at once what came without a body; else refuses from the head what no body could mend, and takes the body in. */
export function takeIn(exchange: Exchange, to: Recipient, steps: IntakeSteps): void {
  const { incoming } = exchange;
  if (!announcesBody(incoming)) {
    steps.pass(exchange, to);
  } else if (Number(incoming.headers['content-length']) > to.maxBodyBytes) {
    steps.responder.refuse(exchange, 'body-too-large', {
      problem: tooLarge(to, incoming.headers['content-length']),
    });
  } else {
    const refused = to.refuseHead(exchange);
    if (refused !== undefined) refuseFromHead(exchange, to, steps, refused);
    else if (to.streams && !isShort(incoming)) streamAndPass(exchange, to, steps);
    else readAndPass(exchange, to, steps);
  }
}

function tooLarge({ maxBodyBytes }: Recipient, announced?: string): string {
  const size = announced === undefined ? 'the body' : `the body of ${counted(Number(announced), 'byte')}`;
  return `${size} is longer than the gate’s maxBody, ${counted(maxBodyBytes, 'byte')}`;
}

function streamAndPass(exchange: Exchange, to: Recipient, steps: IntakeSteps): void {
  const { incoming, response, connection } = exchange;
  const onOpen = (): void => tellToContinue(exchange);
  const stream = streamBody(incoming, { maxBytes: to.maxBodyBytes, budget: steps.bodies, onOpen });
  if (stream === undefined) {
    steps.responder.refuse(exchange, 'intake-full');
    return;
  }
  if (!incoming.complete) connection.awaited = exchange;
  exchange.streamBody(stream);
  response.once('finish', () => readOver(incoming));
  steps.pass(exchange, to);
}

/**
 * Where the gate keeps what it refuses, or has a shadow proof, a body that would be read over is read: without it nobody could explain more
 * than the head, and the shadow proof could not be held against it.
 */
function refuseFromHead(exchange: Exchange, to: Recipient, steps: IntakeSteps, refused: Handled): void {
  const respond = (): void => steps.responder.respond(exchange, refused, !endsSoon(exchange));
  const { gate, requestId } = exchange;
  const shadow = gate?.modes?.shadow;
  const isWanted = gate?.refusals !== undefined || shadow !== undefined;
  const end = (): void => {
    respond();
    shadow?.offer(exchange.hasBody ? exchange.request : undefined, requestId, refused);
  };
  if (!isWanted || !endsSoon(exchange)) end();
  else {
    read(exchange, to, steps, () => {
      end();
      exchange.dropBody();
    });
  }
}

function readAndPass(exchange: Exchange, to: Recipient, steps: IntakeSteps): void {
  tellToContinue(exchange);
  read(exchange, to, steps, (fault) => {
    if (fault === undefined) steps.pass(exchange, to);
    else steps.responder.refuse(exchange, fault, fault === 'body-too-large' ? { problem: tooLarge(to) } : {});
  });
}

/** Reads the body into the exchange’s request, or says why it is not there. */
function read(
  exchange: Exchange,
  to: Recipient,
  steps: IntakeSteps,
  done: (fault: BodyFault | undefined) => void,
): void {
  // What came while it was asked whether it may come in can be whole, and another behind it be awaited.
  if (!exchange.incoming.complete) exchange.connection.awaited = exchange;
  const options = { maxBytes: to.maxBodyBytes, budget: steps.bodies };
  const reading = readBody(exchange.incoming, options, (body) => {
    try {
      if (typeof body !== 'string') exchange.request = { ...exchange.request, body };
      done(typeof body === 'string' ? body : undefined);
    } catch (error) {
      steps.responder.crash(exchange, error);
    }
  });
  exchange.holdBody(reading);
}

/** Whether a body is so short that it is read whole wherever it goes. */
function isShort({ headers }: IncomingMessage): boolean {
  return Number(headers['content-length']) < STREAM_FROM_BYTES;
}

function tellToContinue(exchange: Exchange): void {
  if (!exchange.awaitsContinue) return;
  exchange.awaitsContinue = false;
  exchange.response.writeContinue();
}

/** Whether an answer is given to a sender who is still sending, and nobody reads on. */
export function isCutShort(exchange: Exchange, { answer }: Handled): boolean {
  return exchange.bodyStream !== undefined && !isStream(answer.body) && !endsSoon(exchange);
}

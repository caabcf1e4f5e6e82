/** One request on its way through the gateway, from its head to its answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderList, type SignedRequest } from '@countersign/core';
import type { Call, Reply } from './call.ts';
import type { OpenCall, OpenGate } from './open-gate.ts';
import type { PathParams } from './path-table.ts';

const UNREAD: SignedRequest = { method: '', url: '', headers: new HeaderList([]), body: new Uint8Array(0) };
const NO_PARAMS: PathParams = Object.freeze({});

export class Exchange implements OpenCall {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly startedMs: number = performance.now();
  readonly #onEarlyAnswer: (exchange: Exchange, reply: Reply) => void;
  answered = false;
  gate: OpenGate | undefined;
  path = '';
  query = '';
  params: PathParams = NO_PARAMS;
  /** Whole once the body is read. */
  request: SignedRequest = UNREAD;
  accepted: Call['accepted'];
  claim: Call['claim'];

  constructor(
    incoming: IncomingMessage,
    response: ServerResponse,
    requestId: string,
    onEarlyAnswer: (exchange: Exchange, reply: Reply) => void,
  ) {
    this.incoming = incoming;
    this.response = response;
    this.requestId = requestId;
    this.#onEarlyAnswer = onEarlyAnswer;
  }

  get method(): string {
    return this.incoming.method ?? '';
  }

  get remoteAddress(): string {
    return this.incoming.socket.remoteAddress ?? '';
  }

  answerEarly(reply: Reply): void {
    this.#onEarlyAnswer(this, reply);
  }
}

/** How answers are written to the socket. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { BodyStream } from '../answers/body-stream.ts';
import { dropBody, errorAnswer, type HttpAnswer, isStream } from '../http-answer.ts';
import { nodeHttp } from './node-http.ts';
import { type ReaderPatience, streamTo } from './streamed-answers.ts';

/** How long an oversized sender is heard out after its answer, so that the answer is not lost in a reset. */
const LINGER_MS = 1000;

/** Sends answers, those of one turn of the event loop together. */
export interface AnswerSender {
  /** `close` ends the connection after the answer. */
  send(response: ServerResponse, answer: HttpAnswer, close: boolean): void;
}

interface Waiting {
  readonly response: ServerResponse;
  readonly answer: HttpAnswer;
  readonly close: boolean;
}

/** As many answers wait at most: of connections that bring many requests at once, each is parsed to its end before others are. */
const MAX_WAITING = 64;

/**
 * Makes a sender that writes after the requests which arrived together are judged. Each write may wake the other
 * side's process, and waking costs a system call's time and more; of writes in a row only the first does.
 * With 64 busy connections that spares 10 to 20 µs of some 60 a request; with one it costs nothing.
 */
export function createAnswerSender(patience: ReaderPatience): AnswerSender {
  let waiting: Waiting[] = [];
  let isScheduled = false;
  const flush = (): void => {
    const now = waiting;
    waiting = [];
    for (const { response, answer, close } of now) sendOrGiveUp(response, answer, close, patience);
  };
  const flushInTurn = (): void => {
    isScheduled = false;
    flush();
  };
  return {
    send(response, answer, close) {
      if (waiting.push({ response, answer, close }) >= MAX_WAITING) flush();
      else if (!isScheduled) {
        isScheduled = true;
        setImmediate(flushInTurn);
      }
    },
  };
}

/** An upstream may send headers that Node will not. */
function sendOrGiveUp(
  response: ServerResponse,
  answer: HttpAnswer,
  close: boolean,
  patience: ReaderPatience,
): void {
  try {
    sendAnswer(response, answer, close, patience);
  } catch {
    dropBody(answer.body);
    if (response.headersSent) response.destroy();
    else sendAnswer(response, errorAnswer(502, 'bad gateway'), true);
  }
}

/**
 * Sends an answer: one write for a text, with its Content-Length. `close` ends the connection after it.
 * To a sender who has left, nothing is written.
 */
export function sendAnswer(
  response: ServerResponse,
  answer: HttpAnswer,
  close: boolean,
  patience?: ReaderPatience,
): void {
  const { status, body } = answer;
  if (hasLeft(response)) {
    dropBody(body);
    return;
  }
  if (isStream(body)) {
    response.writeHead(status, framedHeaders(answer, close));
    if (body instanceof BodyStream && !hasBody(status, response.req.method)) {
      // Nobody would read what its action has to say. Of an upstream's, nothing comes.
      response.end('', 'latin1');
      dropBody(body);
      return;
    }
    // The first part may be long in coming. A head that is flushed, Node writes as UTF-8; beside an empty Latin-1 text, byte for byte.
    response.write('', 'latin1');
    streamTo(response, body, patience);
    return;
  }
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
  response.writeHead(status, framedHeaders(answer, close, length));
  // ASCII is the same bytes as Latin-1, which Node writes without converting. It writes the head in the encoding of a text.
  if (typeof body === 'string' && length === body.length) response.end(body, 'latin1');
  else response.end(Buffer.from(body));
}

/** An answer's fields and those that say where it ends. @param length of its body; none for a stream */
function framedHeaders({ status, headers }: HttpAnswer, close: boolean, length?: number): string[] {
  const fields = headers.slice();
  if (close) fields.push('connection', 'close');
  if (length !== undefined && hasLength(status)) fields.push('content-length', String(length));
  return fields;
}

/** RFC 9110 §8.6: a 204 has none, and that of a 304 would be another answer's. */
function hasLength(status: number): boolean {
  return status !== 204 && status !== 304;
}

/** RFC 9110 §6.4.1 */
function hasBody(status: number, method: string | undefined): boolean {
  return hasLength(status) && method !== 'HEAD';
}

/** Whether the connection has ended. A response that waits behind another is not told so. */
function hasLeft(response: ServerResponse): boolean {
  return response.destroyed || response.req.socket.destroyed;
}

/**
 * Answers a sender that is still sending, and closes the connection: the answer and our end of the stream at once, then what still
 * comes is read and thrown away for at most a second. Closing at once would reset the connection, and the sender might never read why.
 */
export function sendAnswerAndHangUp(response: ServerResponse, answer: HttpAnswer): void {
  const { socket, req: request } = response;
  if (hasLeft(response)) {
    dropBody(answer.body);
    return;
  }
  if (socket === null || isStream(answer.body)) {
    // Pipelined behind another answer: not this one's turn on the socket yet.
    sendAnswer(response, answer, true);
    return;
  }
  const body = Buffer.from(answer.body);
  const lines = [`HTTP/1.1 ${answer.status} ${nodeHttp().STATUS_CODES[answer.status] ?? ''}`];
  const fields = framedHeaders(answer, true, body.length);
  for (let i = 0; i < fields.length; i += 2) lines.push(`${fields[i]}: ${fields[i + 1]}`);
  lines.push(`date: ${new Date().toUTCString()}`, '', '');
  const head = Buffer.from(lines.join('\r\n'), 'latin1');
  socket.end(hasBody(answer.status, request.method) ? Buffer.concat([head, body]) : head);
  request.resume();
  hearOut(socket);
}

/**
 * After an answer that was given before its request had come whole: reads the rest over, so that the connection can be used again;
 * what takes longer than a second ends it.
 */
export function readOver(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  request.resume();
  const timer = setTimeout(() => request.destroy(), LINGER_MS);
  timer.unref();
  const stop = (): void => clearTimeout(timer);
  request.once('end', stop);
  request.once('close', stop);
}

/** Ends a connection whose last answer is sent once its sender has ended it too, or after a second. */
export function hearOut(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  timer.unref();
  socket.once('end', () => socket.destroy());
  socket.once('close', () => clearTimeout(timer));
}

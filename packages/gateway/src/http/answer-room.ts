/**
 * The memory that answers take which wait behind a slow one of their connection (RFC 9112 §9.3.2: in order). How many requests a
 * connection brings is bounded elsewhere; an answer to each may have any length.
 */
import { type HttpAnswer, isStream } from '../http-answer.ts';
import type { Exchange } from './exchange.ts';

const MEBIBYTE = 1024 * 1024;
/** Requests that were begun before the first was answered may bring so much. */
const MOST_MIB = { ofConnection: 64, ofAll: 256 } as const;
/** Node takes so much of a stream whose turn has not come. */
const STREAM_BYTES = 65_536;

/** What a body takes while it waits: a text is up to three bytes a character then. */
function bytesOf(body: HttpAnswer['body']): number {
  if (isStream(body)) return STREAM_BYTES;
  return typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
}

export class AnswerRoom {
  #heldBytes = 0;

  /**
   * Counts an answer, whose turn has not come, until it has left or its connection has ended.
   * @returns why there is no room for it; undefined where there is.
   */
  take({ connection, response }: Exchange, answer: HttpAnswer): string | undefined {
    // Nothing is written to who has left.
    if (connection.socket.destroyed) return undefined;
    const bytes = bytesOf(answer.body);
    if (connection.waitingBytes + bytes > MOST_MIB.ofConnection * MEBIBYTE)
      return `a connection was ended: more than ${MOST_MIB.ofConnection} MiB of answers waited on it behind a slow one`;
    if (this.#heldBytes + bytes > MOST_MIB.ofAll * MEBIBYTE)
      return `a connection was ended: more than ${MOST_MIB.ofAll} MiB of answers waited on all of them behind slow ones`;
    this.#heldBytes += bytes;
    connection.waitingBytes += bytes;
    const free = (): void => {
      response.off('finish', free);
      forget();
      this.#heldBytes -= bytes;
      connection.waitingBytes -= bytes;
      connection.runPostponed();
    };
    const forget = connection.onEnd(free);
    response.once('finish', free);
    return undefined;
  }
}

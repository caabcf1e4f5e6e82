/** What somebody is answered, as every room makes it and the listeners write it. */
import type { Readable } from 'node:stream';

export interface HttpAnswer {
  readonly status: number;
  /** Names and values in turn; no Content-Length where the body is no stream. */
  readonly headers: readonly string[];
  /** A text is sent as UTF-8. A stream is sent as it comes. */
  readonly body: string | Uint8Array | Readable;
}

const JSON_HEADERS: readonly string[] = ['content-type', 'application/json'];

/** An answer of JSON text. */
export function jsonAnswer(status: number, text: string, headers: readonly string[] = []): HttpAnswer {
  return { status, headers: headers.length === 0 ? JSON_HEADERS : [...JSON_HEADERS, ...headers], body: text };
}

export function textAnswer(status: number, text: string): HttpAnswer {
  return { status, headers: ['content-type', 'text/plain; charset=utf-8'], body: text };
}

/** `{"error": …}`. */
export function errorAnswer(status: number, error: string, headers: readonly string[] = []): HttpAnswer {
  return jsonAnswer(status, `{"error":${JSON.stringify(error)}}`, headers);
}

/** Whether the answer's body is a stream. */
export function isStream(body: HttpAnswer['body']): body is Readable {
  return typeof body !== 'string' && !(body instanceof Uint8Array);
}

/**
 * Gives a body up that nobody will read. An upstream's body tells of that by an `error` event, which ends the process
 * where nobody listens.
 */
export function dropBody(body: HttpAnswer['body']): void {
  if (!isStream(body)) return;
  body.on('error', () => {});
  body.destroy();
}

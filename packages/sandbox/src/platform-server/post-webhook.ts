/** Posts to a webhook and reads its answer, within a platform's limits. */

import { readUpTo } from '@countersign/core/collect-bytes';
import { duration } from '@countersign/core/internal/amounts';
import type { SandboxRequest } from '../sandbox-request.ts';
import { MAX_PAYLOAD_BYTES } from './model.ts';

/** What a webhook answered. */
export interface WebhookAnswer {
  readonly status: number;
  readonly bodyText: string;
  /** From the call to the last byte of the answer. */
  readonly durationMs: number;
}

/** Sends a built request to a URL. @throws Error where there is no answer: its message ends a sentence on the webhook. */
export type PostWebhook = (
  request: SandboxRequest,
  url: string,
  signal?: AbortSignal,
) => Promise<WebhookAnswer>;

export interface WebhookOptions {
  readonly fetch: typeof globalThis.fetch;
  /** Covers connecting, sending and reading the answer. */
  readonly timeoutMs: number;
  /** Breaks off every post. */
  readonly signal: AbortSignal;
}

/** Makes the function that posts. Redirects are not followed: the webhook is where the customer said. */
export function createPostWebhook(options: WebhookOptions): PostWebhook {
  const { fetch, timeoutMs } = options;
  return async (request, url, signal) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signals = [timeout, options.signal, ...(signal === undefined ? [] : [signal])];
    const startedMs = performance.now();
    try {
      const response = await fetch(url, {
        method: request.method,
        headers: request.headers.map((field) => [field.name, field.value]),
        body: new Uint8Array(request.body),
        redirect: 'manual',
        signal: AbortSignal.any(signals),
      });
      const bodyText = await readText(response);
      return { status: response.status, bodyText, durationMs: performance.now() - startedMs };
    } catch (error) {
      const cause = { cause: error };
      if (signal?.aborted === true) throw signal.reason;
      if (options.signal.aborted) throw new Error('was not waited for: the platform is closed', cause);
      if (timeout.aborted) throw new Error(`did not answer within ${duration(timeoutMs)}`, cause);
      if (error instanceof AnswerTooLarge) throw error;
      throw new Error(`could not be reached: ${reasonOf(error)}`, cause);
    }
  };
}

class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
}

async function readText({ body }: Response): Promise<string> {
  if (body === null) return '';
  const bytes = await readUpTo(body, MAX_PAYLOAD_BYTES);
  if (bytes === undefined) throw new AnswerTooLarge(`answered more than ${MAX_PAYLOAD_BYTES} bytes`);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** fetch says only "fetch failed"; its cause says why. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  // A name with several addresses fails with all their errors and no message.
  return cause.message === '' && 'code' in cause ? String(cause.code) : cause.message;
}

/** Keys of tenants that an HTTP endpoint knows. */
import { SetupError, type TenantOptions } from '@countersign/core';
import type { KeySourceConfig } from '../config/config.ts';
import { TENANT_MARK } from '../config/keys-from-schema.ts';
import { createOutgoingClient } from '../outgoing/outgoing-client.ts';
import { MAX_ANSWER_BYTES, readAnswer } from './key-answer.ts';

export interface UrlSourceOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
}

export function createUrlSource(
  { url, token }: Extract<KeySourceConfig, { readonly kind: 'url' }>,
  { fetch, timeoutMs }: UrlSourceOptions,
): TenantOptions['keysOf'] {
  const client = createOutgoingClient({ fetch, timeoutMs, maxAnswerBytes: MAX_ANSWER_BYTES });
  const headers = {
    accept: 'application/json',
    ...(token && { authorization: `Bearer ${token.reveal()}` }),
  };
  return async ({ untrustedTenant }) => {
    // As a segment of a path it would name another one, which percent-encoding does not prevent.
    if (/^\.{1,2}$/.test(untrustedTenant)) return undefined;
    const answer = await client.send({
      method: 'GET',
      url: url.replaceAll(TENANT_MARK, () => encodeURIComponent(untrustedTenant)),
      headers,
    });
    if (answer.kind !== 'answered') throw new NoAnswer(answer.code ?? answer.kind);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw new NoAnswer(`status_${answer.status}`);
    if (answer.body === undefined) {
      throw new SetupError('answer', 'it is longer than 128 KB', 'Have it hold the tenant’s keys alone.');
    }
    return readAnswer(answer.body);
  };
}

/** Told by its code alone. */
class NoAnswer extends Error {
  readonly code: string;

  constructor(code: string) {
    super('no answer');
    this.code = code.replaceAll('-', '_');
  }
}

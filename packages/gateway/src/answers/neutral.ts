/** Words and headers of refusals that tell the sender nothing about the reason. */
import type { RefusalReason } from '@countersign/core';
import type { Refusing } from '../call.ts';

/** By status. */
export const NEUTRAL_TEXTS: Readonly<Record<number, string>> = {
  400: 'bad request',
  401: 'unauthorized',
  404: 'not found',
  405: 'method not allowed',
  408: 'request timeout',
  409: 'already received',
  413: 'payload too large',
  431: 'too many header fields',
  500: 'internal error',
  502: 'bad gateway',
  503: 'unavailable',
  504: 'gateway timeout',
};

const RETRY_SOON: readonly string[] = ['retry-after', '1'];
const NONE: readonly string[] = [];
const RETRIED: ReadonlySet<RefusalReason> = new Set([
  'replay-guard-full',
  'keys-unavailable',
  'action-busy',
  'draining',
]);

/** Retry-After where the first of two identical requests is still running, where the guard is full, and where an action has more calls than it may. */
export function retryHeaders(refused: Refusing): readonly string[] {
  return refused.repeat?.state === 'in-flight' || RETRIED.has(refused.reason) ? RETRY_SOON : NONE;
}

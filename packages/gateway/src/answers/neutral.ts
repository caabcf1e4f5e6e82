/** Words and headers of refusals that tell the sender nothing about the reason. */
import { REFUSALS } from '@countersign/core';
import type { Refusing } from '../call.ts';
import type { ActionProblem } from './answer-style.ts';

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

export const PROBLEM_STATUS: Readonly<Record<ActionProblem, number>> = {
  'unknown-action': REFUSALS['unknown-action'].status,
  'invalid-input': REFUSALS['invalid-input'].status,
  'action-failed': REFUSALS['action-failed'].status,
};

const RETRY_SOON: readonly string[] = ['retry-after', '1'];
const NONE: readonly string[] = [];

/** Retry-After where the first of two identical requests is still running, and where the guard is full. */
export function retryHeaders(refused: Refusing): readonly string[] {
  return refused.repeat?.state === 'in-flight' || refused.reason === 'replay-guard-full' ? RETRY_SOON : NONE;
}

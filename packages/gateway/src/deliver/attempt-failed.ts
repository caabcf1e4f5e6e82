/** Attempts that failed, as values. */
import type { AttemptCode, AttemptFailed } from './destination.ts';

type More = Omit<AttemptFailed, 'ok' | 'code' | 'problem'>;

/** @param problem what happened and what to do, for the operator; without a secret, and without the path and query of an address */
export function attemptFailed(code: AttemptCode, problem: string, more?: More): AttemptFailed {
  return { ok: false, code, problem, ...more };
}

/** What an attempt came to that its signal ended, before the destination had said anything. */
export function endedBy(signal: AbortSignal): AttemptFailed {
  const { reason } = signal;
  const isTimeout = reason instanceof Error && reason.name === 'TimeoutError';
  if (!isTimeout)
    return attemptFailed('cancelled', 'The attempt was stopped. It is made again when deliveries go on.');
  return attemptFailed(
    'timeout',
    'The destination did not answer in time. It may have taken the event all the same; see whether it is overloaded, or have it answer first and work afterwards.',
    { throttles: true },
  );
}

/** Of an attempt at a destination that was closed. */
export function closedDestination(): AttemptFailed {
  return attemptFailed(
    'cancelled',
    'The destination is closed, since the gateway stops or has a new configuration. It is tried again afterwards.',
  );
}

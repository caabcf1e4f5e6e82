/** What becomes of a refused request at its gate: what its sender is answered, and what is told of it. */
import type { Refused } from '@countersign/core';
import type { Handled, Outcome } from '../call.ts';
import type { VerdictCounts } from '../metrics/verdict-counts.ts';
import { firstAnswer } from './first-answer.ts';

export interface RefusingWork {
  readonly outcome: Pick<Outcome, 'refusal'>;
  readonly counts: Pick<VerdictCounts, 'probes'>;
  /** Repeats get the first answer again. */
  readonly givesAgain: boolean;
}

const PROBE_REMEDY =
  'None is needed: it looks like the platform’s test whether such a request is refused. If you have not changed its settings, somebody may have forged it.';

export function refuse({ outcome, givesAgain, counts }: RefusingWork, verdict: Refused): Handled {
  const { reason, step, message: problem, remedy, repeat, claim } = verdict;
  const isRepeat = repeat?.state === 'committed';
  const isProbe = verdict.isProbe && counts.probes.take(verdict.evidence.nowMs);
  const answer = isRepeat && givesAgain ? firstAnswer(verdict) : outcome.refusal(verdict);
  return {
    answer,
    verdict: 'refused',
    reason,
    step,
    problem,
    remedy,
    ...(isProbe && { isProbe: true, remedy: PROBE_REMEDY }),
    ...(repeat && { claim: 'repeat', repeat, claimId: claim?.identity }),
  };
}

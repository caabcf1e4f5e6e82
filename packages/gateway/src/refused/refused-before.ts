/** How a kept request was refused, as `explain` takes it. */
import type { RepeatView } from '@countersign/api';
import { isRefusalReason, type Repeat, STEPS, type Step } from '@countersign/core';
import type { RefusedBefore } from '@countersign/core/explain';

/** As it was kept, or as the admin API shows it. */
export interface KeptRefusal {
  readonly reason: string;
  readonly step: string;
  readonly message?: string;
  readonly repeat?: RepeatView;
}

/** Undefined where it is of a version whose words are others. */
export function refusedBefore({ reason, step, message, repeat }: KeptRefusal): RefusedBefore | undefined {
  if (!isRefusalReason(reason) || !isStep(step)) return undefined;
  return {
    reason,
    step,
    message: message ?? `the gateway refused it for ${reason}`,
    ...(repeat && { repeat: repeatOf(repeat) }),
  };
}

/** An answer that says that it was received is not kept: there is nothing to explain. */
function repeatOf({ state, retryAfterMs = 0 }: RepeatView): Repeat {
  return state === 'in-flight' ? { state, retryAfterMs } : { state, acknowledge: false };
}

function isStep(text: string): text is Step {
  return STEPS.some((step) => step === text);
}

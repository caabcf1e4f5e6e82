/** What the listener decides before any gate judges, put into an explanation. */
import { type Explanation, type Gate, REFUSALS, STEPS, type StepEvidence } from '@countersign/core';
import type { ConfiguredGate } from './config-gate.ts';

/** With the gate's name at the step that found it. */
export function pickedBy({ id }: Gate, explanation: Explanation): Explanation {
  const steps = explanation.steps.map((one) =>
    one.step === 'pick' && one.state === 'passed'
      ? { ...one, lines: [{ label: 'gate', value: id }, ...one.lines] }
      : one,
  );
  return { ...explanation, steps };
}

/** What the gateway would refuse before the gate judges: the steps after that are the gate's, and come later. */
export function refusedByGateway(
  explanation: Explanation,
  { reason, message }: NonNullable<ConfiguredGate['refusal']>,
): Explanation {
  const { provider, evidence } = explanation.verdict;
  const { step, remedy } = REFUSALS[reason];
  const at = STEPS.indexOf(step);
  const steps = explanation.steps.map((one, i): StepEvidence => {
    if (i < at) return { ...one, state: 'passed' };
    const lines = [{ label: 'refused', value: message }];
    return i === at ? { ...one, state: 'refused', lines } : { ...one, state: 'later', lines: [] };
  });
  return {
    ...explanation,
    steps,
    verdict: { ok: false, provider, reason, step, message, remedy, evidence },
    refusal: REFUSALS[reason],
  };
}

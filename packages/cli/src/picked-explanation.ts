/** What the listener decides before any gate judges, put into an explanation. */
import { type Explanation, type Gate, REFUSALS, STEPS, type StepEvidence } from '@countersign/core';
import type { ConfiguredGate } from './config-gate.ts';

/** With the gate's name at the step that found it. */
export function pickedBy({ id }: Gate, explanation: Explanation): Explanation {
  const steps = explanation.steps.map((evidence) =>
    evidence.step === 'pick' && evidence.state === 'passed'
      ? { ...evidence, lines: [{ label: 'gate', value: id }, ...evidence.lines] }
      : evidence,
  );
  return { ...explanation, steps };
}

/** What the gateway would refuse before the gate judges: the steps after that are the gate's, and come later. */
export function refusedByGateway(
  explanation: Explanation,
  { reason, problem }: NonNullable<ConfiguredGate['refusal']>,
): Explanation {
  const { provider, evidence } = explanation.verdict;
  const { step, remedy } = REFUSALS[reason];
  const at = STEPS.indexOf(step);
  const steps = explanation.steps.map((stepEvidence, i): StepEvidence => {
    if (i < at) return { ...stepEvidence, state: 'passed' };
    const lines = [{ label: 'refused', value: problem }];
    return i === at
      ? { ...stepEvidence, state: 'refused', lines }
      : { ...stepEvidence, state: 'later', lines: [] };
  });
  return {
    ...explanation,
    steps,
    verdict: { ok: false, provider, reason, step, message: problem, remedy, evidence },
    refusal: REFUSALS[reason],
  };
}

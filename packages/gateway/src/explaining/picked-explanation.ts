/** What the listener decides before any gate judges, put into an explanation. */
import { type Gate, REFUSALS, type Refused, STEPS, type Verdict } from '@countersign/core';
import type { Explanation, Finding, StepEvidence } from '@countersign/core/explain';
import type { PickedGate } from '../paths/pick-gate.ts';

type GatewayRefusal = NonNullable<PickedGate['refusal']>;

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
export function refusedByGateway(explanation: Explanation, refusal: GatewayRefusal): Explanation {
  const verdict = refusedVerdict(explanation.verdict, refusal);
  const at = STEPS.indexOf(verdict.step);
  const steps = explanation.steps.map((stepEvidence, i): StepEvidence => {
    if (i < at) return { ...stepEvidence, state: 'passed' };
    const lines = [{ label: 'refused', value: verdict.message }];
    return i === at
      ? { ...stepEvidence, state: 'refused', lines }
      : { ...stepEvidence, state: 'later', lines: [] };
  });
  return {
    ...explanation,
    steps,
    verdict,
    refusal: REFUSALS[verdict.reason],
    findings: verdict.reason === 'method-not-allowed' ? methodFindings(explanation) : [],
  };
}

/** What the gate would have found out of another method than it takes. */
const OF_METHOD = ['place-redirect-get', 'place-get-without-body', 'signature-never-sent'];

/** Of a request whose proof holds its method is all that is wrong. */
function methodFindings({ verdict, findings }: Explanation): readonly Finding[] {
  const isProved = verdict.ok || STEPS.indexOf(verdict.step) > STEPS.indexOf('compare');
  return isProved ? [METHOD_ALONE] : findings.filter(isOfMethod);
}

const METHOD_ALONE: Finding = {
  id: 'place-method-alone',
  certainty: 'proved',
  sentence:
    'The proof of the request holds: the gate’s key and what was signed are right, and its method alone is refused.',
  mend: 'Have the sender use the method that the gate takes; or add the one that came to the gate’s methods.',
};

function isOfMethod({ id }: Finding): boolean {
  return OF_METHOD.includes(id);
}

/** The gateway's own refusal in place of what the gate would judge. */
export function refusedVerdict(
  { provider, evidence }: Verdict,
  { reason, problem }: GatewayRefusal,
): Refused {
  const { step, remedy } = REFUSALS[reason];
  return { ok: false, provider, reason, step, message: problem, remedy, evidence };
}

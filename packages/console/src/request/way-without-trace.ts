/** The ten steps of a request that cannot be judged again: of what the gate said of it when it came. */
import type { EventView, TracedStepView } from '@countersign/api';
import { keyName } from '../words/key-name.ts';

/** The engine’s. Its own list would bring the table of refusals, 7 KB, into the page. */
const STEPS = [
  'receive',
  'pick',
  'extract',
  'canonical',
  'compare',
  'fresh',
  'replay',
  'validate',
  'act',
  'respond',
] as const;

/** @param refusedAt the step that refused; undefined: none has */
export function stepsUntil(
  refusedAt: string | undefined,
  message: string | undefined,
): readonly TracedStepView[] {
  const place = STEPS.findIndex((step) => step === (refusedAt ?? ''));
  return STEPS.map((step, i) => ({
    step,
    status: place === -1 || i < place ? 'passed' : i === place ? 'refused' : 'not-reached',
    evidence: i === place && message !== undefined ? [{ label: 'why', value: message }] : [],
  }));
}

/** What the gate read is noted of the whole way: it stands where the proof was compared. */
export function stepsOfKept({ verdict, keyId, tenant }: EventView): readonly TracedStepView[] {
  const evidence = Object.entries(verdict?.evidence ?? {}).map(([label, value]) => ({
    label,
    value: String(value),
  }));
  const key = keyId === '' ? [] : [{ label: 'key', value: keyName({ keyId, tenant }) }];
  return stepsUntil(undefined, undefined).map((each) =>
    each.step === 'compare'
      ? { step: each.step, status: each.status, evidence: [...key, ...evidence] }
      : each,
  );
}

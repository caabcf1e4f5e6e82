/** Whether another gate of the same configuration would take a request, or one of its keys proves it. For the operator’s own terminal. */
import { MemoryReplayGuard, SetupError, type SignedRequest, STEPS, type Verdict } from '@countersign/core';
import type { Explanation, Finding } from '@countersign/core/explain';
import type { Config, GateConfig, KeyConfig } from '../config/config.ts';
import { createCoreGate } from '../gates/core-gate.ts';
import { createSlices } from '../loop-slices.ts';

/** Of more gates the rest are not asked: each is built and judges twice. */
const MAX_GATES = 100;

/** The explanation with what the other gates say, behind what was proved of its own; as it is where its own gate’s keys prove the request. @param gateName of the gate that it is of */
export async function withOtherGates(
  explanation: Explanation,
  { gates }: Pick<Config, 'gates'>,
  gateName: string,
  request: SignedRequest,
): Promise<Explanation> {
  const own = gates.find(({ name }) => name === gateName);
  if (own === undefined || isProved(explanation.verdict)) return explanation;
  const now = (): number => explanation.verdict.evidence.nowMs;
  const { keysFrom: _, ...listed } = own;
  const pause = createSlices();
  for (const other of gates.slice(0, MAX_GATES)) {
    await pause();
    // Without keys of its own it fetches them, or takes anything.
    if (other === own || other.keys.length === 0) continue;
    const finding = (await proves({ ...listed, keys: other.keys.map(unbound) }, request, now))
      ? keyOfOther(other.name)
      : (await proves(other, request, now))
        ? requestOfOther(other.name)
        : undefined;
    if (finding) return { ...explanation, findings: withFinding(explanation.findings, finding) };
  }
  return explanation;
}

/** A mistake of its own gate that was proved is the likelier one. */
function withFinding(findings: readonly Finding[], finding: Finding): readonly Finding[] {
  const proved = findings.filter(({ certainty }) => certainty === 'proved');
  return [...proved, finding, ...findings.filter((other) => !proved.includes(other))];
}

/** Too old, or too early, is proved all the same. */
function isProved(verdict: Verdict): boolean {
  return verdict.ok || STEPS.indexOf(verdict.step) > STEPS.indexOf('compare');
}

/** For whichever action: what proves the request is told, not what it may run. */
function unbound({ for: _, ...key }: KeyConfig): KeyConfig {
  return key;
}

async function proves(config: GateConfig, request: SignedRequest, now: () => number): Promise<boolean> {
  try {
    const gate = createCoreGate(config, { replay: new MemoryReplayGuard(), now });
    return gate !== undefined && isProved(await gate.verify(request));
  } catch (error) {
    // The keys of one scheme are none of another.
    if (error instanceof SetupError) return false;
    throw error;
  }
}

export function keyOfOther(name: string): Finding {
  return {
    id: 'key-of-other-gate',
    certainty: 'proved',
    sentence: `The request is proved by a key of the gate ${name}, and by none of this gate.`,
    mend: `Have the sender call the path of ${name}, if that is where the request belongs; otherwise give the sender this gate’s secret, or this gate the sender’s.`,
  };
}

export function requestOfOther(name: string): Finding {
  return {
    id: 'place-other-gate',
    certainty: 'proved',
    sentence: `This is a request for the gate ${name}, whose scheme and key prove it.`,
    mend: `Have the sender call the path of ${name}; or look at which of the two gates’ paths a proxy puts before it.`,
  };
}

/** What a gate is, at a glance. */
import type { GateView } from '@countersign/api';
import { Facts } from '../ui/facts.tsx';
import { GATES } from '../words/gates.ts';
import { CoverageCard } from './coverage-card.tsx';
import { GateCounts } from './gate-counts.tsx';
import { GateMode } from './gate-mode.tsx';
import { WarningsCard } from './warnings-card.tsx';

export function OverviewTab({ gate }: { readonly gate: GateView }) {
  const { facts } = GATES;
  const { methods, provider, outcome, path } = gate;
  return (
    <div className="gate-overview">
      <div className="stack">
        <CoverageCard coverage={gate.coverage} provider={provider} />
        <WarningsCard gate={gate} />
      </div>
      <div className="stack">
        <GateCounts gate={gate} />
        <GateMode gate={gate} />
        <section className="card">
          <Facts
            facts={[
              { name: facts.path, value: <span className="mono">{path}</span> },
              { name: facts.methods, value: methods === 'all' ? facts.allMethods : methods.join(', ') },
              { name: facts.proof, value: provider === 'none' ? facts.unsigned : provider },
              { name: facts.outcome, value: GATES.outcomes[outcome] },
              { name: facts.keepsRefused, value: keepsRefusedText(gate) },
            ]}
          />
        </section>
      </div>
    </div>
  );
}

const HOUR_S = 3_600;

function keepsRefusedText({ keepsRefused }: GateView): string {
  const { facts } = GATES;
  if (keepsRefused === undefined) return facts.notKept;
  const { atMost, forSeconds, where } = keepsRefused;
  return facts.keepsRefusedOf(atMost, forSeconds / HOUR_S, where === 'store');
}

import type { GateView } from '@countersign/api';
import { Badge } from '../ui/badge.tsx';
import { GATES } from '../words/gates.ts';
import { lacksKey, modeBadges, warningsToMend } from './gate-state.ts';

export function GateRow({ gate }: { readonly gate: GateView }) {
  const { name, path, provider, outcome, counts } = gate;
  const badges = modeBadges(gate);
  const toMend = warningsToMend(gate).length + (lacksKey(gate) ? 1 : 0);
  return (
    <div className="gate-row">
      <span className="main">
        <span className="line">
          <b>{name}</b> <span className="mono soft">{path}</span>
        </span>
        <span className="line small soft">
          {provider} → {GATES.outcomes[outcome]}
        </span>
      </span>
      <span className="notes">
        {badges.map(({ label, tone }) => (
          <Badge key={label} tone={tone}>
            {label}
          </Badge>
        ))}
        {toMend > 0 && <Badge tone="warn">{GATES.toMend(toMend)}</Badge>}
      </span>
      <span className="numbers small">
        <span className="good">{GATES.accepted(counts.accepted)}</span>
        <span className={counts.refused > 0 ? 'bad' : 'soft'}>{GATES.refused(counts.refused)}</span>
      </span>
    </div>
  );
}

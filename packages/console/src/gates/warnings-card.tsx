/** What an operator should know of a gate: what can be mended first, each with what to do; then what lies in how its sender proves requests. */
import type { GateView, WarningView } from '@countersign/api';
import { Sentence } from '../ui/sentence.tsx';
import { COVERAGE } from '../words/coverage.ts';
import { HANDED_KEY } from '../words/handed-key.ts';
import { lacksKey, warningsToMend } from './gate-state.ts';
import { HandedKeyLink } from './handed-key-link.tsx';

export function WarningsCard({ gate }: { readonly gate: GateView }) {
  const { warnings: words } = COVERAGE;
  const isKeyless = lacksKey(gate);
  const toMend = warningsToMend(gate);
  const inherent = gate.coverage.warnings.filter(({ severity }) => severity === 'info');
  return (
    <section className="card stack tight">
      <h2>{words.title}</h2>
      {isKeyless && <HandedKeyLink gate={gate.name} text={HANDED_KEY.missing} />}
      {toMend.length > 0 && <WarningList warnings={toMend} />}
      {!isKeyless && toMend.length === 0 && <p className="soft">{words.none}</p>}
      {inherent.length > 0 && (
        <details className="stack tight">
          <summary>{words.inherent(inherent.length)}</summary>
          <p className="small soft">{words.inherentLead}</p>
          <WarningList warnings={inherent} />
        </details>
      )}
    </section>
  );
}

export function WarningList({ warnings }: { readonly warnings: readonly WarningView[] }) {
  return (
    <ul className="warnings">
      {warnings.map(({ code, severity, sentence }) => (
        <li key={`${code} ${sentence}`} data-severity={severity}>
          <p>
            <Sentence text={sentence} />
          </p>
          {COVERAGE.mend[code] !== undefined && (
            <p className="mend">
              <span className="visually-hidden">{COVERAGE.warnings.mend}: </span>
              <span aria-hidden="true">→ </span>
              {COVERAGE.mend[code]}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

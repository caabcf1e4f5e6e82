/** A request’s way through its gate: the ten steps, and what was read at each. */
import type { TracedStepView } from '@countersign/api';
import type { Filters } from '../shell/search.ts';
import { StrangersText } from '../ui/strangers-text.tsx';
import { REQUEST } from '../words/request.ts';
import './way.css';

const SIGNS = { passed: '✓', refused: '✕', 'not-reached': '·', skipped: '–' } as const;

export interface WayProps {
  readonly steps: readonly TracedStepView[];
  readonly filters: Filters;
}

export function Way({ steps, filters }: WayProps) {
  const { way } = REQUEST;
  const asked = filters.get('step');
  const selected =
    steps.find(({ step }) => step === asked) ??
    steps.find(({ status }) => status === 'refused') ??
    steps.findLast(({ evidence }) => evidence.length > 0) ??
    steps[0];
  if (selected === undefined) return null;
  return (
    <div className="stack tight way-room">
      <ol className="way">
        {steps.map(({ step, status }) => (
          <li key={step} data-status={status}>
            <button
              type="button"
              aria-label={way.step(step, way.statuses[status])}
              aria-pressed={step === selected.step}
              title={way.does[step]}
              onClick={() => filters.set({ step })}
            >
              <span className="sign" aria-hidden="true">
                {SIGNS[status]}
              </span>
              <span className="name">{step}</span>
            </button>
          </li>
        ))}
      </ol>
      <section className="evidence" aria-label={way.evidence(selected.step)} aria-live="polite">
        <p>
          <b>{selected.step}</b>{' '}
          <span className="soft">
            {way.does[selected.step]} · {way.statuses[selected.status]}
          </span>
        </p>
        {selected.evidence.length === 0 ? (
          <p className="small soft">{way.nothing[selected.status]}</p>
        ) : (
          <dl className="facts">
            {selected.evidence.map(({ label, value }) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd className="mono">
                  <StrangersText text={value} />
                </dd>
              </div>
            ))}
          </dl>
        )}
      </section>
    </div>
  );
}

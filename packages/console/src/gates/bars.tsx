/** Counts by name as bars: the number stands beside each. */
import { sharesOf } from './gate-state.ts';

export interface BarsProps {
  readonly label: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly tone: 'bad' | 'warn' | 'accent';
}

export function Bars({ label, counts, tone }: BarsProps) {
  return (
    <ul className="bars" aria-label={label}>
      {sharesOf(counts).map(({ name, count, width }) => (
        <li key={name}>
          <span className="mono">{name}</span>
          <span className="number">{count.toLocaleString('en')}</span>
          <span className="bar" data-tone={tone} aria-hidden="true">
            <span style={{ width: `${width * 100}%` }} />
          </span>
        </li>
      ))}
    </ul>
  );
}

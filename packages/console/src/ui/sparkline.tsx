/** Counts over time as small bars, the latest at the right. */
import { barsPath, HEIGHT } from './sparkline-path.ts';
import './sparkline.css';

export interface SparklineProps {
  readonly label: string;
  readonly values: readonly number[];
}

export function Sparkline({ label, values }: SparklineProps) {
  return (
    <svg
      className="sparkline"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${Math.max(values.length, 1)} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      <path d={barsPath(values)} />
    </svg>
  );
}

/** What a gate's proof covers, and what it leaves open: a line for each part of a request. */
import type { CoverageView } from '@countersign/api';
import { COVERAGE } from '../words/coverage.ts';

export interface CoverageCardProps {
  readonly coverage: CoverageView;
  readonly provider: string;
}

interface Line {
  readonly name: string;
  readonly text: string;
}

export function CoverageCard({ coverage, provider }: CoverageCardProps) {
  const { covered, open, headers, replay } = coverage;
  const { proved, notProved, repeats } = COVERAGE;
  const isUnsigned = provider === 'none';
  const inHeaders = { name: COVERAGE.headers.name, text: COVERAGE.headers.covered(headers) };
  const outOfHeaders = { name: COVERAGE.headers.name, text: COVERAGE.headers.open };
  const coveredLines = [
    ...covered.map((part) => lineOf(part, 'covered')),
    ...(headers.length > 0 ? [inHeaders] : []),
  ];
  const openLines = [
    ...open.map((part) => lineOf(part, 'open')),
    ...(headers.length === 0 ? [outOfHeaders] : []),
  ];
  return (
    <section className="card stack tight">
      <h2>{COVERAGE.title}</h2>
      {isUnsigned && <p>{COVERAGE.nothing}</p>}
      {!isUnsigned && covered.length === 0 && <p>{COVERAGE.token}</p>}
      {coveredLines.length > 0 && <Lines title={proved} lines={coveredLines} isGood />}
      {!isUnsigned && (
        <Lines
          title={repeats}
          lines={[{ name: COVERAGE.replay.title, text: COVERAGE.replay[replay] }]}
          isGood={replay !== 'none'}
        />
      )}
      {!isUnsigned && <Lines title={notProved} lines={openLines} isGood={false} />}
    </section>
  );
}

function lineOf(part: string, side: 'covered' | 'open'): Line {
  const words = COVERAGE.parts[part];
  return { name: words?.name ?? part, text: words?.[side] ?? '' };
}

interface LinesProps {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly isGood: boolean;
}

function Lines({ title, lines, isGood }: LinesProps) {
  return (
    <>
      <h3 className="small soft">{title}</h3>
      <ul className="coverage" data-good={isGood}>
        {lines.map(({ name, text }) => (
          <li key={name}>
            <span className="sign" aria-hidden="true">
              {isGood ? '✓' : '○'}
            </span>
            <b>{name}</b>
            <span className="what">{text}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

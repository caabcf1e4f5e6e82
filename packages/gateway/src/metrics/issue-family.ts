/** Figures of issues: failures of one kind as one line. */
import type { Family } from './exposition.ts';

/** How many there are, by state. */
export type IssueFigures = Readonly<Record<'open' | 'acknowledged' | 'closed', number>>;

export function issueFamily(figures: IssueFigures): Family {
  return {
    name: 'countersign_issues',
    type: 'gauge',
    help: 'Issues by state: failures of one gate or destination and reason are one, however many they are; closed ones are remembered for 30 days.',
    samples: Object.entries(figures).map(([state, value]) => ({ labels: { state }, value })),
  };
}

/** Requests that came to no gate: those of sessions, and those that lead nowhere. */
import { VerdictCounts } from './verdict-counts.ts';

export interface OutsideCounts {
  /** By name, of the configuration's sessions. */
  readonly sessions: ReadonlyMap<string, VerdictCounts>;
  /** No path of the gateway, or refused before one was looked for. */
  readonly unrouted: VerdictCounts;
}

export function createOutsideCounts(sessions: readonly string[]): OutsideCounts {
  return {
    sessions: new Map(sessions.map((name) => [name, new VerdictCounts()])),
    unrouted: new VerdictCounts(),
  };
}

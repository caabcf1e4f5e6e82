/** Requests that came to no gate: those of sessions, and those that lead nowhere. */
import { VerdictCounts } from './verdict-counts.ts';

export interface OutsideCounts {
  /** By name, of the configuration's sessions. */
  readonly sessions: ReadonlyMap<string, VerdictCounts>;
  /** No path of the gateway, or refused before one was looked for. */
  readonly unrouted: VerdictCounts;
  /** Counts those of these sessions from now on, and goes on counting those of the others that it had. */
  name(sessions: readonly string[]): void;
}

export function createOutsideCounts(sessions: readonly string[]): OutsideCounts {
  const counts = new Map<string, VerdictCounts>();
  const name = (names: readonly string[]): void => {
    for (const session of names) if (!counts.has(session)) counts.set(session, new VerdictCounts());
  };
  name(sessions);
  return { sessions: counts, unrouted: new VerdictCounts(), name };
}

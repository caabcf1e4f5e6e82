/** Who keeps events, and by which rules: gates with the outcome `keep`, and sessions. */
import type { Config, KeepRules } from '../config/config.ts';

/** What of a configuration says it. */
export interface KeepersConfig {
  readonly gates: readonly Pick<Config['gates'][number], 'name' | 'outcome'>[];
  readonly sessions: readonly Pick<Config['sessions'][number], 'name' | 'keep'>[];
}

/** A gate or a session: what it keeps is an event under its name. */
export interface Keeper extends KeepRules {
  readonly name: string;
}

export function keepersOf({ gates, sessions }: KeepersConfig): readonly Keeper[] {
  return [
    ...gates.flatMap(({ name, outcome }) => (outcome.kind === 'keep' ? [{ ...outcome, name }] : [])),
    ...sessions.map(({ name, keep }) => ({ ...keep, name })),
  ];
}

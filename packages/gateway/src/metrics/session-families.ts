/** Figures of the tokens that sessions hold: whether a vendor still lets the gateway in. */
import type { Family, Sample } from './exposition.ts';

const STATES = ['none', 'good', 'due', 'expired', 'closed'] as const;

export interface SessionFigures {
  /** As the configuration names it. */
  readonly name: string;
  /** `due`: good, and renewed by the next call. */
  readonly state: (typeof STATES)[number];
  /** Undefined where there is no token, or its age is not known. */
  readonly ageMs: number | undefined;
  /** In milliseconds since the epoch. Undefined where there is no token, or it does not say. */
  readonly expiresAtMs: number | undefined;
  /** Log-ins that failed since the last that did not. */
  readonly failures: number;
}

export function sessionFamilies(sessions: readonly SessionFigures[]): readonly Family[] {
  const ofSessions = (figureOf: (session: SessionFigures) => number | undefined): readonly Sample<number>[] =>
    sessions.flatMap((session) => {
      const value = figureOf(session);
      return value === undefined ? [] : [{ labels: { session: session.name }, value }];
    });
  return [
    {
      name: 'countersign_session_token_state',
      type: 'gauge',
      help: 'State of the token that a session holds for its vendor: 1 for the state that it is in, 0 for the others.',
      samples: sessions.flatMap(({ name, state }) =>
        STATES.map((each) => ({ labels: { session: name, state: each }, value: each === state ? 1 : 0 })),
      ),
    },
    {
      name: 'countersign_session_token_age_seconds',
      type: 'gauge',
      help: 'Age of that token; absent where there is none, or its age is not known.',
      samples: ofSessions(({ ageMs }) => (ageMs === undefined ? undefined : ageMs / 1000)),
    },
    {
      name: 'countersign_session_token_expiry_timestamp_seconds',
      type: 'gauge',
      help: 'When that token expires, in seconds since the epoch; absent where there is none, or it does not say.',
      samples: ofSessions(({ expiresAtMs }) => (expiresAtMs === undefined ? undefined : expiresAtMs / 1000)),
    },
    {
      name: 'countersign_session_login_failures',
      type: 'gauge',
      help: 'Log-ins at the vendor that failed since the last that succeeded.',
      samples: ofSessions(({ failures }) => failures),
    },
  ];
}

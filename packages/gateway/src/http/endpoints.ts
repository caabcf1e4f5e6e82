/** What the paths of the public listener lead to: gates, sessions, and the gateway's own answers. */

import type { OpenGate } from '../gates/open-gate.ts';
import type { HttpAnswer } from '../http-answer.ts';
import { gatesByPath } from '../paths/gates-by-path.ts';
import type { PathRoute } from '../paths/path-table.ts';
import type { SessionEndpoint } from '../sessions/session-route.ts';
import { actionsAnswer } from './actions-answer.ts';
import { healthAnswer, readyAnswer, type Wellbeing } from './health.ts';

/** What a path leads to. */
export type Endpoint =
  /** At least one; no two take the same method. */
  | { readonly kind: 'gate'; readonly gates: readonly OpenGate[] }
  /** A route of a session's broker. */
  | { readonly kind: 'session'; readonly endpoint: SessionEndpoint }
  | OwnEndpoint;

/** One of the gateway's own answers, to GET and HEAD; not logged. */
export interface OwnEndpoint {
  readonly kind: 'own';
  readonly answer: () => HttpAnswer;
}

export interface EndpointsOptions {
  readonly gates: readonly OpenGate[];
  readonly sessions: readonly PathRoute<SessionEndpoint>[];
  readonly now: () => number;
  readonly wellbeing: Wellbeing;
}

/** The gates' paths, and those that the configuration keeps free for the gateway: `/health`, `/ready`, and `/actions` where a gate lists its own. */
export function endpointsOf({
  gates,
  sessions,
  now,
  wellbeing,
}: EndpointsOptions): readonly PathRoute<Endpoint>[] {
  const listing = gates.filter(({ config: { outcome } }) => outcome.kind === 'answer' && outcome.list);
  const listActions = (): HttpAnswer => {
    const all = listing.flatMap((gate) => gate.actions);
    return actionsAnswer([...new Map(all.map((ready) => [ready.action.name, ready])).values()]);
  };
  return [
    ...gatesByPath(gates).map(({ segments, value }) => ({
      segments,
      value: { kind: 'gate', gates: value } as const,
    })),
    ...sessions.map(({ segments, value: endpoint }) => ({
      segments,
      value: { kind: 'session', endpoint } as const,
    })),
    own('health', () => healthAnswer(wellbeing, now())),
    own('ready', () => readyAnswer(wellbeing)),
    ...(listing.length === 0 ? [] : [own('actions', listActions)]),
  ];
}

function own(text: string, answer: () => HttpAnswer): PathRoute<Endpoint> {
  return { segments: [{ kind: 'literal', text }], value: { kind: 'own', answer } };
}

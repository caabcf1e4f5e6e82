/** What each route of the admin API does. A handler that is missing or misspelt does not compile. */
import { Buffer } from 'node:buffer';
import {
  type AdminApi,
  type Api,
  type EventPage,
  type InputOf,
  ROUTES,
  type RouteTable,
  type SessionView,
  type StreamOf,
  type VerdictView,
} from '@countersign/api';
import type { OpenGate } from '../gates/open-gate.ts';
import type { Log } from '../log/log.ts';
import type { EventStore } from '../stores/event-store.ts';
import type { LiveFeed } from './live-feed.ts';
import { Problem } from './problem.ts';
import { StreamReply } from './stream-reply.ts';
import { unknownGate } from './unknown-gate.ts';
import { eventSummaryView, eventView, gateView } from './views.ts';

/** One handler a route: its input is judged before. */
export type Handlers<Routes extends Api> = {
  readonly [Name in keyof Routes]: (
    input: InputOf<Routes[Name]>,
  ) => Answered<Routes[Name]['reply']> | Promise<Answered<Routes[Name]['reply']>>;
};

type Answered<Reply> = Problem | (Reply extends StreamOf<infer Item> ? StreamReply<Item> : Reply);

/** The routes that want the token. The probes are answered before, without Fastify. */
export type GuardedApi = Omit<AdminApi, 'health' | 'ready'>;

const { health: _health, ready: _ready, ...guarded } = ROUTES;
export const GUARDED_ROUTES: RouteTable<GuardedApi> = guarded;

/** What the admin API shows, and what it can do. */
export interface AdminParts {
  readonly gates: readonly OpenGate[];
  /** The session brokers as they stand. */
  readonly sessions: () => readonly SessionView[];
  readonly events: Pick<EventStore, 'get' | 'list'>;
  /** Frees a committed claim. False where there is none. */
  readonly releaseClaim: (gate: string, identity: Uint8Array) => Promise<boolean>;
  /** What becomes of each request. */
  readonly verdicts: LiveFeed<VerdictView>;
  readonly log: Log;
}

const DEFAULT_LIMIT = 50;

export function createHandlers({
  gates,
  sessions,
  events,
  releaseClaim,
  verdicts,
  log,
}: AdminParts): Handlers<GuardedApi> {
  const names = gates.map(({ config }) => config.name);
  // What a session keeps is an event under the session's name.
  const keepers = (): readonly string[] => [...names, ...sessions().map(({ name }) => name)];
  return {
    gates: () => gates.map(gateView),
    sessions,
    async releaseClaim({ gate, claim }) {
      const isReleased = await releaseClaim(gate, new Uint8Array(Buffer.from(claim, 'hex')));
      if (!isReleased)
        return (
          unknownGate(gate, names) ??
          new Problem('no-such-claim', 'the gate has no such claim, or its request is under way')
        );
      log.warn({ gate, claimId: claim.toLowerCase() }, 'a claim was released: its request may run again');
      return { released: true };
    },
    async events({ limit = DEFAULT_LIMIT, gate, before }) {
      // One more than asked for tells whether there is a next page.
      const ofGate = gate === undefined ? {} : { gate };
      const listed = await events.list({
        limit: limit + 1,
        ...ofGate,
        ...(before !== undefined && { before }),
      });
      const problem = listed.length === 0 ? unknownGate(gate, keepers()) : undefined;
      // What a gate has kept stays in the store when the gate has left the configuration, and is listed under its name.
      if (problem && (await events.list({ limit: 1, ...ofGate })).length === 0) return problem;
      const shown = listed.slice(0, limit).map(eventSummaryView);
      const next = listed.length > limit ? shown.at(-1)?.id : undefined;
      const page: EventPage = { events: shown, ...(next !== undefined && { next }) };
      return page;
    },
    async event({ id }) {
      const event = await events.get(id);
      return event === undefined
        ? new Problem('no-such-event', 'no event with this id is kept')
        : eventView(event);
    },
    liveVerdicts({ gate, verdict }) {
      const problem = unknownGate(gate, names);
      if (problem !== undefined) return problem;
      if (gate === undefined && verdict === undefined) return new StreamReply(verdicts);
      return new StreamReply(
        verdicts,
        (view) => (gate ?? view.gate) === view.gate && (verdict ?? view.verdict) === view.verdict,
      );
    },
  };
}

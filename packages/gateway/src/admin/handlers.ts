/** What each route of the admin API does. A handler that is missing or misspelt does not compile. */
import { Buffer } from 'node:buffer';
import {
  type AdminApi,
  type Api,
  type ClaimView,
  type EventPage,
  type InputOf,
  type LiveView,
  type RefusedPage,
  type ReleasedView,
  ROUTES,
  type RouteTable,
  type SessionView,
  type StreamOf,
  type VerdictQuery,
} from '@countersign/api';
import type { MaybePromise } from '@countersign/core';
import type { OpenGate } from '../gates/open-gate.ts';
import type { Log } from '../log/log.ts';
import { type GatewayFigures, gatewayMetrics } from '../metrics/gateway-metrics.ts';
import type { RefusedRequests } from '../refused/refused-requests.ts';
import type { RefusalPage } from '../sealed/sealed-refusals.ts';
import type { HeldClaim } from '../stores/claim-store.ts';
import type { EventStore } from '../stores/event-store.ts';
import type { LiveFeed } from './live-feed.ts';
import { Problem } from './problem.ts';
import { showEvent, showRefused } from './show-kept.ts';
import { StreamReply } from './stream-reply.ts';
import { unknownGate } from './unknown-gate.ts';
import { claimView, eventSummaryView, gateView, refusedPage } from './views.ts';

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
  readonly refused: Pick<RefusedRequests, 'get' | 'list' | 'flush' | 'isStored'>;
  /** A claim that the store holds now. */
  readonly findClaim: (gate: string, identity: Uint8Array) => MaybePromise<HeldClaim | undefined>;
  /** Frees a committed claim. False where there is none. */
  readonly releaseClaim: (gate: string, identity: Uint8Array) => Promise<boolean>;
  /** What becomes of each request. */
  readonly verdicts: LiveFeed<LiveView>;
  readonly figures: GatewayFigures;
  readonly log: Log;
}

const DEFAULT_LIMIT = 50;
const DEFAULT_REFUSED = 20;

export function createHandlers(parts: AdminParts): Handlers<GuardedApi> {
  return {
    gates: () => parts.gates.map((gate) => gateView(gate, parts.refused.isStored)),
    sessions: parts.sessions,
    claim: (input) => showClaim(parts, input),
    releaseClaim: (input) => releaseClaim(parts, input),
    events: (input) => listEvents(parts, input),
    event: (input) => showEvent(parts.events, input.id),
    refused: (input) => listRefused(parts, input),
    refusedRequest: (input) => showRefused(parts.refused, input.id),
    liveVerdicts: (input) => followVerdicts(parts, input),
    metrics: () => gatewayMetrics(parts.figures),
  };
}

function gateNames({ gates }: AdminParts): readonly string[] {
  return gates.map(({ config }) => config.name);
}

async function showClaim(
  parts: AdminParts,
  { gate, claim }: InputOf<AdminApi['claim']>,
): Promise<ClaimView | Problem> {
  const held = await parts.findClaim(gate, new Uint8Array(Buffer.from(claim, 'hex')));
  if (held !== undefined) return claimView(gate, claim, held);
  return (
    unknownGate(gate, gateNames(parts)) ??
    new Problem('no-such-claim', 'the store holds no such claim of the gate')
  );
}

async function releaseClaim(
  parts: AdminParts,
  { gate, claim }: InputOf<AdminApi['releaseClaim']>,
): Promise<ReleasedView | Problem> {
  const isReleased = await parts.releaseClaim(gate, new Uint8Array(Buffer.from(claim, 'hex')));
  if (!isReleased)
    return (
      unknownGate(gate, gateNames(parts)) ??
      new Problem('no-such-claim', 'the gate has no such claim, or its request is under way')
    );
  parts.log.warn({ gate, claimId: claim.toLowerCase() }, 'a claim was released: its request may run again');
  return { released: true };
}

async function listEvents(
  parts: AdminParts,
  { limit = DEFAULT_LIMIT, gate, before }: InputOf<AdminApi['events']>,
): Promise<EventPage | Problem> {
  const { events, sessions } = parts;
  const ofGate = gate === undefined ? {} : { gate };
  const listed = await events.list({
    // One more than asked for tells whether there is a next page.
    limit: limit + 1,
    ...ofGate,
    ...(before !== undefined && { before }),
  });
  if (listed.length === 0) {
    // What a session keeps is an event under the session's name.
    const keepers = [...gateNames(parts), ...sessions().map(({ name }) => name)];
    const problem = unknownGate(gate, keepers);
    // What a gate has kept stays in the store when the gate has left the configuration, and is listed under its name.
    if (problem && (await events.list({ limit: 1, ...ofGate })).length === 0) return problem;
  }
  const shown = listed.slice(0, limit).map(eventSummaryView);
  const next = listed.length > limit ? shown.at(-1)?.id : undefined;
  return { events: shown, ...(next !== undefined && { next }) };
}

async function listRefused(
  parts: AdminParts,
  { limit = DEFAULT_REFUSED, gate, before }: InputOf<AdminApi['refused']>,
): Promise<RefusedPage | Problem> {
  const { refused } = parts;
  // Who has just been refused asks at once.
  await refused.flush();
  const ofGate = gate === undefined ? {} : { gate };
  const page = await refused.list({ limit, ...ofGate, ...(before !== undefined && { before }) });
  const problem = isEmpty(page) ? unknownGate(gate, gateNames(parts)) : undefined;
  // What a gate has kept is there for a while when the gate has left the configuration.
  if (problem && isEmpty(await refused.list({ limit: 1, ...ofGate }))) return problem;
  return refusedPage(page);
}

function isEmpty({ refusals, unreadable }: RefusalPage): boolean {
  return refusals.length + unreadable === 0;
}

function followVerdicts(
  parts: AdminParts,
  { gate, verdict }: InputOf<AdminApi['liveVerdicts']>,
): StreamReply<LiveView> | Problem {
  const problem = unknownGate(gate, gateNames(parts));
  if (problem !== undefined) return problem;
  if (gate === undefined && verdict === undefined) return new StreamReply(parts.verdicts);
  return new StreamReply(
    parts.verdicts,
    (view) => (gate ?? view.gate) === view.gate && isOfVerdict(view, verdict),
  );
}

/** A finding is of a refused request. */
function isOfVerdict(view: LiveView, verdict: VerdictQuery['verdict']): boolean {
  return verdict === undefined || verdict === ('verdict' in view ? view.verdict : 'refused');
}

/** What each route of the admin API does: gates, claims, refused requests and verdicts here, events and deliveries in files of their own. */
import { Buffer } from 'node:buffer';
import {
  type AdminApi,
  type ClaimView,
  type InputOf,
  type LiveView,
  type RefusedPage,
  type ReleasedView,
  ROUTES,
  type RouteTable,
  type VerdictQuery,
} from '@countersign/api';
import { gatewayMetrics } from '../metrics/gateway-metrics.ts';
import type { RefusalPage } from '../sealed/sealed-refusals.ts';
import type { AdminParts, EventParts, GuardedApi, Handlers } from './admin-parts.ts';
import { createDeliveryHandlers } from './delivery-handlers.ts';
import { createEventHandlers } from './event-handlers.ts';
import { Problem } from './problem.ts';
import { showRefused } from './show-kept.ts';
import { createStoreHandlers } from './store-handlers.ts';
import { StreamReply } from './stream-reply.ts';
import { unknownGate } from './unknown-gate.ts';
import { claimView, gateView, refusedPage } from './views.ts';

const { health: _health, ready: _ready, ...guarded } = ROUTES;
export const GUARDED_ROUTES: RouteTable<GuardedApi> = guarded;

const DEFAULT_REFUSED = 20;

export function createHandlers(parts: AdminParts): Handlers<GuardedApi> {
  const kept: EventParts = {
    ...parts,
    // What a session keeps is an event under the session's name.
    keepers: () => [...gateNames(parts), ...parts.sessions().map(({ name }) => name)],
  };
  return {
    gates: () => parts.gates.map((gate) => gateView(gate, parts.refused.isStored)),
    sessions: parts.sessions,
    claim: (input) => showClaim(parts, input),
    releaseClaim: (input) => releaseClaim(parts, input),
    ...createEventHandlers(kept),
    ...createDeliveryHandlers(kept),
    ...createStoreHandlers({ ...kept, upkeep: parts.upkeep, erase: parts.erase }),
    refused: (input) => listRefused(parts, input),
    refusedRequest: (input) => showRefused(parts, input.id),
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
  return refusedPage({ ...page, refusals: page.refusals.map(parts.masks.refusedHead) });
}

function isEmpty({ refusals, unreadable }: RefusalPage): boolean {
  return refusals.length + unreadable === 0;
}

function followVerdicts(
  parts: AdminParts,
  query: InputOf<AdminApi['liveVerdicts']>,
): StreamReply<LiveView> | Problem {
  const names = [...gateNames(parts), ...parts.sessions().map(({ name }) => name)];
  const problem = unknownGate(query.gate, names);
  if (problem !== undefined) return problem;
  if (Object.values(query).every((value) => value === undefined)) return new StreamReply(parts.verdicts);
  return new StreamReply(parts.verdicts, (view) => isWanted(view, query));
}

function isWanted(view: LiveView, { gate, verdict, type, event, destination }: VerdictQuery): boolean {
  const session = 'session' in view ? view.session : undefined;
  if (gate !== undefined && gate !== view.gate && gate !== session) return false;
  if (!('delivery' in view)) {
    // A finding is of a refused request.
    const own = 'verdict' in view ? view.verdict : 'refused';
    return type === undefined && event === undefined && destination === undefined && (verdict ?? own) === own;
  }
  const { delivery } = view;
  return (
    verdict === undefined &&
    (type ?? delivery.type) === delivery.type &&
    (event ?? delivery.event) === delivery.event &&
    (destination ?? delivery.destination) === delivery.destination
  );
}

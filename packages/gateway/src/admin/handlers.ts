/** What each route of the admin API does: gates, claims, refused requests and verdicts here, events and deliveries in files of their own. */
import { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';
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
import { mergedMetrics } from '../metrics/siblings.ts';
import type { RefusalPage, RefusedHead } from '../sealed/sealed-refusals.ts';
import { createLogInHandlers } from './access/log-in-handlers.ts';
import type { AdminParts, EventParts, GuardedApi, Handlers } from './admin-parts.ts';
import { createAuditHandlers } from './audit-handlers.ts';
import { createConfigHandlers } from './config-handlers.ts';
import { isSearch, SEARCH_LIMITS } from './content-search.ts';
import { createDeliveryHandlers } from './delivery-handlers.ts';
import { createDownloadHandlers } from './download-handlers.ts';
import { createEventHandlers } from './event-handlers.ts';
import { createExplainHandlers } from './explain-handlers.ts';
import { createIssueHandlers } from './issue-handlers.ts';
import { createKeyHandlers } from './key-handlers.ts';
import { keyVariablesOf } from './key-variables.ts';
import { createPassHandlers } from './pass-handlers.ts';
import { Problem } from './problem.ts';
import { createRegistrationHandlers } from './registration-handlers.ts';
import { createSandboxHandlers } from './sandbox-handlers.ts';
import { searchRefused } from './search-refused.ts';
import { showRefused } from './show-kept.ts';
import { withCounts } from './sibling-gates.ts';
import { createStoreHandlers } from './store-handlers.ts';
import { StreamReply } from './stream-reply.ts';
import { type Bench, createBench } from './take-turns.ts';
import { unknownGate } from './unknown-gate.ts';
import { claimView, gateView, refusedPage } from './views.ts';

const { health: _health, ready: _ready, startOidc: _start, finishOidc: _finish, ...guarded } = ROUTES;
export const GUARDED_ROUTES: RouteTable<GuardedApi> = guarded;

const DEFAULT_REFUSED = 20;
const NO_VARIABLES: ReadonlyMap<string, string> = new Map();

export function createHandlers(parts: AdminParts): Handlers<GuardedApi> {
  const kept: EventParts = {
    ...parts,
    // What a session keeps is an event under the session's name.
    keepers: () => [...gateNames(parts), ...parts.sessions().map(({ name }) => name)],
  };
  const inTurn = createBench(SEARCH_LIMITS);
  return {
    gates: async () => {
      const { publicUrl, refused, reloader, siblings } = parts;
      const surroundings = {
        publicUrl,
        localUrl: parts.localUrl(),
        keyVariables: reloader === undefined ? NO_VARIABLES : keyVariablesOf(reloader.effective.shown),
        isStored: refused.isStored,
        nowMs: parts.now(),
      };
      const views = parts.gates.map((gate) => gateView(gate, surroundings));
      return siblings ? withCounts(views, await siblings.ask('gates')) : views;
    },
    sessions: parts.sessions,
    onboardings: parts.onboardings,
    claim: (input) => showClaim(parts, input),
    releaseClaim: (input) => releaseClaim(parts, input),
    ...createKeyHandlers(parts),
    ...createLogInHandlers({ access: parts.access, audit: parts.audit.log, log: parts.log }),
    ...createEventHandlers(kept),
    ...createDeliveryHandlers(kept),
    ...createExplainHandlers(parts),
    ...createIssueHandlers(kept, parts.issues),
    ...createPassHandlers(parts),
    ...createDownloadHandlers(parts),
    ...createRegistrationHandlers(parts),
    ...createSandboxHandlers(parts.sandbox),
    ...createConfigHandlers(parts),
    ...createStoreHandlers({ ...kept, upkeep: parts.upkeep, erase: parts.erase }),
    ...createAuditHandlers(parts.audit),
    refused: (input) => listRefused(parts, input, inTurn),
    refusedRequest: (input) => showRefused(parts, input.id),
    liveVerdicts: (input) => followVerdicts(parts, input),
    metrics: () => metricsOf(parts),
    openapi: readOpenapi,
  };
}

async function metricsOf({ figures, siblings }: AdminParts): Promise<string> {
  if (siblings === undefined) return gatewayMetrics(figures);
  const [text, others] = await Promise.all([gatewayMetrics(figures), siblings.ask('metrics')]);
  return mergedMetrics([{ worker: siblings.number, text }, ...others]);
}

/** Read for each call: hardly anybody asks, and it is 150 KB. */
async function readOpenapi(): Promise<string> {
  const { OPENAPI_FILE } = await import('@countersign/api/openapi');
  return readFile(OPENAPI_FILE, 'utf8');
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
  query: InputOf<AdminApi['refused']>,
  inTurn: Bench,
): Promise<RefusedPage | Problem> {
  const { refused } = parts;
  const { limit = DEFAULT_REFUSED, gate, before } = query;
  // Who has just been refused asks at once.
  await refused.flush();
  if (isSearch(query, ['gate', 'before', 'limit'])) {
    const page = await inTurn(() => searchRefused(parts, { ...query, limit }));
    if (page instanceof Problem || page.refused.length > 0 || gate === undefined) return page;
    return (await unknownRefuser(parts, gate)) ?? page;
  }
  const ofGate = gate === undefined ? {} : { gate };
  const page = await refused.list({ limit, ...ofGate, ...(before !== undefined && { before }) });
  const problem = isEmpty(page) && gate !== undefined ? await unknownRefuser(parts, gate) : undefined;
  if (problem !== undefined) return problem;
  const refusals: RefusedHead[] = [];
  for (const head of page.refusals) refusals.push(await parts.masks.refusedHead(head));
  return refusedPage({ ...page, refusals });
}

/** What a gate has kept is there for a while when the gate has left the configuration. */
async function unknownRefuser(parts: AdminParts, gate: string): Promise<Problem | undefined> {
  const problem = unknownGate(gate, gateNames(parts));
  return problem && isEmpty(await parts.refused.list({ limit: 1, gate })) ? problem : undefined;
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
  if ('issue' in view) {
    const own = view.issue.destination;
    return verdict === undefined && type === undefined && event === undefined && (destination ?? own) === own;
  }
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

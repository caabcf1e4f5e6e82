/** The admin listener of a gateway: what operators see of its parts, and what they can do. */
import { createAdminServer } from './admin/admin-server.ts';
import { createLiveVerdicts } from './admin/live-verdicts.ts';
import type { Deliveries } from './deliver/deliveries.ts';
import type { OpenGate } from './gates/open-gate.ts';
import type { GateParts } from './gates-and-sessions.ts';
import type { BodyBudget } from './http/body-budget.ts';
import type { Wellbeing } from './http/health.ts';
import { type Listening, listen } from './http/listener.ts';
import type { Receiver } from './http/receive.ts';
import type { RequestLog } from './http/request-log.ts';
import { erasePayloads } from './keeping/erase-payloads.ts';
import { createMasks } from './keeping/masks.ts';
import { closedBy } from './lifecycle.ts';
import type { GatewayFigures } from './metrics/gateway-metrics.ts';
import type { OutsideCounts } from './metrics/outside-counts.ts';
import { openProcessFigures, type ProcessFigures } from './metrics/process-figures.ts';
import type { OpenSessions } from './sessions/open-sessions.ts';
import { gatewayVersion } from './version.ts';

/** What is administered. */
export interface Administration {
  readonly gates: readonly OpenGate[];
  readonly sessions: OpenSessions | undefined;
  readonly wellbeing: Wellbeing;
  readonly requestLog: RequestLog;
  readonly outside: OutsideCounts;
  readonly bodies: BodyBudget;
  readonly receiver: Pick<Receiver, 'inFlight'>;
  readonly publicListener: Pick<Listening, 'connections'>;
  readonly deliveries: Deliveries;
  readonly token: string;
}

/** Stays open during the drain, so that operators can watch it. Undefined where the configuration has none. */
export async function listenForAdmins(
  parts: GateParts,
  administration: Administration,
): Promise<Listening | undefined> {
  const { config, now, log, store, guards, refused, findings, lifecycle, sealer } = parts;
  const { gates, sessions, wellbeing, requestLog, token } = administration;
  const address = config.listen.admin;
  if (!address) return undefined;
  const masks = createMasks(config);
  const { deliveries } = administration;
  const verdicts = createLiveVerdicts({ requestLog, findings, deliveries, masks, now });
  const process = openProcessFigures();
  lifecycle.add('the figures of the process', closedBy(process.close));
  const listening: { admin?: Listening } = {};
  const server = createAdminServer({
    gates,
    sessions: () => sessions?.views() ?? [],
    events: store.events,
    deliveries: store.deliveries,
    control: administration.deliveries.control,
    refused,
    masks,
    destinations: config.destinations,
    findClaim: (gate, identity) => store.claims.find(gate, identity, now()),
    // A gate may be gone whose claims the store still holds.
    releaseClaim: (gate, identity) =>
      guards.get(gate)?.release(identity) ?? store.claims.release(gate, identity),
    verdicts,
    upkeep: store.upkeep,
    async erase(match, isDryRun) {
      // What was refused a moment ago is in the store then.
      await refused.flush();
      return erasePayloads(store, { match, isDryRun, sealer });
    },
    figures: figuresOf(parts, administration, process.figures, () => listening.admin?.connections ?? 0),
    token,
    host: address.host,
    now,
    wellbeing,
    log,
  });
  const admin = await listen(server, { address, option: 'listen.admin', log });
  listening.admin = admin;
  lifecycle.add('the admin listener', {
    // A stream has no end of its own.
    drain: () => verdicts.close(),
    close: () => admin.close(),
  });
  return admin;
}

/** Where `/metrics` reads. */
function figuresOf(
  { config: { limits, replay }, store, memories, claimsGivenUp }: GateParts,
  { gates, outside, bodies, receiver, publicListener, deliveries, wellbeing }: Administration,
  process: ProcessFigures,
  adminConnections: () => number,
): GatewayFigures {
  const version = gatewayVersion();
  return {
    requests: () => ({
      gates: gates.map(({ config: { name }, counts, durations, refusals }) => ({
        name,
        counts,
        durations,
        claims: { held: memories.get(name)?.size ?? 0, givenUp: claimsGivenUp.get(name) ?? 0 },
        refusedLeftOut: refusals?.leftOut,
      })),
      outside,
      inFlight: receiver.inFlight,
      maxClaims: replay.maxClaims,
    }),
    store: { ...store.figures, isUp: () => wellbeing.storeFault() === undefined },
    deliveries: deliveries.figures,
    server: () => ({
      version,
      process,
      listeners: [
        { name: 'public', connections: publicListener.connections },
        { name: 'admin', connections: adminConnections() },
      ],
      maxConnections: limits.maxConnections,
      bodyBytes: bodies.heldBytes,
      maxBodyBytes: limits.maxBodyBytesInFlight,
    }),
  };
}
